"""Makes random-weight checkpoints of the published sizes, for measuring speed and for parity at true size.

Needs torch, transformers and tokenizers:

    python make_checkpoints.py FOLDER tiny base [small]

It writes FOLDER/tiny and so on in the Hugging Face layout: f16 weights, the published configuration, and a tokenizer
with the published ids of all special tokens, whose text tokens are made up. The seed is fixed. The decoder's tables
are spread as in `make_reference.py`, so that greedy decoding does not repeat one token.
"""

import itertools
import json
import pathlib
import sys

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import WhisperConfig, WhisperForConditionalGeneration

# Width, layers of each stack, heads: table 1 of "Robust Speech Recognition via Large-Scale Weak Supervision".
SIZES = {"tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
TEXT_TOKENS, VOCABULARY = 50_257, 51_865
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml "
    "cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am "
    "yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"
).split()


def special_tokens() -> list[str]:
    named = ["<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES), "<|translate|>", "<|transcribe|>"]
    named += ["<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    return named + [f"<|{i * 0.02:.2f}|>" for i in range(1501)]


def make_tokenizer(folder: pathlib.Path) -> dict[str, int]:
    """All bytes, then made-up words of three letters, then the special tokens."""
    words = ("Ġ" + "".join(w) for w in itertools.product("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL", repeat=3))
    text = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *itertools.islice(words, TEXT_TOKENS - 256)]
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(text)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", *special_tokens()]
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    assert len(vocabulary) == VOCABULARY and vocabulary["<|notimestamps|>"] == 50_363
    return vocabulary


def spread(model: WhisperForConditionalGeneration, width: int) -> None:
    """Gains near those of trained weights: attention that differs from row to row, tokens that vary."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.ndim >= 2 and "embed" not in name:
                value.normal_(0, 1.0 / (value[0].numel() ** 0.5))
            elif name.endswith("bias"):
                value.normal_(0, 0.1)
            elif "layer_norm" in name:
                value.normal_(1, 0.1)
        decoder = model.model.decoder
        for layer in decoder.layers:
            layer.encoder_attn.q_proj.weight.mul_(3)
            layer.encoder_attn.v_proj.weight.mul_(2)
        decoder.embed_tokens.weight.normal_(0, 1.0)
        decoder.embed_tokens.weight.mul_(
            0.3 * width**0.5 / decoder.embed_tokens.weight.norm(dim=1, keepdim=True)
        )
        # Positions louder than what all layers add move the decoder on from the token it wrote last.
        decoder.embed_positions.weight.normal_(0, 4.0)
        decoder.layer_norm.bias.zero_()


def make_checkpoint(folder: pathlib.Path, size: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = make_tokenizer(folder)
    width, layers, heads = SIZES[size]
    end, start = vocabulary["<|endoftext|>"], vocabulary["<|startoftranscript|>"]
    config = WhisperConfig(
        vocab_size=VOCABULARY, d_model=width, encoder_layers=layers, decoder_layers=layers,
        encoder_attention_heads=heads, decoder_attention_heads=heads, encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width, num_mel_bins=80, pad_token_id=end, bos_token_id=end, eos_token_id=end,
        decoder_start_token_id=start, suppress_tokens=[], begin_suppress_tokens=[],
    )  # fmt: skip
    torch.manual_seed(11)
    model = WhisperForConditionalGeneration(config).eval()
    spread(model, width)
    model.half().save_pretrained(folder)
    # The fields of transformers' own file that other programs read, and nothing tied to its version.
    generation = {
        "is_multilingual": True, "no_timestamps_token_id": vocabulary["<|notimestamps|>"],
        "lang_to_id": {f"<|{c}|>": vocabulary[f"<|{c}|>"] for c in LANGUAGES},
        "task_to_id": {"transcribe": vocabulary["<|transcribe|>"], "translate": vocabulary["<|translate|>"]},
        "max_initial_timestamp_index": 50, "alignment_heads": [[layers - 1, 0], [layers - 1, 1]],
        "suppress_tokens": [], "begin_suppress_tokens": [end],
        "decoder_start_token_id": start, "eos_token_id": end, "pad_token_id": end, "bos_token_id": end,
    }  # fmt: skip
    (folder / "generation_config.json").write_text(json.dumps(generation) + "\n")
    preprocessor = {"feature_size": 80, "n_fft": 400, "hop_length": 160, "sampling_rate": 16_000, "chunk_length": 30}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor) + "\n")


def main() -> None:
    folder, *sizes = sys.argv[1:]
    torch.set_num_threads(1)
    for size in sizes:
        make_checkpoint(pathlib.Path(folder) / size, size)


if __name__ == "__main__":
    main()
