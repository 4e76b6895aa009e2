#!/usr/bin/env python3
"""Small random models of each architecture that GGUF is written for, with a tokenizer of 64 tokens.

    tests/interop/tiny_models.py FOLDER        makes FOLDER/NAME for each, FOLDER/text.npy, and prints the names

Weights are numbers that BF16 holds, so that a file in BF16 is the model itself. Needs torch and transformers.
"""
import json
import pathlib
import sys

import numpy
import torch
import transformers as T

BASE = dict(vocab_size=64, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=512, bos_token_id=0, eos_token_id=1, pad_token_id=2)
ROPE = {"rope_type": "default", "rope_theta": 1000.0}
EXPERTS = dict(BASE, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, rope_parameters=ROPE)
SHARED = dict(EXPERTS, shared_expert_intermediate_size=64)
HYBRID = dict(BASE, num_hidden_layers=4, head_dim=32, linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=32,
              linear_value_head_dim=32, linear_conv_kernel_dim=4, tie_word_embeddings=False,
              rope_parameters=dict(ROPE, partial_rotary_factor=0.25, mrope_section=[2, 1, 1]))
GEMMA = dict(BASE, head_dim=16, query_pre_attn_scalar=16, sliding_window=6)
LONG = {"rope_type": "longrope", "rope_theta": 1000.0, "original_max_position_embeddings": 256,
        "short_factor": [1.0, 1.1, 1.2, 1.4, 1.7, 2.0, 2.2, 2.5], "long_factor": [1.0, 1.5, 2.5, 4.0, 6.0, 9.0, 9.5, 9.9]}

MODELS = {
    "llama": T.LlamaConfig(**BASE, rope_parameters=dict(ROPE, rope_type="llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                                        original_max_position_embeddings=16)),
    "mistral": T.MistralConfig(**BASE, sliding_window=None, rope_parameters=ROPE),
    "qwen2": T.Qwen2Config(**BASE, rope_parameters=ROPE, tie_word_embeddings=True),
    "qwen3": T.Qwen3Config(**BASE, head_dim=32, rope_parameters=ROPE),
    "mixtral": T.MixtralConfig(**BASE, num_local_experts=4, num_experts_per_tok=2, rope_parameters=ROPE),
    "qwen2_moe": T.Qwen2MoeConfig(**SHARED, norm_topk_prob=False),
    "qwen3_moe": T.Qwen3MoeConfig(**EXPERTS, head_dim=32, norm_topk_prob=True),
    "gemma2": T.Gemma2Config(**GEMMA, attn_logit_softcapping=2.0, final_logit_softcapping=3.0, rope_parameters=ROPE),
    "gemma3": T.Gemma3TextConfig(**dict(GEMMA, num_hidden_layers=3), layer_types=["sliding_attention", "sliding_attention", "full_attention"],
                                 rope_parameters={"sliding_attention": dict(ROPE, rope_theta=100.0),
                                                  "full_attention": dict(ROPE, rope_type="linear", factor=8.0)}),
    "phi3": T.Phi3Config(**BASE, original_max_position_embeddings=256, rope_parameters=LONG, sliding_window=None),
    "gpt2": T.GPT2Config(vocab_size=64, n_positions=512, n_embd=64, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=1),
    "qwen3_next": T.Qwen3NextConfig(**dict(HYBRID, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32,
                                           shared_expert_intermediate_size=32)),
    "qwen3_5": T.Qwen3_5TextConfig(**HYBRID),
    "qwen3_5_moe": T.Qwen3_5MoeTextConfig(**dict(HYBRID, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32,
                                                 shared_expert_intermediate_size=32)),
}


SPECIAL = ["<s>", "</s>", "<pad>", "<unk>", "<|endoftext|>"]  # what llama.cpp looks for in a model named phi3


def tokenizer(size):
    letters = [chr(33 + i) for i in range(size - len(SPECIAL))]
    vocabulary = {token: i for i, token in enumerate(SPECIAL + letters)}
    special = [{"id": i, "content": token, "special": True} for i, token in enumerate(SPECIAL)]
    return {"version": "1.0", "added_tokens": special, "normalizer": None, "post_processor": None, "decoder": {"type": "ByteLevel"},
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
            "model": {"type": "BPE", "vocab": vocabulary, "merges": []}}


def randomise(model):
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                parameter.copy_(noise * (0.5 if "embed" in name or "wte" in name else 1.4 / parameter.shape[-1] ** 0.5))
            else:
                parameter.add_(noise * 0.2)
            parameter.copy_(parameter.bfloat16().float())


def main(folder):
    folder = pathlib.Path(folder)
    for name, config in MODELS.items():
        model = T.AutoModelForCausalLM.from_config(config).float().eval()
        randomise(model)
        model.save_pretrained(folder / name)
        (folder / name / "tokenizer.json").write_text(json.dumps(tokenizer(64)))
    numpy.save(folder / "text.npy", numpy.random.default_rng(1).integers(3, 64, 48).astype(numpy.int32))
    print(" ".join(MODELS))


main(sys.argv[1])
