"""Writes voice-like sound to a 16-bit 16 kHz file: FILE SECONDS. A buzz of changing pitch, in syllables, with pauses."""
import sys
import wave

import numpy

RATE = 16_000


def voice(seconds):
    time = numpy.arange(RATE * seconds) / RATE
    # The slow drift keeps later windows from repeating earlier ones.
    phase = numpy.cumsum((120 + 40 * numpy.sin(time * 2.1) + 30 * numpy.sin(time * 0.013)) / RATE)
    buzz = sum(numpy.sin(2 * numpy.pi * phase * n) / n for n in range(1, 12))
    syllables = numpy.maximum(numpy.sin(time * 11), 0) * numpy.sqrt(numpy.maximum(numpy.cos(time * 0.9), 0))
    return buzz * syllables * 0.2


with wave.open(sys.argv[1], "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(RATE)
    file.writeframes((voice(int(sys.argv[2])) * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes())
