"""Words of the test sets and sample calls: the model may know the words, never the sentences.

Writes data/en_known.txt and data/ja_known.txt, one shuffled line each, so that no order of any test text survives.
"""
import random
import re
import zlib
from recipe import words


def call(name):
    """Turns of a call script: (side, gap in seconds, text)."""
    rows = (line.split(" ", 2) for line in words.lines(name))
    return [(side, float(gap), text) for side, gap, text in rows]


def test_texts(lang):
    """All free test sentences and call turns of a language, as written in the scripts."""
    return words.lines(f"free_{lang}.txt") + [text for _, _, text in call(f"call_{lang}.txt")]


def plain(text):
    """Scoring and comparison form: no case, no punctuation, no spaces in Japanese."""
    text = re.sub(r"[^\w' ]", " ", text.lower()) if text.isascii() else re.sub(r"[\s。、？?!.,]", "", text)
    return " ".join(text.split())


def held_out(record):
    """Template sentences kept for the test: one in twelve, by a hash of the text."""
    return record["kind"] == "template" and zlib.crc32(plain(record["text"]).encode()) % 12 == 0


def english_words(text):
    """Words of an English line; a capital stays only where it is not due to the sentence's start."""
    names = {n for k in ("name", "surname", "company", "city", "day", "month") for n in words.classes("en_words.txt")[k]}
    starts = re.sub(r"(^|[.?] )(\w+)", lambda m: m[1] + (m[2] if m[2] in names | {"I"} else m[2].lower()), text)
    return re.findall(r"[\w']+", starts)


def known(lang):
    """The distinct words (English) or phrases (Japanese) of the test texts, shuffled."""
    found = set()
    for text in test_texts(lang):
        found |= set(english_words(text) if lang == "en" else text.split())
    found = sorted(found)
    random.Random(7).shuffle(found)
    return found


def main():
    for lang in ("en", "ja"):
        path = words.DATA / f"{lang}_known.txt"
        path.write_text("# Written by recipe/known.py.\n" + " ".join(known(lang)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
