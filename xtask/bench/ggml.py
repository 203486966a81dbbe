"""Weights in the Hugging Face layout as a whisper.cpp model of 8-bit blocks (q8_0)."""
import json
import struct

import numpy
from safetensors.numpy import load_file

F32, F16, Q8_0 = 0, 1, 8
# "Mostly q8_0", of the second version of its layout.
FILE_TYPE = 2 * 1000 + 7
BLOCK = 32
NAMES = [
    ("embed_positions.weight", "positional_embedding"), ("embed_tokens", "token_embedding"), ("layers.", "blocks."),
    ("encoder_attn_layer_norm", "cross_attn_ln"), ("self_attn_layer_norm", "attn_ln"), ("final_layer_norm", "mlp_ln"),
    ("encoder_attn", "cross_attn"), ("self_attn", "attn"), ("q_proj", "query"), ("k_proj", "key"), ("v_proj", "value"),
    ("out_proj", "out"), ("fc1", "mlp.0"), ("fc2", "mlp.2"),
]  # fmt: skip


def renamed(name):
    """The name the first published checkpoints gave a weight; whisper.cpp kept those."""
    name = name.removeprefix("model.")
    for theirs, ours in NAMES:
        name = name.replace(theirs, ours)
    last = "ln_post" if name.startswith("encoder") else "ln"
    return name.replace("coder.layer_norm", f"coder.{last}")


def quantised(values):
    """Blocks of 32: an f16 scale, then 32 bytes."""
    blocks = values.astype(numpy.float32).reshape(-1, BLOCK)
    scales = numpy.abs(blocks).max(axis=1, keepdims=True) / 127
    numbers = numpy.round(blocks / numpy.where(scales == 0, 1, scales)).astype(numpy.int8)
    return numpy.concatenate([scales.astype(numpy.float16).view(numpy.int8), numbers], axis=1).tobytes()


def stored(name, values):
    """Type and bytes of a weight."""
    if values.ndim == 3:
        return F16, values.astype(numpy.float16).tobytes()
    if values.ndim == 1 or "positional_embedding" in name or "bias" in name:
        return F32, values.astype(numpy.float32).tobytes()
    return Q8_0, quantised(values)


def header(config):
    fields = (
        config["vocab_size"], config["max_source_positions"], config["d_model"], config["encoder_attention_heads"],
        config["encoder_layers"], config["max_target_positions"], config["d_model"], config["decoder_attention_heads"],
        config["decoder_layers"], config["num_mel_bins"], FILE_TYPE,
    )  # fmt: skip
    return struct.pack("<I11i", 0x67676D6C, *fields)


def filters(mels):
    """The feature extractor's filters; any of the right shape do for measuring time."""
    bank = numpy.zeros((mels, 201), numpy.float32)
    edges = numpy.linspace(0, 200, mels + 2)
    bins = numpy.arange(201)
    for band, (low, centre, high) in enumerate(zip(edges, edges[1:], edges[2:])):
        bank[band] = numpy.clip(numpy.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)), 0, None)
    return struct.pack("<2i", mels, 201) + bank.tobytes()


def vocabulary(tokens):
    words = sorted(tokens["model"]["vocab"], key=tokens["model"]["vocab"].get)
    encoded = [word.encode() for word in words]
    return struct.pack("<i", len(encoded)) + b"".join(struct.pack("<I", len(word)) + word for word in encoded)


def convert(folder, target):
    config = json.loads((folder / "config.json").read_text())
    tokens = json.loads((folder / "tokenizer.json").read_text())
    with open(target, "wb") as file:
        file.write(header(config) + filters(config["num_mel_bins"]) + vocabulary(tokens))
        for key, values in load_file(folder / "model.safetensors").items():
            name = renamed(key)
            if "conv" in name and "bias" in name:
                values = values.reshape(-1, 1)
            kind, data = stored(name, values)
            file.write(struct.pack("<3i", values.ndim, len(name), kind))
            file.write(struct.pack(f"<{values.ndim}i", *reversed(values.shape)) + name.encode() + data)
