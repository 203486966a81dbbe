"""Speakers that no engine has: other spectra, other rhythms, missing bands. All on log-mel features, so it costs little."""
import numpy as np
import torch
from recipe.features import MELS


def smooth(rng, n, knots, spread):
    """n values of a random curve through some knots."""
    knots = max(2, knots)
    return np.interp(np.linspace(0, knots - 1, n), np.arange(knots), rng.normal(0, spread, knots))


def colour(rng):
    """A random spectrum in bels per band: a slope of some decibels, and bumps a few formants wide."""
    slope = np.linspace(-1, 1, MELS) * rng.normal(0, 0.3)
    return slope + smooth(rng, MELS, int(rng.integers(5, 13)), 0.25)


def pace(mel, rng, free):
    """Another rhythm at the same pitch: (features, old seconds -> new seconds).

    The pace changes within an utterance, as engines differ in how long each sound lasts. Unless free, the length is kept.
    """
    n = mel.shape[1]
    local = np.exp(smooth(rng, n, n // 25, 0.22))
    step = local * (1 / local).mean() * (rng.uniform(0.86, 1.16) if free else 1.0)
    ends = np.concatenate([[0.0], np.cumsum(1 / step)])  # where each old frame begins, in new frames
    at = np.interp(np.arange(int(ends[-1])), ends, np.arange(n + 1)).clip(0, n - 1)
    low = np.minimum(at.astype(int), n - 2)
    part = torch.tensor(at - low, dtype=torch.float32)
    new = mel[:, low] * (1 - part) + mel[:, low + 1] * part
    return new, lambda seconds: float(np.interp(100 * seconds, np.arange(n + 1), ends)) / 100


def masked(mel, rng):
    """Bands and short moments blanked to the mean (Park et al. 2019, SpecAugment)."""
    mel, mean = mel.clone(), mel.mean()
    for _ in range(rng.integers(1, 3)):
        low = rng.integers(MELS - 12)
        mel[low:low + rng.integers(1, 13)] = mean
    for _ in range(rng.integers(0, 1 + mel.shape[1] // 150)):
        at = rng.integers(mel.shape[1])
        mel[:, at:at + rng.integers(1, 9)] = mean
    return mel
