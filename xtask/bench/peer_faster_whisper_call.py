"""Times faster-whisper on a whole two-channel call, its own voice activity and batching on.

MODEL AUDIO COMPUTE_TYPE THREADS ROWS TOKENS; one JSON line. Random weights never end a text, so it gets so many tokens.
"""
import sys

from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.audio import decode_audio

from clock import Clock

model, audio, compute, threads, rows, tokens = *sys.argv[1:4], *map(int, sys.argv[4:7])
clock = Clock()
engine = clock.measure("load", lambda: WhisperModel(model, compute_type=compute, cpu_threads=threads))
pipeline = BatchedInferencePipeline(engine)


def hear():
    """Segments of both channels; they are computed as they are asked for."""
    for channel in decode_audio(audio, split_stereo=True):
        segments, _ = pipeline.transcribe(channel, language="en", vad_filter=True, batch_size=rows, beam_size=1,
                                          temperature=0.0, max_new_tokens=tokens, without_timestamps=True)
        yield from segments


heard = clock.measure("call", lambda: list(hear()))
clock.times["segments"] = len(heard)
clock.report()
