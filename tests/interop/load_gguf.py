#!/usr/bin/env python3
"""Runs a GGUF file in llama.cpp and writes its logits; run again with the plain checkpoint, compares transformers' with them.

    tests/interop/load_gguf.py FILE.gguf LOGITS.npy            (needs llama-cpp-python)
    tests/interop/load_gguf.py --against PLAIN LOGITS.npy      (needs torch and transformers)

256 tokens: the ids themselves are the text, so that no tokenizer takes part.
"""
import sys

import numpy as np

COUNT = 256


def ids(vocabulary):
    return [(7 * i + i * i) % (vocabulary - 8) + 3 for i in range(COUNT)]


def in_llama(file, output):
    from llama_cpp import Llama
    model = Llama(model_path=file, n_ctx=COUNT, n_batch=COUNT, logits_all=True, verbose=False)
    model.eval(ids(model.n_vocab()))
    np.save(output, np.array(model.scores[:COUNT], dtype=np.float32))


def compare(folder, output):
    import torch
    from transformers import AutoModelForCausalLM
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    theirs = torch.from_numpy(np.load(output))
    with torch.no_grad():
        ours = model(torch.tensor([ids(theirs.shape[1])])).logits[0]
    a, b = torch.log_softmax(ours, -1), torch.log_softmax(theirs, -1)
    kl = (a.exp() * (a - b)).sum(-1).mean().item()
    print(f"llama.cpp: max |logit difference| {(ours - theirs).abs().max().item():.2e}, KL {kl:.1e} nats on {COUNT} tokens")
    assert kl < 1e-3


compare(*sys.argv[2:]) if sys.argv[1] == "--against" else in_llama(*sys.argv[1:])
