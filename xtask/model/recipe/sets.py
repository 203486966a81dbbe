"""The test sets: sound and true text, never trained on. Each is one Ogg file and a JSON Lines index."""
import json
import random
import numpy as np
from recipe import augment, known, noise, voices
from recipe.calls import record, write_ogg
from recipe.paths import RATE, SETS, SPEECH
from recipe.speech import MAKERS
from recipe.texts import english
from recipe.words import lines

COUNT = 50
GAP = RATE // 2
ALONE = {"en": "Yes. / No. / Hello? / Okay. / Right. / Really? / Sure. / Exactly. / Perfect. / Thank you.".split(" / "),
         "ja": "はい。 / ええ。 / もしもし。 / なるほど。 / いいえ。 / そうですね。 / そうですか。 / もちろんです。 / 分かりました。 / 承知しました。".split(" / ")}


def trained():
    """Every text in the training shards, in comparison form."""
    rows = (json.loads(line) for path in SPEECH.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines())
    return {known.plain(row["text"]) for row in rows}


def template_lines(lang, texts):
    """Sentences of the training templates that were held out and occur in no shard."""
    maker, found = MAKERS[lang](random.Random(f"set {lang}")), {}
    while len(found) < COUNT:
        line = maker.make("template")
        form = known.plain(line["text"])
        if known.held_out(line) and form not in texts and len(form) > 8:
            found.setdefault(form, line)
    return list(found.values())


def free_lines(lang):
    return [record(lang, line) for line in lines(f"free_{lang}.txt")]


def spoken(lang, texts, rng, voice=None):
    """Speaks lines in seen voices, or all in one given voice."""
    for line in texts:
        drawn, style = voices.draw(lang, rng)
        used = voice or drawn
        row = {"text": line["text"], "language": lang, "voice": used} | {k: line[k] for k in ("names",) if k in line}
        yield row, voices.speak(line["spoken"], used, style)


def write(name, items, quality=0.92):
    """Items back to back with half a second between them."""
    folder = SETS / name
    folder.mkdir(parents=True, exist_ok=True)
    rows, parts, at = [], [], 0
    for number, (row, samples) in enumerate(items):
        place = {"id": f"{name}-{number:03d}", "startMs": at * 1000 // RATE, "endMs": (at + len(samples)) * 1000 // RATE}
        rows.append(place | row)
        parts += [samples.astype(np.float32), np.zeros(GAP, np.float32)]
        at += len(samples) + GAP
    write_ogg(folder / "audio.ogg", np.concatenate(parts), quality=quality)
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    (folder / "index.jsonl").write_text(text, encoding="utf-8")


def packed(items, rng):
    """The same utterances in 30 s windows, with pauses of 0.2 to 1.5 s; segments carry the times."""
    window, segments, at, limit = np.zeros(30 * RATE, np.float32), [], int(0.3 * RATE), 30 * RATE
    for row, samples in items:
        if at + len(samples) > limit:
            yield joined(segments), window
            window, segments, at = np.zeros(limit, np.float32), [], int(rng.choice([0, 0.3, 1.2]) * RATE)
        window[at:at + len(samples)] = samples
        segments.append({"startMs": at * 1000 // RATE, "endMs": (at + len(samples)) * 1000 // RATE} | row)
        at += len(samples) + int(rng.uniform(0.2, 1.5) * RATE)
    yield joined(segments), window


def joined(segments):
    lang = segments[0]["language"]
    text = (" " if lang == "en" else "").join(s["text"] for s in segments)
    return {"text": text, "language": lang, "voice": "several", "segments": segments}


def silent(rng, count=30):
    for _ in range(count):
        samples, kind = noise.nonspeech(rng, int(rng.uniform(3, 8) * RATE))
        yield {"text": "", "language": "", "voice": str(kind)}, samples


def names(lang):
    """Sentences with a name that the training never had; the index tells the name."""
    for line in lines(f"names_{lang}.txt"):
        name, text = line.split(": ", 1)
        yield record(lang, english.sentence(text) if lang == "en" else text) | {"names": [name]}


def alone(lang, rng):
    """One short word said into a line that then stays silent."""
    for word in ALONE[lang]:
        voice, style = voices.draw(lang, rng)
        samples = voices.speak(word, voice, style)
        silence = np.random.default_rng(len(word)).normal(0, 0.0005, 6 * RATE).astype(np.float32)
        silence[RATE // 5:RATE // 5 + len(samples)] += samples
        yield {"text": word, "language": lang, "voice": voice}, silence


def language(lang, texts):
    rng = random.Random(f"voices {lang}")
    free, template = free_lines(lang), template_lines(lang, texts)
    assert not texts & {known.plain(line["text"]) for line in free}
    spoken_free = list(spoken(lang, free, rng))
    write(f"{lang}-template", spoken(lang, template, rng))
    write(f"{lang}-free", spoken_free)
    write(f"{lang}-telephone", [(row, augment.telephone(samples)) for row, samples in spoken_free])
    write(f"{lang}-packed", packed(spoken_free, rng))
    write(f"{lang}-names", spoken(lang, names(lang), random.Random(f"names {lang}")))
    write(f"{lang}-alone", alone(lang, random.Random(f"alone {lang}")))
    write(f"{lang}-unseen-engine", spoken(lang, free[:25] + template[:25], rng, voices.UNSEEN[lang]))


def main():
    texts = trained()
    for lang in ("en", "ja"):
        language(lang, texts)
    write("nonspeech", silent(np.random.default_rng(11)))


if __name__ == "__main__":
    main()
