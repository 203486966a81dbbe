"""Whisper's log-mel features: 80 bands, 25 ms windows, 10 ms steps; the bands can be warped to change the speaker."""
from functools import cache
import numpy as np
import torch

N_FFT, HOP, MELS = 400, 160, 80
WINDOW = torch.hann_window(N_FFT)


def to_mel(hz):
    """Slaney's scale: linear below 1 kHz, logarithmic above."""
    hz = np.asarray(hz, dtype=float)
    return np.where(hz < 1000, hz * 3 / 200, 15 + np.log(np.maximum(hz, 1e-9) / 1000) * 27 / np.log(6.4))


def to_hz(mel):
    mel = np.asarray(mel, dtype=float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


@cache
def filters(warp=100):
    """Triangular filters [80, 201]; warp in percent moves the formants."""
    edges = to_hz(np.linspace(to_mel(0), to_mel(8000), MELS + 2))
    freqs = np.minimum(np.linspace(0, 8000, N_FFT // 2 + 1) * warp / 100, 8000)
    rising = (freqs[None] - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - freqs[None]) / np.diff(edges)[1:, None]
    bank = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return torch.tensor(bank, dtype=torch.float32)


def log_mel(samples, warp=100, frames=None, colour=None):
    """Normalised log-mel [80, frames]; frames beyond the sound are those of digital silence, as in Whisper.

    warp moves the formants; colour, in bels per band, is another voice's or microphone's spectrum.
    """
    wave = torch.as_tensor(samples, dtype=torch.float32)
    if frames is not None:
        wave = torch.nn.functional.pad(wave, (0, max(0, frames * HOP - len(wave))))
    spectrum = torch.stft(wave, N_FFT, HOP, window=WINDOW, return_complex=True)
    power = spectrum.real ** 2 + spectrum.imag ** 2
    mel = (filters(warp) @ power[:, :-1]).clamp_min(1e-10).log10()
    if colour is not None:
        mel = mel + torch.as_tensor(colour, dtype=torch.float32)[:, None]
    mel = torch.maximum(mel, mel.max() - 8.0)
    return ((mel + 4.0) / 4.0)[:, :frames]
