#!/usr/bin/env python3
"""Runs a GGUF file in llama.cpp and writes its logits; run again with the plain checkpoint, compares transformers' with them.

    tests/interop/load_gguf.py FILE.gguf TEXT.npy LOGITS.npy            (needs llama-cpp-python)
    tests/interop/load_gguf.py --against PLAIN TEXT.npy LOGITS.npy      (needs torch and transformers)

TEXT holds token ids, so that no tokenizer takes part.
"""
import sys

import numpy as np


def in_llama(file, text, output):
    from llama_cpp import Llama
    ids = np.load(text).tolist()
    model = Llama(model_path=file, n_ctx=len(ids), n_batch=len(ids), logits_all=True, verbose=False)
    model.eval(ids)
    np.save(output, np.array(model.scores[:len(ids)], dtype=np.float32))
    print(f"llama.cpp: loaded, {len(ids)} tokens run")


def compare(folder, text, output):
    import torch
    from transformers import AutoModelForCausalLM
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    theirs = torch.from_numpy(np.load(output))
    with torch.no_grad():
        ours = model(torch.from_numpy(np.load(text).astype(np.int64)).unsqueeze(0)).logits[0]
    a, b = torch.log_softmax(ours, -1), torch.log_softmax(theirs, -1)
    kl = (a.exp() * (a - b)).sum(-1).mean().item()
    print(f"llama.cpp: max |logit difference| {(ours - theirs).abs().max().item():.2e}, KL {kl:.1e} nats on {len(theirs)} tokens")
    assert kl < 1e-3


compare(*sys.argv[2:]) if sys.argv[1] == "--against" else in_llama(*sys.argv[1:])
