"""Sounds that are not speech: backgrounds to mix in, and whole windows whose right answer is nothing."""
from functools import cache
import numpy as np
from recipe.paths import RATE

ROWS, COLUMNS = [697, 770, 852, 941], [1209, 1336, 1477]


def coloured(rng, n, slope):
    """Noise whose power falls with frequency: slope 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(rng.normal(size=n))
    spectrum[1:] /= np.maximum(np.arange(1, len(spectrum)), 20) ** (slope / 2)
    return unit(np.fft.irfft(spectrum, n))


def unit(x):
    return (x / max(float(np.sqrt(np.mean(x ** 2))), 1e-9)).astype(np.float32)


def tone(rng, n):
    """One steady or interrupted tone, as in a dial or ring-back signal."""
    time = np.arange(n) / RATE
    x = np.sin(2 * np.pi * rng.uniform(100, 3000) * time) + np.sin(2 * np.pi * rng.choice([350, 425, 440, 480]) * time)
    if rng.random() < 0.6:
        x *= (time % rng.uniform(0.3, 5)) < rng.uniform(0.2, 2)
    return unit(x)


def dtmf(rng, n):
    """Telephone keys pressed at random."""
    x, at = np.zeros(n), int(rng.uniform(0, 0.5) * RATE)
    while at < n:
        length = min(n - at, int(rng.uniform(0.06, 0.3) * RATE))
        time = np.arange(length) / RATE
        x[at:at + length] = np.sin(2 * np.pi * rng.choice(ROWS) * time) + np.sin(2 * np.pi * rng.choice(COLUMNS) * time)
        at += length + int(rng.uniform(0.05, 0.8) * RATE)
    return unit(x)


def music(rng, n):
    """Chords with harmonics and decay: the shape of hold music."""
    x, at, beat = np.zeros(n), 0, rng.uniform(0.2, 0.7)
    root = rng.uniform(110, 330)
    while at < n:
        length = min(n - at, int(beat * rng.choice([1, 1, 2, 4]) * RATE))
        time = np.arange(length) / RATE
        for step in rng.choice([0, 2, 4, 5, 7, 9, 11, 12], size=rng.integers(1, 4)):
            pitch = root * 2 ** (step / 12)
            x[at:at + length] += sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 5)) * np.exp(-2 * time)
        at += length
    return unit(x)


def clicks(rng, n):
    """Keyboard, line crackle: short bursts over near silence."""
    x = 0.01 * rng.normal(size=n)
    for at in rng.integers(0, max(1, n - 400), size=max(1, n // rng.integers(2000, 20000))):
        x[at:at + 200] += rng.normal(size=min(200, n - at)) * np.exp(-np.arange(min(200, n - at)) / 40)
    return unit(x)


@cache
def bank():
    """Two minutes of each of seven colours, made once: drawing new noise for each window would cost too much."""
    rng = np.random.default_rng(3)
    return [coloured(rng, 120 * RATE, slope) for slope in np.linspace(0, 2, 7)]


def background(rng, n):
    """One of the mixable sounds, at about unit power."""
    if rng.random() < 0.8:
        colour = bank()[rng.integers(7)]
        at = int(rng.integers(len(colour) - n))
        return colour[at:at + n]
    return [tone, music, clicks][rng.integers(3)](rng, n)


def nonspeech(rng, n):
    """A window with nothing said: (samples, kind)."""
    kind = rng.choice(["silence", "noise", "tone", "dtmf", "music", "clicks"], p=[0.2, 0.3, 0.12, 0.12, 0.18, 0.08])
    loud = 10 ** rng.uniform(-3.5, -0.8)
    if kind == "silence":
        return (np.zeros(n) if rng.random() < 0.5 else rng.normal(0, 10 ** rng.uniform(-4.5, -3), n)).astype(np.float32), kind
    if kind == "noise":
        return loud * coloured(rng, n, rng.uniform(0, 2)), kind
    x = {"tone": tone, "dtmf": dtmf, "music": music, "clicks": clicks}[kind](rng, n)
    return (loud * x + 10 ** rng.uniform(-5, -3) * rng.normal(size=n)).astype(np.float32), kind
