"""English sentences, most of them unpredictable: a decoder fed templates learns the templates, not to listen."""
from recipe import words

ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen").split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
            "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth").split()
MIX = {"turn": 50, "walk": 14, "shuffle": 10, "loose": 8, "template": 9, "splice": 3, "digits": 4, "short": 2}
SHORT = ("Yes. / No. / Okay. / Right. / Sure. / Thank you. / I see. / Of course. / Hello? / Sorry? / Mm hmm. / "
         "Uh huh. / Great. / Perfect. / Exactly. / Really? / Go ahead. / Good morning. / Good afternoon. / "
         "That is right. / Sounds good. / No problem. / Got it. / Bye. / Absolutely.").split(" / ")


def number(n):
    """A whole number in words, as a caller says it."""
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (" " + ONES[n % 10] if n % 10 else "")
    if n < 1000:
        return ONES[n // 100] + " hundred" + (" " + number(n % 100) if n % 100 else "")
    if n < 1_000_000:
        return number(n // 1000) + " thousand" + (" " + number(n % 1000) if n % 1000 else "")
    return number(n // 1_000_000) + " million" + (" " + number(n % 1_000_000) if n % 1_000_000 else "")


def ordinal(n):
    """A day of the month in words: twenty first."""
    if n <= 20:
        return ORDINALS[n - 1]
    return "thirtieth" if n == 30 else TENS[n // 10] + " " + ORDINALS[n % 10 - 1]


def sentence(text):
    """Capital letter first, full stop last: the only style the model writes."""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?" else ".")


class English:
    """Holds the word lists and a seeded generator; make() returns one sentence."""

    def __init__(self, rng):
        self.rng = rng
        self.lists = words.classes("en_words.txt")
        self.frames = words.lines("en_frames.txt")
        self.turns = words.lines("en_turns.txt")
        plain = [t.strip("?").replace("I ", "i ") for t in self.turns]
        self.sentences = [s.split() for s in words.lines("en_sentences.txt") + plain]
        self.extra = words.lines("en_known.txt")[0].split()
        self.dictionary = words.dictionary()
        self.common = [w for k in ("noun", "verb", "adj", "adv", "function", "function") for w in self.lists[k]]
        proper = self.lists["day"] + [m for m in self.lists["month"] if m not in ("March", "May")]
        self.cased = {w.lower(): w for w in proper} | {"i": "I"}
        self.follow = self._bigrams()

    def _bigrams(self):
        """Which word follows which in our own sentences and in filled frames."""
        follow, makers = {}, self.makers()
        filled = [words.fill(f, makers).strip(".?").lower().split() for f in self.frames for _ in range(20)]
        for text in self.sentences + filled:
            for first, second in zip(text, text[1:]):
                follow.setdefault(first, []).append(second)
        return follow

    def word(self):
        """Any word: mostly common, names, numbers, a few from the dictionary (rare words teach spelling slowly)."""
        draw = self.rng.random()
        if draw < 0.50:
            return self._case(self.rng.choice(self.common))
        if draw < 0.80:
            return self._case(self.rng.choice(self.extra))
        if draw < 0.86 and self.dictionary:
            return self.rng.choice(self.dictionary)
        if draw < 0.95:
            kind = self.rng.choice(["name", "surname", "company", "city", "day", "month"])
            return self.rng.choice(self.lists[kind])
        return number(int(10 ** self.rng.uniform(0, 3)))

    def _case(self, word):
        return self.cased.get(word, word)

    def pick(self, kind):
        return self.rng.choice(self.lists[kind])

    def makers(self, loose=0.0):
        """Slot makers; loose is the share of slots filled with any word at all."""
        rng = self.rng
        strict = {k: (lambda k=k: self.pick(k)) for k in self.lists}
        strict |= {
            "noun_s": lambda: self.pick("noun") + "s",
            "count": lambda: number(rng.choice([rng.randint(2, 20), rng.randint(2, 99), rng.randint(2, 30) * 10])),
            "money": self.money, "phone": self.phone, "digits": lambda: self.digit_string(rng.randint(3, 7)),
            "percent": lambda: number(rng.choice([5, 10, 12, 15, 20, 25, 30, 40, 50])) + " percent",
            "unit": lambda: rng.choice("month year user seat hour call week quarter".split()),
            "time": self.time, "ordinal": lambda: ordinal(rng.randint(1, 30)),
        }
        return {k: (lambda f=f: self.word() if rng.random() < loose else f()) for k, f in strict.items()}

    def money(self):
        n = self.rng.choice([self.rng.randint(2, 99), self.rng.randint(1, 99) * 100, self.rng.randint(1, 90) * 1000,
                             self.rng.randint(101, 999)])
        return number(n) + " dollars"

    def time(self):
        hour = ONES[self.rng.randint(1, 12)]
        return hour + self.rng.choice(["", " thirty", " fifteen", " a m", " p m", " o'clock"])

    def digit_string(self, n):
        return " ".join(ONES[self.rng.randint(0, 9)] for _ in range(n))

    def phone(self):
        return self.digit_string(self.rng.choice([7, 10]))

    def shuffle(self):
        return " ".join(self.word() for _ in range(self.rng.randint(2, 10)))

    def walk(self):
        """Follows word pairs of our own sentences, with random jumps."""
        out = [self.rng.choice(list(self.follow))]
        for _ in range(self.rng.randint(3, 12)):
            nexts = self.follow.get(out[-1])
            out.append(self.rng.choice(nexts) if nexts and self.rng.random() > 0.15 else self.word())
        return " ".join(self._case(w) for w in out)

    def splice(self):
        first, second = self.rng.choice(self.sentences), self.rng.choice(self.sentences)
        cut, start = self.rng.randint(1, len(first) - 1), self.rng.randint(0, len(second) - 2)
        out = first[max(0, cut - 6):cut] + second[start:start + self.rng.randint(2, 7)]
        return " ".join(self._case(w) for w in out)

    def digits(self):
        kind = self.rng.random()
        if kind < 0.5:
            return self.digit_string(self.rng.randint(2, 10))
        if kind < 0.8:
            return f"{self.pick('name')} {self.pick('surname')} " + self.rng.choice([self.phone, self.time, self.money])()
        return f"{self.pick('day')} {self.pick('month')} {ordinal(self.rng.randint(1, 30))}"

    def turn(self):
        """A sentence as written."""
        return self.rng.choice(self.turns)

    def template(self):
        return words.fill(self.rng.choice(self.frames), self.makers())

    def loose(self):
        return words.fill(self.rng.choice(self.frames), self.makers(0.5))

    def short(self):
        return self.rng.choice(SHORT)

    def make(self, kind=None):
        """One sentence of a kind, or of a kind drawn from MIX."""
        if kind is None:
            kind = self.rng.choices(list(MIX), MIX.values())[0]
            if self.rng.random() < 0.12:
                return join(self.make(kind), self.make("short" if self.rng.random() < 0.5 else "loose"), " ")
        spoken = sentence(getattr(self, kind)())
        return item(spoken, kind)


def item(spoken, kind):
    """A sentence record. Commas guide the voice and are not written."""
    return {"text": spoken.replace(",", ""), "spoken": spoken, "kind": kind, "lang": "en"}


def join(first, second, space):
    """Two sentences as one utterance."""
    return first | {k: first[k] + space + second[k] for k in ("text", "spoken")}
