"""Reading the hand-written word lists and frames in data/."""
import re
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


def lines(name):
    """Content lines of a data file, comments and blanks left out."""
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def classes(name):
    """Word classes of a list file: {class: [word, ...]}."""
    pairs = (line.split(":", 1) for line in lines(name))
    return {key: words.split() for key, words in pairs}


def dictionary(path="/usr/share/dict/words"):
    """Plain lower-case words of the Debian word list: they keep the vocabulary open."""
    if not Path(path).exists():
        return []
    words = Path(path).read_text(encoding="utf-8").split()
    return [w for w in words if re.fullmatch("[a-z]{3,10}", w)]


def fill(frame, makers):
    """Replaces each {slot} of a frame by what its maker returns."""
    return re.sub(r"\{(\w+)\}", lambda m: makers[m.group(1)](), frame)
