"""Training examples: windows of one or more utterances with their tokens, drawn on the fly from the shards."""
import json
import numpy as np
import torch
from recipe import augment, features, noise, speaker, tokens
from recipe.model import SIZE
from recipe.paths import RATE, SPEECH

KANA = [chr(c) for c in range(ord("ァ"), ord("ヴ") + 1)] + ["ー"]
PHONES = list(" aɪʊeɛæʌəɚɜɑɔoiutdnɹslkmzfpðvwbhjθŋʃɡʒ")
UNITS = {u: i + 1 for i, u in enumerate(PHONES + KANA)}
IGNORE = -100
CONTEXT = SIZE["source"] / 50  # seconds of one window of this model
LONGEST = int(0.8 * CONTEXT * RATE)  # room for slower speech and silence around it
NOWHERE = (-1.0, 1.0)  # place of a token that is not said: prompt, end


class Shards:
    """All utterances spoken so far, by language; refresh() picks up shards written since."""

    def __init__(self):
        self.seen, self.rows, self.audio = set(), {"en": [], "ja": []}, {}

    def refresh(self):
        for path in sorted(SPEECH.glob("*.jsonl")):
            if path.name in self.seen:
                continue
            self.seen.add(path.name)
            self.audio[path.stem] = np.memmap(path.with_suffix(".i16"), dtype=np.int16, mode="r")
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                if row["n"] > LONGEST:
                    continue
                self.rows[row["lang"]].append(row | {"shard": path.stem})
        return {k: len(v) for k, v in self.rows.items()}

    def samples(self, row):
        return self.audio[row["shard"]][row["at"]: row["at"] + row["n"]].astype(np.float32) / 32768


class Windows:
    """Draws windows. seconds=None: one utterance; otherwise a packed window of that length."""

    def __init__(self, shards, seed):
        self.shards, self.rng = shards, np.random.default_rng(seed)

    def pick(self, lang):
        rows = self.shards.rows[lang]
        return rows[self.rng.integers(len(rows))]

    def voice_change(self, row, strength):
        """Samples of an utterance at a changed speed."""
        samples = self.shards.samples(row)
        if self.rng.random() < 0.6 * strength:
            samples = augment.respeed(samples, self.rng.uniform(0.88, 1.14))
        return samples * 10 ** self.rng.uniform(-0.25, 0.25)

    def single(self, row, strength, pad=0.5):
        """One utterance with a little room around it."""
        samples = self.voice_change(row, strength)
        lead = int(RATE * (0 if self.rng.random() < 0.4 else self.rng.uniform(0, 0.4)))
        tail = int(RATE * self.rng.uniform(0.0, pad))
        audio = np.concatenate([np.zeros(lead, np.float32), samples, np.zeros(tail, np.float32)])
        return audio, [(row, lead / RATE, (lead + len(samples)) / RATE)]

    def packed(self, lang, strength, seconds):
        """Utterances one after another with pauses, up to the window's length."""
        rng, limit = self.rng, int(seconds * RATE)
        parts, placed = [], []
        at = 0 if rng.random() < 0.4 else int(RATE * rng.exponential(0.6))
        fill = limit if rng.random() < 0.6 else int(limit * rng.uniform(0.1, 1))
        while True:
            row = self.pick(lang)
            samples = self.voice_change(row, strength)
            if at + len(samples) > fill:
                break
            parts.append((at, samples))
            placed.append((row, at / RATE, (at + len(samples)) / RATE))
            at += len(samples) + int(RATE * (rng.uniform(0.08, 0.8) if rng.random() < 0.8 else rng.uniform(0.8, 4)))
        audio = np.zeros(limit, np.float32)
        for start, samples in parts:
            audio[start:start + len(samples)] += samples
        return audio, placed

    def example(self, lang, strength, seconds=None, row=None):
        """One training example (mel, decoder tokens, encoder units): of one utterance, or packed to some seconds."""
        rng = self.rng
        audio, placed = self.packed(lang, strength, seconds) if row is None else self.single(row, strength)
        if not placed:
            return self.silent(lang, seconds or 4.0)
        audio = augment.channel(audio, rng, strength)
        warp = int(rng.integers(84, 120)) if rng.random() < 0.5 else 100
        mel = features.log_mel(audio, warp, colour=speaker.colour(rng) if rng.random() < 0.5 else None)
        mel, moved = speaker.pace(mel, rng, free=seconds is None) if rng.random() < 0.6 else (mel, lambda t: t)
        mel = speaker.masked(mel[:, :2 * SIZE["source"]], rng) if rng.random() < 0.5 else mel[:, :2 * SIZE["source"]]
        spans = [(row, moved(start), moved(end)) for row, start, end in placed]
        ids, targets, places = speech_tokens(lang, spans, rng)
        units = [UNITS[u] for row, _, _ in spans for u in row["sounds"] + (" " if lang == "en" else "") if u in UNITS]
        return {"mel": mel, "ids": ids, "targets": targets, "units": units, "places": places}

    def silent(self, lang, seconds):
        """A window without speech: no-speech at the start token, then the end."""
        audio, _ = noise.nonspeech(self.rng, int(seconds * RATE))
        if self.rng.random() < 0.3:
            audio = augment.telephone(audio)
        if self.rng.random() < 0.5:
            ids = [tokens.SOT, tokens.LANG[lang], tokens.TRANSCRIBE, tokens.NOTIMES]
            targets = [tokens.NOSPEECH, IGNORE, IGNORE, tokens.EOT]
        else:
            ids = [tokens.SOT, tokens.LANG[lang], tokens.TRANSCRIBE, tokens.stamp(0)]
            targets = [tokens.NOSPEECH, IGNORE, tokens.EOT if self.rng.random() < 0.5 else tokens.stamp(0), tokens.EOT]
        return {"mel": features.log_mel(audio), "ids": ids, "targets": targets, "units": [], "places": [NOWHERE] * len(ids)}


def speech_tokens(lang, spans, rng):
    """Decoder input, targets and where in the sound each target is said (middle and spread, in seconds).

    Most with time stamps, as the product reads; text inputs are randomly replaced so that the decoder listens.
    """
    timed = rng.random() < 0.8
    head = [tokens.SOT, tokens.LANG[lang], tokens.TRANSCRIBE] + ([] if timed else [tokens.NOTIMES])
    body, places = [], [NOWHERE] * (len(head) - 1)
    for row, start, end in spans:
        ids = row.setdefault("ids", tokens.encode(row["text"], lang))
        body += [tokens.stamp(start), *ids, tokens.stamp(end)] if timed else ids
        said = [(start + (end - start) * (k + 0.5) / len(ids), 0.25 + 0.1 * (end - start)) for k in range(len(ids))]
        places += [(start, 0.3), *said, (end, 0.3)] if timed else said
    full = head + body + [tokens.EOT]
    inputs, targets = full[:-1], full[1:]
    targets = [targets[0], *([IGNORE] * (len(head) - 2)), *targets[len(head) - 1:]]
    inputs = [int(rng.integers(tokens.TEXT)) if t < tokens.TEXT and rng.random() < 0.12 else t for t in inputs]
    return inputs[:440], targets[:440], (places + [NOWHERE])[:440]


def collate(examples):
    """Pads a batch. Short sounds are padded with their own floor, as the features of digital silence are."""
    longest = max(e["mel"].shape[1] for e in examples)
    longest += longest % 2
    mel = torch.stack([torch.nn.functional.pad(e["mel"], (0, longest - e["mel"].shape[1]), value=float(e["mel"].max()) - 2.0)
                       for e in examples])
    width = max(len(e["ids"]) for e in examples)
    ids = torch.tensor([e["ids"] + [tokens.EOT] * (width - len(e["ids"])) for e in examples])
    targets = torch.tensor([e["targets"] + [IGNORE] * (width - len(e["targets"])) for e in examples])
    units = [torch.tensor(e["units"], dtype=torch.long) for e in examples]
    places = torch.tensor([e["places"] + [NOWHERE] * (width - len(e["places"])) for e in examples])
    lengths = torch.tensor([(e["mel"].shape[1] + 1) // 2 for e in examples])
    return {"mel": mel, "ids": ids, "targets": targets, "units": units, "lengths": lengths,
            "places": places}
