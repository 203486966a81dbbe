"""Speaks training sentences into shards: <lang>-<n>.i16 (samples) and .jsonl (text, sounds, voice, place).

A shard has its own seed and is written whole, so the stage can stop and resume at any shard.
"""
import json
import random
import re
import sys
import numpy as np
from recipe import known, voices
from recipe.paths import RATE, SPEECH
from recipe.texts.english import English
from recipe.texts.japanese import Japanese

MAKERS = {"en": English, "ja": Japanese}
SHARD = 500
LONGEST = 12.0


def sounds(record):
    """Target of the encoder's auxiliary loss: sounds in English, katakana as read in Japanese."""
    if record["lang"] == "en":
        return voices.phones(record["text"])
    return re.sub("[^ァ-ヴー]", "", voices.kana(record["spoken"]))


def shard(lang, number):
    """Speaks one shard unless it is there already."""
    path = SPEECH / f"{lang}-{number:04d}.jsonl"
    if path.exists():
        return
    rng = random.Random(f"{lang}{number}")
    texts, taken = MAKERS[lang](rng), {known.plain(t) for t in known.test_texts(lang)}
    rows, parts, at = [], [], 0
    while len(rows) < SHARD:
        record = texts.make()
        voice, style = voices.draw(lang, rng)
        if known.plain(record["text"]) in taken or known.held_out(record):
            continue
        samples = voices.speak(record["spoken"], voice, style)
        if not 0.2 < len(samples) / RATE < LONGEST:
            continue
        rows.append({"text": record["text"], "sounds": sounds(record), "lang": lang, "voice": voice,
                     "kind": record["kind"], "at": at, "n": len(samples)})
        parts.append((samples * 32767).astype(np.int16))
        at += len(samples)
    np.concatenate(parts).tofile(path.with_suffix(".i16"))
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", encoding="utf-8")
    print(path.name, f"{at / RATE / 60:.1f} min", flush=True)


def main(lang, first, last):
    SPEECH.mkdir(parents=True, exist_ok=True)
    for number in range(int(first), int(last)):
        shard(lang, number)


if __name__ == "__main__":
    main(*sys.argv[1:4])
