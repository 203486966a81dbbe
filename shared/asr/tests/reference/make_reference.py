"""Makes the micro checkpoint and the reference numbers that `parity.rs` compares the engine with.

Run from any folder, with torch, transformers and openai-whisper installed:

    python make_reference.py

It writes `micro/` (a random-weight Whisper in the Hugging Face layout, about 370 KB) and `expected/` next to itself.
Features, encoder, logits come from transformers; decoding, language and word times from openai-whisper, which
loads the very same weights under its own names. Both are run in float32 on one thread. Fixed seeds throughout.
"""

import json
import pathlib

import numpy as np
import tiktoken
import torch
import whisper
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration
from whisper import decoding, timing
from whisper.model import ModelDimensions
from whisper.tokenizer import Tokenizer as OpenaiTokenizer

HERE = pathlib.Path(__file__).parent
SAMPLE_RATE = 16_000
WIDTH, HEADS, LAYERS, CONTEXT = 32, 2, 2, 96
LANGUAGES = ["en", "zh", "de", "es", "ru", "ko", "fr", "ja"]  # the order openai-whisper counts in
WORDS = """the price of this plan is forty two dollars and we can send an offer today please hold the line
thank you for calling what would you like to change the delivery comes on monday at nine """
JAPANESE = "お電話ありがとうございます。料金は月額三千円です。明日お届けします。はい、わかりました。"


# --- audio -----------------------------------------------------------------------------------------


def synthetic_window(seed: int, samples: int) -> np.ndarray:
    """Bursts of two triangle waves and noise from integer arithmetic only, so Rust makes the same bits."""
    state = (seed * 2_654_435_761 + 12_345) % 2**32
    out = np.zeros(samples, dtype=np.int64)
    burst, gap, period_a, period_b, loud = 0, 0, 40, 90, 4_000
    for i in range(samples):
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        if burst == 0 and gap == 0:
            burst = 800 + (state >> 8) % 6_000
            gap = (state >> 11) % 4_000
            period_a = 20 + (state >> 13) % 120
            period_b = 7 + (state >> 17) % 60
            loud = 1_000 + (state >> 9) % 7_000
        if burst > 0:
            burst -= 1
            a = abs((i % period_a) * 2 - period_a) * 2 * loud // period_a - loud
            b = abs((i % period_b) * 2 - period_b) * loud // period_b - loud // 2
            noise = (state >> 16) % 512 - 256
            out[i] = a + b + noise
        else:
            gap -= 1
            out[i] = (state >> 16) % 16 - 8
    return (np.clip(out, -32_768, 32_767) / 32_768.0).astype(np.float32)


def window_length(index: int) -> int:
    """Lengths from 0.4 s to 30 s."""
    return 6_400 + (index * 7_919 * 61) % (480_000 - 6_400) if index else 480_000


# --- tokenizer -------------------------------------------------------------------------------------


def make_tokenizer(folder: pathlib.Path) -> dict[str, int]:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([WORDS, JAPANESE] * 3, trainer)
    specials = ["<|endoftext|>", "<|startoftranscript|>"] + [f"<|{code}|>" for code in LANGUAGES]
    specials += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    specials += ["<|notimestamps|>"]
    tokenizer.add_special_tokens(specials)
    # Time stamps are left out of the file, as in older published tokenizers: they follow <|notimestamps|>.
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    return tokenizer.get_vocab(with_added_tokens=True)


def token_bytes(token: str) -> bytes:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(b): b for b in printable}
    table |= {chr(256 + i): b for i, b in enumerate(b for b in range(256) if b not in printable)}
    return bytes(table[c] for c in token)


def openai_tokenizer(vocab: dict[str, int], language: str | None, multilingual: bool) -> OpenaiTokenizer:
    ranks = {token_bytes(t): i for t, i in vocab.items() if not t.startswith("<|")}
    special = {t: i for t, i in vocab.items() if t.startswith("<|")}
    first = special["<|notimestamps|>"] + 1
    special |= {f"<|{i * 0.02:.2f}|>": first + i for i in range(1501)}
    encoding = tiktoken.Encoding(
        name="micro", pat_str=r"\p{L}+| ?\p{L}+|\s+|.", mergeable_ranks=ranks, special_tokens=special
    )
    return OpenaiTokenizer(
        encoding=encoding,
        num_languages=len(LANGUAGES),
        language=language if multilingual else None,
        task="transcribe" if multilingual else None,
    )


# --- weights ---------------------------------------------------------------------------------------


def make_checkpoint(folder: pathlib.Path, vocab: dict[str, int]) -> WhisperForConditionalGeneration:
    torch.manual_seed(7)
    vocab_size = len(vocab) + 1501
    eot, sot = vocab["<|endoftext|>"], vocab["<|startoftranscript|>"]
    suppressed = [vocab[t] for t in vocab if t.startswith("<|") and t != "<|endoftext|>"]
    # Lone bytes outside printable ASCII too: what is left makes mostly valid text, with a few torn characters.
    suppressed += [i for t, i in vocab.items() if len(t) == 1 and (ord(t) > 126 or t in "!#") and t != "Ġ"]
    begin = [vocab["Ġ"], eot]
    config = WhisperConfig(
        vocab_size=vocab_size, d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS,
        encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=2 * WIDTH,
        decoder_ffn_dim=2 * WIDTH, max_target_positions=CONTEXT, num_mel_bins=80,
        pad_token_id=eot, bos_token_id=eot, eos_token_id=eot, decoder_start_token_id=sot,
        suppress_tokens=None, begin_suppress_tokens=None,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config).eval()
    spread(model, vocab)
    state = {k: v.to(torch.float16).contiguous() for k, v in model.state_dict().items() if k != "proj_out.weight"}
    save_file(state, str(folder / "model.safetensors"), metadata={"format": "pt"})
    model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
    model.tie_weights()
    write_json(folder / "config.json", published_config(config))
    write_json(folder / "preprocessor_config.json", {"feature_size": 80, "n_fft": 400, "hop_length": 160,
               "sampling_rate": SAMPLE_RATE, "chunk_length": 30})  # fmt: skip
    write_json(folder / "generation_config.json", {
        "is_multilingual": True, "no_timestamps_token_id": vocab["<|notimestamps|>"],
        "lang_to_id": {f"<|{c}|>": vocab[f"<|{c}|>"] for c in LANGUAGES},
        "task_to_id": {"transcribe": vocab["<|transcribe|>"], "translate": vocab["<|translate|>"]},
        "max_initial_timestamp_index": 50, "alignment_heads": [[0, 1], [1, 0]],
        "suppress_tokens": sorted(suppressed), "begin_suppress_tokens": begin,
    })  # fmt: skip
    return model


def spread(model: WhisperForConditionalGeneration, vocab: dict[str, int]) -> None:
    """Random weights that listen: large attention and position terms, so that sequences vary and end."""
    text = vocab["<|endoftext|>"]
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.ndim >= 2 and "embed" not in name:
                value.normal_(0, 1.4 / np.sqrt(value.shape[-1] * (value.shape[2] if value.ndim == 3 else 1)))
            elif name.endswith("bias"):
                value.normal_(0, 0.1)
            elif "layer_norm" in name:
                value.normal_(1, 0.1)
        decoder = model.model.decoder
        for layer in decoder.layers:
            layer.encoder_attn.q_proj.weight.mul_(3)
            layer.encoder_attn.v_proj.weight.mul_(4)
        tokens = decoder.embed_tokens.weight
        tokens.normal_(0, 0.55)
        # Equal lengths, or the longest few would win everywhere.
        tokens.mul_(0.55 * np.sqrt(WIDTH) / tokens.norm(dim=1, keepdim=True))
        decoder.embed_positions.weight.normal_(0, 2.2)
        decoder.layer_norm.bias.zero_()
        stamps = vocab["<|notimestamps|>"] + 1
        tokens[stamps:].mul_(0.5)
        # Time stamps share a slow curve, so that neighbours are near and later stamps follow earlier ones.
        when = torch.linspace(0, 1, 1501)[:, None]
        curve = torch.cat([torch.sin(when * f) for f in np.linspace(1, 40, WIDTH)], dim=1)
        tokens[stamps:].add_(curve * 0.25)
        # Late positions lean to the end of text.
        lean = tokens[text].clone()
        decoder.embed_positions.weight.add_(torch.linspace(-4.0, 14.0, CONTEXT)[:, None] * lean[None])


def published_config(config: WhisperConfig) -> dict:
    keep = ["vocab_size", "d_model", "encoder_layers", "decoder_layers", "encoder_attention_heads",
            "decoder_attention_heads", "encoder_ffn_dim", "decoder_ffn_dim", "max_source_positions",
            "max_target_positions", "num_mel_bins", "eos_token_id", "decoder_start_token_id"]  # fmt: skip
    return {
        "architectures": ["WhisperForConditionalGeneration"],
        "model_type": "whisper",
        "activation_function": "gelu",
        **{k: getattr(config, k) for k in keep},
    }


def openai_model(folder: pathlib.Path, vocab: dict[str, int]) -> whisper.model.Whisper:
    state = {k: v.float() for k, v in load_file(str(folder / "model.safetensors")).items()}
    vocab_size = state["model.decoder.embed_tokens.weight"].shape[0]
    dims = ModelDimensions(80, 1500, WIDTH, HEADS, LAYERS, vocab_size, CONTEXT, WIDTH, HEADS, LAYERS)
    # Its feed-forward width is fixed at four times the model's: ours is two, so those layers are replaced.
    model = whisper.model.Whisper(dims).eval()
    for block in [*model.encoder.blocks, *model.decoder.blocks]:
        block.mlp = torch.nn.Sequential(
            whisper.model.Linear(WIDTH, 2 * WIDTH), torch.nn.GELU(), whisper.model.Linear(2 * WIDTH, WIDTH)
        )
    model.load_state_dict({openai_name(k): v for k, v in state.items()}, strict=False)
    heads = torch.zeros(LAYERS, HEADS, dtype=torch.bool)
    heads[0, 1] = heads[1, 0] = True
    model.register_buffer("alignment_heads", heads.to_sparse(), persistent=False)
    return model


def openai_name(name: str) -> str:
    rules = [
        ("model.", "", 1), ("layers", "blocks", 1), ("fc1", "mlp.0", 1), ("fc2", "mlp.2", 1),
        ("final_layer_norm", "mlp_ln", 1), ("self_attn_layer_norm", "attn_ln", 1),
        ("encoder_attn_layer_norm", "cross_attn_ln", 1), ("self_attn", "attn", 1),
        ("encoder_attn", "cross_attn", 1), ("q_proj", "query", 1), ("k_proj", "key", 1),
        ("v_proj", "value", 1), ("out_proj", "out", 1), ("embed_tokens", "token_embedding", 1),
        ("decoder.embed_positions.weight", "decoder.positional_embedding", 1),
        ("encoder.embed_positions.weight", "encoder.positional_embedding", 1),
        ("encoder.layer_norm", "encoder.ln_post", 1), ("decoder.layer_norm", "decoder.ln", 1),
    ]  # fmt: skip
    for old, new, count in rules:
        name = name.replace(old, new, count)
    return name


# --- reference numbers -----------------------------------------------------------------------------


def patch_openai(vocab: dict[str, int], suppressed: list[int], multilingual: bool) -> None:
    """Makes openai-whisper use the micro vocabulary and our published suppression list."""
    cls = whisper.model.Whisper
    cls.is_multilingual = property(lambda _: multilingual)
    cls.num_languages = property(lambda _: len(LANGUAGES))
    build = lambda m=True, num_languages=8, language=None, task=None: openai_tokenizer(  # noqa: E731
        vocab, language or "en", m
    )
    decoding.get_tokenizer = build
    decoding.DecodingTask._get_suppress_tokens = lambda self: tuple(suppressed)


def decode(model, mel, language, stamps):
    options = decoding.DecodingOptions(
        language=language, without_timestamps=not stamps, fp16=False, suppress_tokens="-1",
        suppress_blank=True, sample_len=CONTEXT - 4, max_initial_timestamp=1.0,
    )  # fmt: skip
    return decoding.decode(model, mel, options)


def with_stamps(model, mel, language):
    """`DecodingResult.tokens` as sampled (with time stamps), log probability, no-speech probability."""
    result = decode(model, mel, language, True)
    return {
        "tokens": result.tokens,
        "avgLogProb": result.avg_logprob,
        "noSpeechProb": result.no_speech_prob,
        "compressionRatio": result.compression_ratio,
        "text": result.text,
    }


def words_of(model, tokenizer, tokens, mel, frames):
    text = [t for t in tokens if t < tokenizer.eot]
    found = timing.find_alignment(model, tokenizer, text, mel, frames)
    raw = [[len(w.tokens), w.start, w.end, float(w.probability)] for w in found]
    return {"text": text, "words": raw}


def groupings(vocab):
    """How the reference divides whole sentences into words, before and after joining punctuation."""
    cases = [("en", t) for t in (WORDS.strip(), " It is $42.50, isn't it? (Yes... \"no\"!)", " twenty-one é à")]
    cases += [("ja", JAPANESE), ("ja", "料金は「三千円」です、か？"), ("zh", "你好，谢谢。")]
    found = []
    for language, text in cases:
        tokenizer = openai_tokenizer(vocab, language, True)
        tokens = tokenizer.encode(text)
        words, word_tokens = tokenizer.split_to_word_tokens(tokens)
        timed = [timing.WordTiming(w, t, 0.0, 1.0, 1.0) for w, t in zip(words, word_tokens)]
        timing.merge_punctuations(timed, "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
        joined = [w.word for w in timed if w.word]
        found.append({"language": language, "tokens": tokens, "words": words, "joined": joined})
    return found


def features(size: int, pcm: np.ndarray) -> np.ndarray:
    extractor = WhisperFeatureExtractor(feature_size=size)
    return extractor(pcm, sampling_rate=SAMPLE_RATE, return_tensors="np").input_features[0]


def write_json(path: pathlib.Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main() -> None:
    torch.set_num_threads(1)
    micro, expected = HERE / "micro", HERE / "expected"
    micro.mkdir(exist_ok=True)
    expected.mkdir(exist_ok=True)
    vocab = make_tokenizer(micro)
    reference = make_checkpoint(micro, vocab)
    model = openai_model(micro, vocab)
    generation = json.loads((micro / "generation_config.json").read_text())
    begin = generation["begin_suppress_tokens"]
    assert begin == [vocab["Ġ"], vocab["<|endoftext|>"]], "openai suppresses blank and end at the start"

    tensors, windows = {}, []
    for index in range(64):
        samples = window_length(index)
        pcm = synthetic_window(index, samples)
        mel = features(80, pcm)
        batch = torch.from_numpy(mel)[None]
        patch_openai(vocab, generation["suppress_tokens"], True)
        tokenizer = openai_tokenizer(vocab, "en", True)
        language, probabilities = decoding.detect_language(model, batch[0], tokenizer)
        chosen = ["en", "ja"][index % 2]
        stamped = with_stamps(model, batch[0], chosen)
        plain = decode(model, batch[0], chosen, False)
        entry = {
            "index": index, "samples": samples, "language": chosen, "stamped": stamped,
            "plain": {"tokens": plain.tokens, "avgLogProb": plain.avg_logprob},
            "detected": {"token": int(language), "probabilities": probabilities},
        }  # fmt: skip
        aligner = openai_tokenizer(vocab, chosen, True)
        entry["words"] = words_of(model, aligner, stamped["tokens"], batch[0], samples // 160)
        if index < 12:
            patch_openai(vocab, generation["suppress_tokens"], False)
            entry["englishOnly"] = with_stamps(model, batch[0], "en")
            patch_openai(vocab, generation["suppress_tokens"], True)
        windows.append(entry)
        if index < 3:
            tensors[f"mel.{index}"] = torch.from_numpy(mel[:, ::37].copy())
            tensors[f"mel128.{index}"] = torch.from_numpy(features(128, pcm)[:, ::149].copy())
            with torch.no_grad():
                encoded = reference.model.encoder(batch).last_hidden_state
                prompt = [vocab["<|startoftranscript|>"], vocab[f"<|{chosen}|>"], vocab["<|transcribe|>"]]
                ids = torch.tensor([prompt + stamped["tokens"][:10]])
                logits = reference(batch, decoder_input_ids=ids).logits[0]
            tensors[f"encoded.{index}"] = encoded[0, ::37].clone()
            tensors[f"logits.{index}"] = logits[[0, 3, len(ids[0]) - 1]].clone()
            check_transformers_agree(reference, batch, chosen, stamped["tokens"], generation)
    save_file(tensors, str(expected / "tensors.safetensors"))
    for path in HERE.glob("*/*.safetensors"):
        path.chmod(0o644)
    write_json(expected / "windows.json", windows)
    write_json(expected / "groupings.json", groupings(vocab))
    distinct = {tuple(w["stamped"]["tokens"]) for w in windows}
    lengths = sorted(len(w["stamped"]["tokens"]) for w in windows)
    print(f"{len(windows)} windows, {len(distinct)} distinct sequences, lengths {lengths}")


def check_transformers_agree(model, batch, language, tokens, generation):
    """The two reference implementations must say the same, or the reference is no reference."""
    settings = model.generation_config
    for key, value in generation.items():
        setattr(settings, key, value)
    settings.decoder_start_token_id = model.config.decoder_start_token_id
    settings.eos_token_id = settings.pad_token_id = model.config.eos_token_id
    settings.max_length = CONTEXT
    out = model.generate(
        batch, language=language, task="transcribe", return_timestamps=True, do_sample=False,
        num_beams=1, max_new_tokens=len(tokens),
    )  # fmt: skip
    got = out[0].tolist()
    prompt = 3 if len(got) > len(tokens) and got[0] == settings.decoder_start_token_id else 0
    same = sum(a == b for a, b in zip(got[prompt:], tokens))
    # transformers starts again at the last pair of stamps, so only the tokens up to there can be equal.
    print(f"transformers and openai-whisper agree on {same} of {len(tokens)} tokens")


if __name__ == "__main__":
    main()
