"""The voices: open text-to-speech engines, each called as speak(text, voice, style) -> 16 kHz float samples.

Training voices, and voices never trained on: festival's diphone speaker (English) and espeak-ng's Klatt
synthesiser (Japanese). Licences are in the model card.
"""
import io
import os
import subprocess
from functools import cache
import numpy as np
import soundfile
from scipy.signal import resample_poly
from recipe.paths import RATE, WORK

ACCENTS = "en-us en-us en-us en-us-nyc en-gb en-gb-x-rp en-gb-scotland en-029 en-gb-x-gbclan en-gb-x-gbcwmd".split()
VARIANTS = ("f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alex Alicia Andrea Andy Annie Denis Diogo Gene Hugo Jacky Lee Marco "
            "Mario Michael Mike Nguyen adam anika aunty belinda benjamin boris caleb david ed edward grandma grandpa "
            "gustave iven iven2 john linda max michel miguel norbert pablo paul pedro quincy rob robert sandro shelby "
            "steph steph2 travis victor zac").split()
FLITE = ["slt", "rms", "awb", "kal16"]
PICO = ["en-US", "en-GB"]
UNSEEN = {"en": "festival/ked", "ja": "klatt/klatt"}
NITECH = "hts_voice_nitech_jp_atr503_m001-1.05/nitech_jp_atr503_m001.htsvoice"


def draw(lang, rng):
    """A training voice and a speaking style."""
    style = {"rate": rng.uniform(0.82, 1.35), "pitch": rng.uniform(-1, 1)}
    if lang == "en":
        pick = rng.random()
        voice = "flite/" + rng.choice(FLITE) if pick < 0.42 else "pico/" + rng.choice(PICO) if pick < 0.67 else \
            f"espeak/{rng.choice(ACCENTS)}+{rng.choice(VARIANTS)}"
    else:
        pick = rng.random()
        voice = "hts/mei" if pick < 0.42 else "hts/nitech" if pick < 0.8 else f"espeak/ja+{rng.choice(VARIANTS)}"
    return voice, style


def speak(text, voice, style):
    """Samples at 16 kHz, edges trimmed, level set."""
    engine, name = voice.split("/", 1)
    samples, rate = ENGINES[engine](text, name, style)
    if rate != RATE:
        common = np.gcd(rate, RATE)
        samples = resample_poly(samples, RATE // common, rate // common)
    return level(trim(samples.astype(np.float32)))


def trim(samples, keep=320):
    """Cuts near-silence at both ends, so that the stated times are those of the speech."""
    frame = 160
    energy = np.abs(samples[: len(samples) // frame * frame].reshape(-1, frame)).max(axis=1)
    loud = np.flatnonzero(energy > 0.02 * max(energy.max(), 1e-6)) if len(energy) else []
    if len(loud) == 0:
        return samples
    return samples[max(0, loud[0] * frame - keep): (loud[-1] + 1) * frame + keep]


def level(samples, rms=0.08):
    gain = rms / max(float(np.sqrt(np.mean(samples ** 2))), 1e-5)
    return np.clip(samples * gain, -1, 1)


def _wav(command, stdin=None):
    out = subprocess.run(command, input=stdin, capture_output=True, check=True).stdout
    out = out[:4] + (len(out) - 8).to_bytes(4, "little") + out[8:]
    return soundfile.read(io.BytesIO(_fix_size(out)), dtype="float32")


def _fix_size(wav):
    """Streaming writers leave the data size unknown; the real one is put in."""
    at = wav.find(b"data")
    return wav[: at + 4] + (len(wav) - at - 8).to_bytes(4, "little") + wav[at + 8:]


def espeak(text, name, style):
    if name.startswith("ja"):
        text = kana(text)
    speed, pitch = int(165 * style["rate"]), int(50 + 30 * style["pitch"])
    return _wav(["espeak-ng", "-v", name, "-s", str(speed), "-p", str(pitch), "--stdout", text])


def klatt(text, name, style):
    return espeak(text, "ja+" + name, style)


def flite(text, name, style):
    mean = {"slt": 170, "rms": 105, "awb": 120, "kal16": 105}[name] * (1 + 0.15 * style["pitch"])
    path = WORK / f"flite-{os.getpid()}.wav"
    subprocess.run(["flite", "-voice", name, "--setf", f"duration_stretch={1 / style['rate']:.3f}", "--setf",
                    f"int_f0_target_mean={mean:.0f}", "-t", text, "-o", str(path)], check=True, capture_output=True)
    return soundfile.read(path, dtype="float32")


@cache
def _pico(name):
    """ttspico carries its voices in the package."""
    import ttspico
    return ttspico.TtsEngine(name)


def pico(text, name, style):
    engine = _pico(name)
    engine.rate, engine.pitch = int(100 * style["rate"]), int(100 + 30 * style["pitch"])
    return np.frombuffer(engine.speak(text), dtype=np.int16).astype(np.float32) / 32768, RATE


def festival(text, name, style):
    path = WORK / f"festival-{os.getpid()}.wav"
    clean = text.replace('"', "")
    scheme = (f'(voice_{name}_diphone) (Parameter.set (quote Duration_Stretch) {1 / style["rate"]:.3f}) '
              f'(utt.save.wave (utt.synth (Utterance Text "{clean}")) "{path}" (quote riff))')
    subprocess.run(["festival", "--pipe"], input=scheme.encode(), check=True, capture_output=True)
    return soundfile.read(path, dtype="float32")


@cache
def openjtalk():
    """pyopenjtalk prints on import; the output is not ours."""
    import pyopenjtalk
    return pyopenjtalk


def kana(text):
    """What a Japanese voice says, in katakana."""
    return openjtalk().g2p(text, kana=True)


def phones(text):
    """What an English voice says, in IPA without stress and length; variants of one sound are written alike."""
    said = subprocess.run(["espeak-ng", "-q", "--ipa", "-v", "en-us", text], capture_output=True, check=True, text=True).stdout
    return " ".join(said.translate(str.maketrans("ɾᵻɐ", "tɪə", "ˈˌːʔ\u0329")).split())


@cache
def _hts(name):
    folder = os.path.join(os.path.dirname(openjtalk().__file__), "htsvoice")
    path = os.path.join(folder, "mei_normal.htsvoice") if name == "mei" else str(nitech())
    return openjtalk().HTSEngine(path.encode())


def nitech():
    """The Nitech voice (CC BY 3.0), carried by the crate jbonsai; cargo fetches it, `voices` copies it here."""
    return WORK / "voices" / os.path.basename(NITECH)


def hts(text, name, style):
    engine = _hts(name)
    engine.refresh()
    engine.set_speed(style["rate"] * (1.0 if name == "mei" else 0.95))
    engine.add_half_tone(3.0 * style["pitch"])
    samples = engine.synthesize(openjtalk().extract_fullcontext(text))
    return np.asarray(samples, dtype=np.float32) / 32768, engine.get_sampling_frequency()


ENGINES = {"espeak": espeak, "klatt": klatt, "flite": flite, "pico": pico, "festival": festival, "hts": hts}
