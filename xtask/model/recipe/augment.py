"""Making few voices many, and a studio a telephone. strength (0..1) ramps all of it up while training goes on."""
import numpy as np
from scipy.signal import fftconvolve
from recipe import noise
from recipe.paths import RATE


def respeed(samples, factor):
    """Plays faster or slower: pace, pitch and formants move together."""
    n = int(len(samples) / factor)
    return np.interp(np.arange(n) * factor, np.arange(len(samples)), samples).astype(np.float32)


def mu_law(samples, levels=255):
    """8-bit mu-law and back, the codec of the telephone network."""
    peak = np.clip(samples, -1, 1)
    code = np.sign(peak) * np.log1p(levels * np.abs(peak)) / np.log1p(levels)
    code = np.round(code * 127) / 127
    return np.sign(code) * np.expm1(np.abs(code) * np.log1p(levels)) / levels


def telephone(samples, low=300.0, high=3400.0, tilt=0.0):
    """Band-limits to a telephone line at 8 kHz, mu-law coded, back at 16 kHz."""
    n = len(samples)
    even = n + n % 2
    spectrum = np.fft.rfft(samples, even)
    freqs = np.fft.rfftfreq(even, 1 / RATE)
    band = 1 / np.sqrt(1 + (low / np.maximum(freqs, 1)) ** 8) / np.sqrt(1 + (freqs / high) ** 24)
    half = np.fft.irfft((spectrum * band * (np.maximum(freqs, 50) / 1000) ** tilt)[: even // 4 + 1], even // 2) / 2
    coded = np.fft.rfft(mu_law(half))
    full = np.zeros(even // 2 + 1, dtype=complex)
    keep = min(len(coded), len(full))
    full[:keep] = coded[:keep]
    return (np.fft.irfft(full, even) * 2)[:n].astype(np.float32)


def room(samples, rng):
    """A short synthetic room: decaying noise after the direct sound."""
    n = int(rng.uniform(0.08, 0.35) * RATE)
    impulse = rng.normal(size=n) * np.exp(-np.arange(n) / (n / 6)) * rng.uniform(0.02, 0.12)
    impulse[0] = 1
    return fftconvolve(samples, impulse)[: len(samples)].astype(np.float32)


def drop_packets(samples, rng):
    """Short gaps, as on a bad internet line."""
    out = samples.copy()
    for at in rng.integers(0, max(1, len(out)), size=rng.integers(0, 1 + len(out) // (2 * RATE))):
        out[at:at + int(rng.uniform(0.01, 0.04) * RATE)] = 0
    return out


def channel(samples, rng, strength):
    """The way from mouth to file: room, noise, band, codec, level. About half of all speech is telephone band."""
    x = samples
    if rng.random() < 0.2 * strength:
        x = room(x, rng)
    if rng.random() < 0.6 * strength:
        power = float(np.sqrt(np.mean(x ** 2)))
        x = x + noise.background(rng, len(x)) * power * 10 ** (-rng.uniform(8, 35) / 20)
    if rng.random() < 0.2 + 0.35 * strength:
        x = telephone(x, rng.uniform(200, 400), rng.uniform(3000, 3700), rng.uniform(-0.3, 0.4))
        if rng.random() < 0.2:
            x = telephone(x * rng.uniform(0.3, 1.5))
        if rng.random() < 0.1 * strength:
            x = drop_packets(x, rng)
    if rng.random() < 0.2 * strength:
        x = np.tanh(x * rng.uniform(1, 4))
    return (x * 10 ** rng.uniform(-1.0, 0.3)).astype(np.float32)
