"""Greedy error rates of the exported folder on every set, decoded by Hugging Face transformers. Prints Markdown.

`python -m recipe.evaluate [--plain] [--limit N] [set ...]`: --plain decodes without time stamps.
"""
import argparse
import json
import re
import numpy as np
import soundfile
import torch
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration, logging
from recipe import tokens
from recipe.paths import MODEL, RATE, SETS

STEP, AROUND, PAUSE = RATE // 50, RATE * 3 // 10, 0.056


def edits(a, b):
    """Levenshtein distance of two sequences."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def units(text, lang):
    """What is counted: words in English, characters in Japanese; no case, no punctuation."""
    if lang == "en":
        return re.sub(r"[^a-z0-9' ]", " ", text.lower()).split()
    return list(re.sub(r"[\W_]", "", text))


def load(name):
    """Rows of a set with their samples."""
    audio, rate = soundfile.read(SETS / name / "audio.ogg", dtype="float32")
    assert rate == RATE
    rows = [json.loads(line) for line in (SETS / name / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    return [(row, audio[row["startMs"] * 16: row["endMs"] * 16]) for row in rows]


def pieces(samples, longest):
    """A clip in pieces, cut as the product cuts (shared/asr/src/pieces.rs): in its pauses, else where it is quietest."""
    places = range(0, len(samples) + 1, STEP)
    levels = [float(np.std(samples[max(0, at - AROUND // 2): at + AROUND // 2])) for at in places]
    pause, begin, out = max(levels) * PAUSE, 0, []
    while True:
        last = min(begin + longest, len(samples)) // STEP
        quiet = [step for step in range((begin + RATE) // STEP + 1, last + 1) if levels[step] < pause]
        run = [step for at, step in enumerate(quiet) if step - quiet[0] == at]
        if run and run[-1] + 1 < len(levels):
            cut = (run[0] + run[-1]) // 2
        elif len(samples) - begin <= longest:
            return [*out, samples[begin:]]
        else:
            cut = min(range(last, (begin + longest // 2) // STEP, -1), key=lambda step: levels[step])
        out.append(samples[begin:cut * STEP])
        begin = cut * STEP


class Reader:
    """The exported model with its own tokenizer file."""

    def __init__(self):
        torch.set_num_threads(1)
        logging.set_verbosity_error()
        self.model = WhisperForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float32).eval()
        self.features = WhisperFeatureExtractor.from_pretrained(MODEL)

    def mel(self, clips):
        """Features of the first seconds of each clip, as much as the model hears at once."""
        return self.features(list(clips), sampling_rate=RATE, return_tensors="pt").input_features

    @torch.no_grad()
    def read(self, clips, lang, timed=True):
        """Token ids for each clip; a clip longer than what the model hears is read in pieces."""
        parts = [pieces(clip, self.features.n_samples) for clip in clips]
        out = self.model.generate(self.mel([piece for part in parts for piece in part]), language=lang, task="transcribe",
                                  return_timestamps=timed, num_beams=1, do_sample=False, max_new_tokens=220)
        rows = iter([[int(t) for t in row] for row in out])
        return [[token for _ in part for token in next(rows)] for part in parts]

    @torch.no_grad()
    def first(self, clips):
        """Probabilities after the start token: (no speech, detected language)."""
        start = torch.full((len(clips), 1), tokens.SOT)
        chance = self.model(self.mel(clips), decoder_input_ids=start).logits[:, -1].softmax(-1)
        return [(float(p[tokens.NOSPEECH]), "en" if p[tokens.EN] > p[tokens.JA] else "ja") for p in chance]


def speech_row(reader, name, timed, limit, show):
    """Error rate, language detection and false silence on one speech set."""
    items = load(name)[:limit]
    lang, wrong, total, detected, silent = items[0][0]["language"], 0, 0, 0, 0
    for at in range(0, len(items), 10):
        part = items[at:at + 10]
        clips = [samples for _, samples in part]
        for (row, _), ids in zip(part, reader.read(clips, lang, timed)):
            truth, said = units(row["text"], lang), units(tokens.decode(ids), lang)
            wrong, total = wrong + edits(truth, said), total + len(truth)
            if show:
                print(row["text"], "|", tokens.decode(ids))
        for chance, guess in reader.first(clips):
            detected, silent = detected + (guess == lang), silent + (chance > 0.6)
    measure = "WER" if lang == "en" else "CER"
    return f"| {name} | {len(items)} | {measure} {100 * wrong / total:.1f} % | {100 * detected / len(items):.0f} % | {silent} |"


def silent_row(reader, limit):
    """How often a window without speech is recognised, and how often text is invented there."""
    items = load("nonspeech")[:limit]
    clips = [samples for _, samples in items]
    found = sum(chance > 0.6 for chance, _ in reader.first(clips))
    invented = sum(bool(tokens.decode(ids)) for lang in ("en", "ja") for ids in reader.read(clips, lang))
    return f"| nonspeech | {len(items)} | no-speech > 0.6 in {found}; text in {invented} of {2 * len(items)} decodings | | |"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("sets", nargs="*")
    options.add_argument("--plain", action="store_true")
    options.add_argument("--show", action="store_true")
    options.add_argument("--limit", type=int, default=1000)
    options = options.parse_args()
    reader = Reader()
    print("| set | items | greedy | language right | taken for silence |\n|---|---|---|---|---|")
    for name in options.sets or sorted(p.name for p in SETS.iterdir() if p.is_dir()):
        row = silent_row(reader, options.limit) if name == "nonspeech" else \
            speech_row(reader, name, not options.plain, options.limit, options.show)
        print(row, flush=True)


if __name__ == "__main__":
    main()
