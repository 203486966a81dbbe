"""Writes the Hugging Face folder: weights in f16, configuration, tokenizer; each file replaced in one move."""
import json
import os
import sys
import torch
from safetensors.torch import save_file
from recipe import batches, tokens
from recipe.model import SIZE
from recipe.batches import CONTEXT
from recipe.paths import MODEL, RATE, WORK


def config():
    """Model configuration. ffn = 4 x width and head size 64, as every port of Whisper expects."""
    width = SIZE["d_model"]
    return {
        "architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "is_encoder_decoder": True,
        "d_model": width, "num_hidden_layers": SIZE["encoder_layers"], "num_mel_bins": 80, "vocab_size": tokens.VOCAB,
        "encoder_layers": SIZE["encoder_layers"], "encoder_attention_heads": SIZE["heads"], "encoder_ffn_dim": 4 * width,
        "decoder_layers": SIZE["decoder_layers"], "decoder_attention_heads": SIZE["heads"], "decoder_ffn_dim": 4 * width,
        "max_source_positions": SIZE["source"], "max_target_positions": SIZE["target"], "max_length": SIZE["target"],
        "activation_function": "gelu", "scale_embedding": False, "tie_word_embeddings": True, "use_cache": True,
        "dropout": 0.0, "attention_dropout": 0.0, "activation_dropout": 0.0, "init_std": 0.02,
        "encoder_layerdrop": 0.0, "decoder_layerdrop": 0.0,
        "bos_token_id": tokens.EOT, "eos_token_id": tokens.EOT, "pad_token_id": tokens.EOT,
        "decoder_start_token_id": tokens.SOT, "suppress_tokens": [], "begin_suppress_tokens": [],
        "median_filter_width": 7, "torch_dtype": "float16",
    }


def generation_config(heads):
    """How to decode. An immediate end is allowed (nothing said), so nothing is suppressed at the beginning."""
    return {
        "alignment_heads": heads, "begin_suppress_tokens": [], "suppress_tokens": [], "bos_token_id": tokens.EOT,
        "eos_token_id": tokens.EOT, "pad_token_id": tokens.EOT, "decoder_start_token_id": tokens.SOT,
        "is_multilingual": True, "lang_to_id": {"<|en|>": tokens.EN, "<|ja|>": tokens.JA},
        "task_to_id": {"transcribe": tokens.TRANSCRIBE, "translate": tokens.TRANSLATE},
        "no_timestamps_token_id": tokens.NOTIMES, "prev_sot_token_id": tokens.PREV, "max_initial_timestamp_index": 50,
        "max_length": SIZE["target"], "return_timestamps": False,
    }


def preprocessor():
    return {"feature_extractor_type": "WhisperFeatureExtractor", "processor_class": "WhisperProcessor",
            "feature_size": 80, "sampling_rate": 16000, "hop_length": 160, "n_fft": 400, "chunk_length": int(CONTEXT),
            "n_samples": int(CONTEXT * RATE), "nb_max_frames": 2 * SIZE["source"], "padding_side": "right", "padding_value": 0.0,
            "return_attention_mask": False}


def tokenizer_config():
    return {"tokenizer_class": "WhisperTokenizer", "model_max_length": SIZE["target"], "add_prefix_space": False,
            "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>", "errors": "replace", "processor_class": "WhisperProcessor"}


def specials():
    return {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>", "additional_special_tokens": tokens.SPECIALS}


def put(name, text=None, tensors=None):
    """One file, written aside and renamed."""
    temporary = MODEL / f".{name}.tmp"
    if tensors is None:
        temporary.write_text(text, encoding="utf-8")
    else:
        save_file(tensors, temporary, metadata={"format": "pt"})
    temporary.chmod(0o644)
    os.replace(temporary, MODEL / name)


def dump(data, **style):
    return json.dumps(data, ensure_ascii=False, **style) + "\n"


def alignment_heads():
    """Cross-attention heads that follow the sound, measured by recipe.align; all heads of the last layer until then."""
    path = WORK / "heads.json"
    last = SIZE["decoder_layers"] - 1
    return json.loads(path.read_text()) if path.exists() else [[last, h] for h in range(SIZE["heads"])]


def main(checkpoint=WORK / "checkpoint.pt"):
    MODEL.mkdir(parents=True, exist_ok=True)
    data = torch.load(checkpoint, map_location="cpu")
    half = {"model." + k: v.half().contiguous() for k, v in data["model"].items()}
    bpe = json.loads(tokens.FILE.read_text(encoding="utf-8"))
    put("tokenizer.json", dump(bpe, indent=1))
    put("vocab.json", dump(bpe["model"]["vocab"]))
    put("merges.txt", "#version: 0.2\n" + "\n".join(m if isinstance(m, str) else " ".join(m) for m in bpe["model"]["merges"]) + "\n")
    put("tokenizer_config.json", dump(tokenizer_config(), indent=2))
    put("special_tokens_map.json", dump(specials(), indent=2))
    put("config.json", dump(config(), indent=2))
    put("generation_config.json", dump(generation_config(alignment_heads()), indent=2))
    put("preprocessor_config.json", dump(preprocessor(), indent=2))
    put("ctc.json", dump({"blank": 0, "units": [""] + list(batches.UNITS)}))
    put("ctc.safetensors", tensors={k: v.half().contiguous() for k, v in data["head"].items()})
    put("model.safetensors", tensors=half)
    print("exported step", data["state"]["step"])


if __name__ == "__main__":
    main(*sys.argv[1:2])
