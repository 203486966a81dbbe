"""Writes MODEL_CARD.md from data/card.md: measured error rates, bars, files with their hashes.

Figures come from `evaluate.md` and `ear.md` in the work folder, as the stage `evaluate` leaves them; what happened in
training that no figure tells stands in data/story.md, by hand.
"""
import datetime
import hashlib
import json
import re
import torch
from recipe import words
from recipe.export import put
from recipe.paths import MODEL, RATE, SPEECH, WORK
from recipe.train import CHECKPOINT

# Wanted by the project: a set's error rate in percent, or one set against another.
BARS = [("English, held-out templates, seen voices", "en-template", 5), ("English, free sentences", "en-free", 15),
        ("English, unseen engine", "en-unseen-engine", 35), ("Japanese, templates", "ja-template", 10),
        ("Japanese, free sentences", "ja-free", 25)]
RATIOS = [("telephone against wide band, English", "en-telephone", "en-free", 2.0),
          ("telephone against wide band, Japanese", "ja-telephone", "ja-free", 2.0),
          ("packed windows against single utterances, English", "en-packed", "en-free", 1.3),
          ("packed windows against single utterances, Japanese", "ja-packed", "ja-free", 1.3)]


def table(name):
    """The table a stage printed; libraries print beside it."""
    lines = (WORK / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def rates(figures):
    """Error rates by set."""
    return {name: float(rate) for name, rate in re.findall(r"\| ([\w-]+) \| \d+ \| [WC]ER ([\d.]+) %", figures)}


def judged(reached, wanted):
    return "" if reached <= wanted else " (missed)"


def bars(rate):
    rows = [f"| {title} | {bar} % | {rate[name]:.1f} %{judged(rate[name], bar)} |" for title, name, bar in BARS]
    rows += [f"| {title} | {bar} x | {rate[name] / rate[base]:.2f} x{judged(rate[name] / rate[base], bar)} |"
             for title, name, base, bar in RATIOS]
    return "Against the project's bars:\n\n| bar | wanted | reached |\n|---|---|---|\n" + "\n".join(rows)


def speech():
    """How much was spoken, by language."""
    found = {"en": [0, 0], "ja": [0, 0]}
    for path in SPEECH.glob("*.jsonl"):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found[path.name[:2]][0] += len(rows)
        found[path.name[:2]][1] += sum(row["n"] for row in rows)
    told = [f"{count:,} {name} utterances ({total / RATE / 3600:.1f} h)"
            for name, (count, total) in zip(("English", "Japanese"), found.values())]
    return " and ".join(told)


def files():
    found = sorted(p for p in MODEL.iterdir() if p.name != "MODEL_CARD.md" and not p.name.startswith("."))
    return "\n".join(f"| {p.name} | {p.stat().st_size} | `{hashlib.sha256(p.read_bytes()).hexdigest()}` |" for p in found)


def main():
    figures = table("evaluate.md")
    state = torch.load(CHECKPOINT, map_location="cpu")["state"]
    told = {"figures": figures, "bars": bars(rates(figures)), "speech": speech(), "files": files(),
            "ear": table("ear.md"),
            "training": f"{state['step']:,} steps in {state['spent'] / 60:.0f} minutes of clock time",
            "story": "\n".join(words.lines("story.md")), "date": datetime.date.today().isoformat()}
    card = (words.DATA / "card.md").read_text(encoding="utf-8")
    put("MODEL_CARD.md", re.sub(r"\{(\w+)\}", lambda m: told[m[1]], card))


if __name__ == "__main__":
    main()
