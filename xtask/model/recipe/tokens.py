"""The tokenizer: a small byte-level BPE and the Whisper special tokens, in Whisper's order."""
import json
import random
from functools import cache
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from recipe import words
from recipe.paths import WORK
from recipe.texts.english import English
from recipe.texts.japanese import Japanese

TEXT = 1400
SPECIALS = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|ja|>", "<|translate|>", "<|transcribe|>",
            "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
EOT, SOT, EN, JA, TRANSLATE, TRANSCRIBE, SOLM, PREV, NOSPEECH, NOTIMES = range(TEXT, TEXT + len(SPECIALS))
TIME = TEXT + len(SPECIALS)
VOCAB = TIME + 1501
LANG = {"en": EN, "ja": JA}
FILE = WORK / "tokenizer.json"


def characters():
    """Every Japanese character of the lists, alone and often: each becomes one token, not loose bytes."""
    text = "".join(words.lines("ja_words.txt") + words.lines("ja_frames.txt") + words.lines("ja_sentences.txt")
                   + words.lines("ja_known.txt"))
    kana = "".join(chr(c) for c in range(0x3041, 0x30FB)) + "ー。"
    return sorted(c for c in set(text + kana) if "ぁ" <= c <= "ヺ" or "一" <= c <= "龥" or c in "ー。")


def text_sample(n=12_000):
    """Sentences of both languages; segments start with a space in English, as Whisper's do."""
    english, japanese = English(random.Random(1)), Japanese(random.Random(2))
    for character in characters():
        yield from [character] * 20_000
    for _ in range(n):
        yield " " + english.make()["text"]
        yield japanese.make()["text"]


def build():
    """Learns the merges and adds specials and 1501 time stamps as added tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=TEXT, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  max_token_length=12, show_progress=False)
    tokenizer.train_from_iterator(text_sample(), trainer)
    assert tokenizer.get_vocab_size() == TEXT
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIALS])
    times = [AddedToken(f"<|{i * 0.02:.2f}|>", normalized=False, special=False) for i in range(1501)]
    tokenizer.add_tokens(times)
    assert tokenizer.token_to_id("<|30.00|>") == VOCAB - 1
    tokenizer.save(str(FILE))


@cache
def tokenizer():
    return Tokenizer.from_file(str(FILE))


def encode(text, lang):
    """Token ids of a segment's text."""
    return tokenizer().encode((" " if lang == "en" else "") + text).ids


def decode(ids):
    """Text of ids, without specials and time stamps."""
    return tokenizer().decode([i for i in ids if i < TEXT]).strip()


def stamp(seconds):
    return TIME + min(1500, max(0, round(seconds / 0.02)))


if __name__ == "__main__":
    build()
    print(json.dumps(tokenizer().get_vocab_size()))
