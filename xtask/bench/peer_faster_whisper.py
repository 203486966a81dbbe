"""Times faster-whisper's engine: MODEL AUDIO COMPUTE_TYPE THREADS ROWS TOKENS; one JSON line."""
import sys

import ctranslate2
import numpy
from faster_whisper.feature_extractor import FeatureExtractor

from clock import Clock, few, samples

model, audio, compute, threads, rows, tokens = *sys.argv[1:4], *map(int, sys.argv[4:7])
END, PROMPT = 50_257, [50_258, 50_259, 50_359, 50_363]
clock = Clock()
engine = clock.measure("load", lambda: ctranslate2.models.Whisper(model, compute_type=compute, intra_threads=threads))
pcm = samples(audio)
mel = clock.measure("features", lambda: FeatureExtractor(feature_size=80)(pcm)[:, :3000].astype(numpy.float32))
view = ctranslate2.StorageView.from_array
encoded = clock.measure("encoder", lambda: numpy.array(engine.encode(view(numpy.ascontiguousarray(mel[None])))))
batch = view(numpy.ascontiguousarray(numpy.repeat(encoded, rows, axis=0)))


def write(count):
    """Greedy text of exactly `count` tokens in each row."""
    written = engine.generate(batch, [PROMPT] * rows, beam_size=1, max_length=2 * count, suppress_blank=False,
                              suppress_tokens=[END])
    assert all(len(row.sequences_ids[0]) == count for row in written), [len(row.sequences_ids[0]) for row in written]


clock.measure("fewTokens", lambda: write(few(tokens)))
clock.measure("tokens", lambda: write(tokens))
clock.report()
