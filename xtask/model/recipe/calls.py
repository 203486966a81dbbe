"""The two sample calls: a script, two voices, two channels, and the exact truth of every turn."""
import json
import numpy as np
import soundfile
from recipe import known, voices
from recipe.paths import RATE, SAMPLES
from recipe.texts import english, japanese

CAST = {"en": {"A": ("flite/slt", {"rate": 1.0, "pitch": 0.2}), "C": ("flite/rms", {"rate": 1.05, "pitch": 0.0})},
        "ja": {"A": ("hts/nitech", {"rate": 1.05, "pitch": 0.0}), "C": ("hts/mei", {"rate": 1.0, "pitch": 0.1})}}
SIDES = {"A": "agent", "C": "customer"}


def record(lang, text):
    """Written and spoken form of a script line."""
    return english.item(text, "written") if lang == "en" else japanese.written(text)


def perform(lang):
    """Speaks a script: [(side, start sample, samples, text)]."""
    turns, end = [], 0
    for side, gap, text in known.call(f"call_{lang}.txt"):
        voice, style = CAST[lang][side]
        line = record(lang, text)
        samples = voices.speak(line["spoken"], voice, style)
        start = max(0, end + int(gap * RATE))
        turns.append((side, start, samples, line["text"]))
        end = start + len(samples)
    return turns


def mix(turns, seed=5):
    """Two channels with a faint noise floor; speech at an ordinary level."""
    length = max(start + len(samples) for _, start, samples, _ in turns) + RATE
    audio = np.random.default_rng(seed).normal(0, 0.0008, (length, 2)).astype(np.float32)
    for side, start, samples, _ in turns:
        audio[start:start + len(samples), "AC".index(side)] += samples
    return np.clip(audio, -1, 1)


def truth(lang, turns):
    rows = [{"speaker": SIDES[side], "startMs": start * 1000 // RATE, "endMs": (start + len(samples)) * 1000 // RATE,
             "text": text} for side, start, samples, text in turns]
    return {"language": lang, "roles": ["agent", "customer"], "turns": rows}


def write_ogg(path, audio, rate=RATE, quality=0.5):
    """Ogg Vorbis in slices: the encoder fails on very long single writes. Higher quality numbers mean smaller files."""
    channels = audio.shape[1] if audio.ndim > 1 else 1
    with soundfile.SoundFile(path, "w", rate, channels, format="OGG", subtype="VORBIS", compression_level=quality) as out:
        for at in range(0, len(audio), rate):
            out.write(audio[at:at + rate])


def main():
    for lang in ("en", "ja"):
        folder = SAMPLES / lang
        folder.mkdir(parents=True, exist_ok=True)
        turns = perform(lang)
        write_ogg(folder / "call.ogg", mix(turns))
        text = json.dumps(truth(lang, turns), ensure_ascii=False, indent=1)
        (folder / "transcript.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
