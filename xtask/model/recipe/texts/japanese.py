"""Japanese sentences, mostly unpredictable, in ordinary script with a limited set of kanji."""
import re
from recipe import words
from recipe.texts.english import join

DIGITS = ["ゼロ", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
SPOKEN = ["ゼロ", "いち", "にー", "さん", "よん", "ごー", "ろく", "なな", "はち", "きゅう"]
DAYS = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日"]
MORAS = re.findall("[ァ-ヴ][ァィゥェォャュョ]?ー?", "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨ"
                   "ラリルレロワガギグゲゴザジズゼゾダデドバビブベボパピプペポキャキュキョシャシュショチャチュチョリャリュリョファフィティディアーコーセーテーリー")
MIX = {"shuffle": 28, "walk": 20, "loose": 22, "splice": 8, "template": 10, "digits": 7, "short": 5}


def number(n):
    """A whole number in kanji numerals, as it is read."""
    if n == 0:
        return ""
    for unit, sign in ((10000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n >= unit:
            head = "" if n // unit == 1 and unit != 10000 else number(n // unit)
            return head + sign + number(n % unit)
    return DIGITS[n]


class Japanese:
    """Holds the word lists and a seeded generator; make() returns one sentence."""

    def __init__(self, rng):
        self.rng = rng
        self.lists = words.classes("ja_words.txt")
        self.frames = words.lines("ja_frames.txt")
        self.sentences = [s.split() for s in words.lines("ja_sentences.txt")]
        self.extra = words.lines("ja_known.txt")[0].split()
        self.follow = {}
        for text in self.sentences:
            for first, second in zip(text, text[1:]):
                self.follow.setdefault(first, []).append(second)
        self.phrases = [p for s in self.sentences for p in s]
        self.spoken = {}

    def word(self):
        """Any word or phrase: nouns, loan words, names, phrases of our sentences, invented katakana."""
        draw, rng = self.rng.random(), self.rng
        if draw < 0.34:
            return self.noun()
        if draw < 0.50:
            return rng.choice(self.extra)
        if draw < 0.62:
            return self.pick("verb")
        if draw < 0.70:
            return self.pick("adv")
        if draw < 0.77:
            return self.pick("adj")
        if draw < 0.86:
            return rng.choice(self.phrases)
        if draw < 0.92:
            return self.pick(rng.choice(["name", "company"]))
        if draw < 0.96:
            return "".join(rng.choice(MORAS) for _ in range(rng.randint(2, 5)))
        return rng.choice([self.money, self.date, self.time, self.percent])()

    def noun(self):
        """A noun or loan word; now and then a compound."""
        one = self.pick("kata") if self.rng.random() < 0.3 else self.pick("noun")
        return one + self.pick("noun") if self.rng.random() < 0.06 else one

    def pick(self, kind):
        return self.rng.choice(self.lists[kind])

    def makers(self, loose=0.0):
        """Slot makers; loose is the share of slots filled with any word at all."""
        rng = self.rng
        strict = {k: (lambda k=k: self.pick(k)) for k in self.lists}
        strict |= {
            "noun": self.noun, "money": self.money, "phone": self.phone, "date": self.date, "time": self.time,
            "percent": self.percent, "day": lambda: rng.choice(DAYS),
            "count": lambda: number(rng.choice([rng.randint(2, 12), rng.randint(2, 30), rng.randint(2, 9) * 10])),
            "digits": lambda: self.digit_string(rng.randint(3, 6)),
        }
        return {k: (lambda f=f: self.word() if rng.random() < loose else f()) for k, f in strict.items()}

    def money(self):
        rng = self.rng
        n = rng.choice([rng.randint(1, 99) * 10000, rng.randint(1, 30) * 1000, rng.randint(3, 99) * 100,
                        rng.randint(11, 99) * 1000])
        return number(n) + "円"

    def percent(self):
        return number(self.rng.choice([5, 10, 15, 20, 25, 30, 40, 50])) + "パーセント"

    def date(self):
        return number(self.rng.randint(1, 12)) + "月" + number(self.rng.randint(1, 31)) + "日"

    def time(self):
        return self.rng.choice(["", "", "午前", "午後"]) + number(self.rng.randint(1, 12)) + "時" + self.rng.choice(["", "半", "十五分"])

    def digit_string(self, n):
        """Digits read one by one. The voice gets kana, so that it does not read a number."""
        draws = [self.rng.randint(0, 9) for _ in range(n)]
        text = "".join(DIGITS[d] for d in draws)
        self.spoken[text] = "".join(SPOKEN[d] for d in draws) + "、"
        return text

    def phone(self):
        return "の".join(self.digit_string(n) for n in self.rng.choice([(3, 4, 4), (2, 4, 4), (4, 4)]))

    def shuffle(self):
        out = []
        for _ in range(self.rng.randint(2, 6)):
            out += [self.word(), self.pick("particle") if self.rng.random() < 0.5 else ""]
        return glue(out, self.rng)

    def walk(self):
        """Follows phrase pairs of our own sentences, with random jumps."""
        out = [self.rng.choice(self.phrases)]
        for _ in range(self.rng.randint(2, 6)):
            nexts = self.follow.get(out[-1])
            out.append(self.rng.choice(nexts) if nexts and self.rng.random() > 0.3 else self.word())
        return glue(out, self.rng)

    def splice(self):
        first, second = self.rng.choice(self.sentences), self.rng.choice(self.sentences)
        return glue(first[:self.rng.randint(1, 4)] + second[-self.rng.randint(1, 4):], self.rng)

    def digits(self):
        makers = [self.phone, lambda: self.digit_string(self.rng.randint(2, 7)), lambda: self.date() + self.time(), self.money]
        return self.rng.choice(makers)()

    def template(self):
        return words.fill(self.rng.choice(self.frames), self.makers())

    def loose(self):
        return words.fill(self.rng.choice(self.frames), self.makers(0.5))

    def short(self):
        return "".join(self.pick("backchannel") for _ in range(self.rng.choice([1, 1, 2])))

    def make(self, kind=None):
        """One sentence of a kind, or of a kind drawn from MIX."""
        if kind is None:
            kind = self.rng.choices(list(MIX), MIX.values())[0]
            if self.rng.random() < 0.15:
                return join(self.make("short"), self.make(kind), "")
        self.spoken = {}
        raw = getattr(self, kind)()
        spoken = raw
        for text in sorted(self.spoken, key=len, reverse=True):
            spoken = spoken.replace(text, self.spoken[text])
        return item(raw, spoken, kind)


def item(raw, spoken, kind):
    """A sentence record. Commas guide the voice and are not written."""
    text = raw.replace("、", "").rstrip("。") + "。"
    return {"text": text, "spoken": spoken.rstrip("、。") + "。", "kind": kind, "lang": "ja"}


def glue(phrases, rng):
    """Joins random phrases; a comma keeps the voice from reading two words as one."""
    out = ""
    for phrase in filter(None, phrases):
        clash = out and "一" <= out[-1] <= "龥" and "一" <= phrase[0] <= "龥"
        out += ("、" if out and (clash or rng.random() < 0.15) else "") + phrase
    return out


def written(script):
    """A hand-written line (phrases cut by spaces): a full stop after each phrase that ends a sentence."""
    phrases = script.split()
    ended = [p + "。" if re.search("(ます|です|ました|でした|ません|ですね|ますか|ましたか|ですか|いいえ|はい|ええ)$", p) else p
             for p in phrases[:-1]]
    raw = "".join(ended + phrases[-1:])
    return item(raw, raw, "written")
