"""Repeats a two-channel recording to a 16-bit 16 kHz file of so many seconds: RECORDING FILE SECONDS."""
import sys
import wave

import numpy
from faster_whisper.audio import decode_audio

RATE = 16_000
recording, target, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
channels = numpy.stack(decode_audio(recording, sampling_rate=RATE, split_stereo=True), axis=1)
again = -(-seconds * RATE // len(channels))
with wave.open(target, "wb") as file:
    file.setnchannels(2)
    file.setsampwidth(2)
    file.setframerate(RATE)
    file.writeframes((numpy.tile(channels, (again, 1))[: seconds * RATE] * 32_767).astype("<i2").tobytes())
