"""Makes a random-weight checkpoint of a published size, and the same weights for each peer.

    python checkpoint.py FOLDER SIZE

writes FOLDER/SIZE (Hugging Face layout, f16), FOLDER/SIZE-ct2 (CTranslate2) and FOLDER/SIZE-q8_0.bin (whisper.cpp).
Each is made whole or not at all, and kept. The seed is fixed. Gains are near those of trained weights, and the decoder's
tables are spread, so that greedy decoding does not repeat one token.
"""
import itertools
import json
import os
import pathlib
import shutil
import sys

import numpy
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

import ct2
import ggml

# Width, layers of each stack, heads: table 1 of "Robust Speech Recognition via Large-Scale Weak Supervision".
SIZES = {"tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
TEXT_TOKENS, VOCABULARY, MELS, AUDIO_POSITIONS, TEXT_POSITIONS = 50_257, 51_865, 80, 1_500, 448
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml "
    "cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am "
    "yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
).split()


def special_tokens():
    named = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES), "<|translate|>"]
    named += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    return named + [f"<|{i * 0.02:.2f}|>" for i in range(1501)]


def make_tokenizer(folder):
    """All bytes, then made-up words of three letters, then the special tokens with their published numbers."""
    words = ("Ġ" + "".join(w) for w in itertools.product("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL", repeat=3))
    text = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *itertools.islice(words, TEXT_TOKENS - 256)]
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(text)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special_tokens()])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    assert len(vocabulary) == VOCABULARY and vocabulary["<|notimestamps|>"] == 50_363
    return vocabulary


def sinusoids(length, width):
    """The encoder's fixed positions, as published."""
    step = numpy.log(10_000) / (width // 2 - 1)
    angles = numpy.arange(length)[:, None] * numpy.exp(-step * numpy.arange(width // 2))[None]
    return numpy.concatenate([numpy.sin(angles), numpy.cos(angles)], axis=1)


class Weights:
    """Tensors by name, drawn from one seeded generator."""

    def __init__(self, width):
        self.width, self.random, self.tensors = width, numpy.random.default_rng(11), {}

    def put(self, name, values):
        self.tensors[f"model.{name}"] = values.astype(numpy.float16)

    def matrix(self, name, *shape, gain=1.0, bias=True):
        self.put(f"{name}.weight", self.random.normal(0, gain / numpy.prod(shape[1:]) ** 0.5, shape))
        if bias:
            self.put(f"{name}.bias", self.random.normal(0, 0.1, shape[0]))

    def norm(self, name, bias=0.1):
        self.put(f"{name}.weight", self.random.normal(1, 0.1, self.width))
        self.put(f"{name}.bias", self.random.normal(0, bias, self.width) if bias else numpy.zeros(self.width))

    def attention(self, name, query=1.0, value=1.0):
        """Sharper queries and louder values make text follow the sound."""
        gains = {"q_proj": query, "k_proj": 1.0, "v_proj": value, "out_proj": 1.0}
        for part, gain in gains.items():
            self.matrix(f"{name}.{part}", self.width, self.width, gain=gain, bias=part != "k_proj")
        self.norm(f"{name}_layer_norm")

    def layer(self, name, is_decoder):
        self.attention(f"{name}.self_attn")
        if is_decoder:
            self.attention(f"{name}.encoder_attn", query=3.0, value=2.0)
        self.matrix(f"{name}.fc1", 4 * self.width, self.width)
        self.matrix(f"{name}.fc2", self.width, 4 * self.width)
        self.norm(f"{name}.final_layer_norm")

    def encoder(self, layers):
        self.matrix("encoder.conv1", self.width, MELS, 3)
        self.matrix("encoder.conv2", self.width, self.width, 3)
        self.put("encoder.embed_positions.weight", sinusoids(AUDIO_POSITIONS, self.width))
        for number in range(layers):
            self.layer(f"encoder.layers.{number}", is_decoder=False)
        self.norm("encoder.layer_norm")

    def decoder(self, layers):
        table = self.random.normal(0, 1, (VOCABULARY, self.width))
        table *= 0.3 * self.width**0.5 / numpy.linalg.norm(table, axis=1, keepdims=True)
        self.put("decoder.embed_tokens.weight", table)
        # Positions louder than what all layers add move the decoder on from the token it wrote last.
        self.put("decoder.embed_positions.weight", self.random.normal(0, 4, (TEXT_POSITIONS, self.width)))
        for number in range(layers):
            self.layer(f"decoder.layers.{number}", is_decoder=True)
        self.norm("decoder.layer_norm", bias=0)


def config(size):
    width, layers, heads = SIZES[size]
    return {
        "architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "is_encoder_decoder": True,
        "vocab_size": VOCABULARY, "d_model": width, "encoder_layers": layers, "decoder_layers": layers,
        "encoder_attention_heads": heads, "decoder_attention_heads": heads, "encoder_ffn_dim": 4 * width,
        "decoder_ffn_dim": 4 * width, "num_mel_bins": MELS, "max_source_positions": AUDIO_POSITIONS,
        "max_target_positions": TEXT_POSITIONS, "activation_function": "gelu", "scale_embedding": False,
        "pad_token_id": 50_257, "bos_token_id": 50_257, "eos_token_id": 50_257, "decoder_start_token_id": 50_258,
        "suppress_tokens": [], "begin_suppress_tokens": [], "torch_dtype": "float16",
    }  # fmt: skip


def generation_config(size, vocabulary):
    last = SIZES[size][1] - 1
    return {
        "is_multilingual": True, "no_timestamps_token_id": vocabulary["<|notimestamps|>"],
        "lang_to_id": {f"<|{code}|>": vocabulary[f"<|{code}|>"] for code in LANGUAGES},
        "task_to_id": {"transcribe": vocabulary["<|transcribe|>"], "translate": vocabulary["<|translate|>"]},
        "max_initial_timestamp_index": 50, "alignment_heads": [[last, 0], [last, 1]], "suppress_tokens": [],
        "begin_suppress_tokens": [50_257], "decoder_start_token_id": 50_258, "eos_token_id": 50_257,
        "pad_token_id": 50_257, "bos_token_id": 50_257,
    }  # fmt: skip


def make_checkpoint(folder, size):
    width, layers, _ = SIZES[size]
    weights = Weights(width)
    weights.encoder(layers)
    weights.decoder(layers)
    save_file(weights.tensors, folder / "model.safetensors", metadata={"format": "pt"})
    vocabulary = make_tokenizer(folder)
    extractor = {"feature_size": MELS, "n_fft": 400, "hop_length": 160, "sampling_rate": 16_000, "chunk_length": 30}
    files = {"config": config(size), "generation_config": generation_config(size, vocabulary), "preprocessor_config": extractor}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content) + "\n", encoding="utf-8")


def once(target, make):
    """Calls `make` with a scratch folder that becomes `target`, unless that is there."""
    if target.exists():
        return
    scratch = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    make(scratch)
    scratch.rename(target)


def main():
    root, size = pathlib.Path(sys.argv[1]), sys.argv[2]
    source = root / size
    once(source, lambda folder: make_checkpoint(folder, size))
    once(root / f"{size}-ct2", lambda folder: ct2.convert(source, folder))
    once(root / f"{size}-ggml", lambda folder: ggml.convert(source, folder / "q8_0.bin"))


if __name__ == "__main__":
    main()
