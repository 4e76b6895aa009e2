"""tokenizer.json files put together as the model families ship them, around two vocabularies trained here: a byte-level one and one
of SentencePiece's kind. No model is downloaded; what a family's file names (normalizer, pre-tokenizer, model flags, post-processor,
added tokens) is written down below.
"""
import json

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TAIL = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
LLAMA3 = SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + TAIL
QWEN2 = LLAMA3.replace("{1,3}", "")
QWEN35 = SHORT + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + TAIL
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
CASED = r"[^\r\n\p{L}\p{N}]?" + UPPER + "*" + LOWER + "+%s|" + r"[^\r\n\p{L}\p{N}]?" + UPPER + "+" + LOWER + "*%s|"
O200K = CASED % (SHORT + "?", SHORT + "?") + r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL
TEKKEN = CASED % ("", "") + r"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + TAIL
DEEPSEEK = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*""" + TAIL)


def train_bytes(lines, size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return json.loads(tokenizer.to_str())["model"]


def train_pieces(lines, size, specials):
    """Words behind a mark, then line ends and runs of marks as Gemma has them, bytes <0x00> and on in front."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    front = specials + ["<0x%02X>" % byte for byte in range(256)]
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=size, special_tokens=front, limit_alphabet=3000, show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    for run in range(2, 16):  # runs of spaces
        add_merge(model, "\u2581" * (run - run // 2), "\u2581" * (run // 2))
    return model


def add_merge(model, left, right):
    if left + right not in model["vocab"]:
        model["vocab"][left + right] = len(model["vocab"])
    if [left, right] not in model["merges"]:
        model["merges"].append([left, right])


def tokenizer(model, added=(), **parts):
    """`added`: (text, flags) pairs; those not in the vocabulary are numbered behind it."""
    entries, free = [], len(model["vocab"])
    for content, flags in added:
        token_id = model["vocab"].get(content)
        if token_id is None:
            token_id, free = free, free + 1
        entry = {"id": token_id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                 "normalized": False, "special": True}
        entries.append({**entry, **flags})
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": sorted(entries, key=lambda entry: entry["id"]),
             "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}
    whole.update(parts)
    return whole


def byte_model(model, **flags):
    return {**model, "unk_token": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False, **flags}


def byte_level(prefix=False, trim=True, regex=True):
    return {"type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": trim, "use_regex": regex}


def split(pattern, behavior="Isolated"):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": False}


def sequence(key, *parts):
    return {"type": "Sequence", key: list(parts)}


def begin(token, token_id):
    return {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": token, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {token: {"id": token, "ids": [token_id], "tokens": [token]}}}


def byte_families(trained):
    plain = byte_model(trained)
    size = len(plain["vocab"])
    words = lambda pattern: sequence("pretokenizers", split(pattern), byte_level(regex=False))
    after = {"post_processor": byte_level(trim=False), "decoder": byte_level()}
    chat = [("<|endoftext|>", {}), ("<|im_start|>", {}), ("<|im_end|>", {}), ("<tool_call>", {"special": False}),
            ("</tool_call>", {"special": False}), ("<think>", {"special": False})]
    nfc = {"type": "NFC"}
    yield "gpt2", tokenizer(plain, [("<|endoftext|>", {"normalized": True})], pre_tokenizer=byte_level(), **after)
    yield "roberta", tokenizer(plain, [("<s>", {}), ("</s>", {}), ("<mask>", {"lstrip": True})], pre_tokenizer=byte_level(), decoder=byte_level(),
                               post_processor={"type": "RobertaProcessing", "sep": ["</s>", size + 1], "cls": ["<s>", size],
                                               "trim_offsets": True, "add_prefix_space": False})
    yield "llama3", tokenizer(byte_model(trained, ignore_merges=True), [("<|begin_of_text|>", {}), ("<|eot_id|>", {})],
                              pre_tokenizer=words(LLAMA3), decoder=byte_level(),
                              post_processor=sequence("processors", byte_level(trim=False), begin("<|begin_of_text|>", size)))
    yield "qwen2", tokenizer(plain, chat, normalizer=nfc, pre_tokenizer=words(QWEN2), **after)
    yield "qwen3_5", tokenizer(plain, chat, normalizer=nfc, pre_tokenizer=words(QWEN35), **after)
    yield "o200k", tokenizer(plain, chat, pre_tokenizer=words(O200K), **after)
    yield "tekken", tokenizer(byte_model(trained, ignore_merges=True), [("<s>", {}), ("[INST]", {}), ("[/INST]", {})],
                              pre_tokenizer=words(TEKKEN), decoder=byte_level(), post_processor=begin("<s>", size))
    yield "neox", tokenizer(plain, [("<|endoftext|>", {}), ("  ", {"special": False, "normalized": True})], normalizer=nfc,
                            pre_tokenizer=byte_level(), **after)
    yield "starcoder", tokenizer(plain, chat, pre_tokenizer=sequence("pretokenizers", {"type": "Digits", "individual_digits": True},
                                                                     byte_level()), **after)
    yield "falcon", tokenizer(plain, chat, pre_tokenizer=sequence(
        "pretokenizers", {"type": "Punctuation", "behavior": "Contiguous"}, byte_level(), {"type": "Digits", "individual_digits": False},
        split("[0-9][0-9][0-9]")), **after)
    yield "deepseek", tokenizer(plain, chat, normalizer=sequence("normalizers"), pre_tokenizer=sequence(
        "pretokenizers", split(r"\p{N}{1,3}"), split("[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+"), split(DEEPSEEK), byte_level(regex=False)), **after)
    yield "folded", tokenizer(plain, [("[CLS]", {}), ("[SEP]", {})], decoder=byte_level(),
                              normalizer=sequence("normalizers", {"type": "NFKD"}, {"type": "Lowercase"}, {"type": "StripAccents"},
                                                  {"type": "Replace", "pattern": {"Regex": r"\s{2,}"}, "content": " "},
                                                  {"type": "Strip", "strip_left": True, "strip_right": True}),
                              pre_tokenizer=sequence("pretokenizers", {"type": "WhitespaceSplit"}, byte_level(prefix=True)),
                              post_processor={"type": "BertProcessing", "sep": ["[SEP]", size + 1], "cls": ["[CLS]", size]})


def piece_families(model):
    ids = model["vocab"]
    spaces = {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}
    back = [{"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
    strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
    special = [("<unk>", {}), ("<s>", {}), ("</s>", {})]
    marked = sequence("normalizers", {"type": "Prepend", "prepend": "\u2581"}, spaces)
    yield "llama2", tokenizer(model, special, normalizer=marked, post_processor=begin("<s>", ids["<s>"]), decoder=sequence("decoders", *back, strip))
    yield "mistral", tokenizer(model, special + [("[INST]", {}), ("[/INST]", {})], post_processor=begin("<s>", ids["<s>"]),
                               pre_tokenizer={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": False},
                               decoder=sequence("decoders", *back, strip))
    yield "phi3", tokenizer(model, special + [("<|endoftext|>", {}), ("<|user|>", {"rstrip": True}), ("<|end|>", {"rstrip": True}),
                                              ("<|assistant|>", {"rstrip": True})],
                            normalizer=marked, post_processor=begin("<s>", ids["<s>"]), decoder=sequence("decoders", *back, strip))
    runs = [("\n" * count, {"special": False}) for count in range(2, 6)] + [("\u2581" * count, {"special": False}) for count in range(2, 6)]
    turns = [("<start_of_turn>", {}), ("<end_of_turn>", {}), ("<table>", {"special": False})]
    yield "gemma", tokenizer(model, special + runs + turns, normalizer=spaces, post_processor=begin("<s>", ids["<s>"]),
                             pre_tokenizer={"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False},
                             decoder=sequence("decoders", *back))
    yield "metaspace", tokenizer({**model, "byte_fallback": False}, special, post_processor=begin("<s>", ids["<s>"]),
                                 pre_tokenizer={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
                                 decoder={"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True})
