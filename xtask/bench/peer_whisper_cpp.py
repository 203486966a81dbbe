"""Times whisper.cpp: MODEL AUDIO THREADS TOKENS; one JSON line. One window at a time is all it decodes.

The package's own binding passes one token and returns one logit, so the library it was built with is called instead. Built
from source, it looks for its parts where it was built; they are loaded in order of need from where they are.
"""
import ctypes
import importlib.util
import pathlib
import sys

import numpy

from clock import Clock, few, samples

model, audio, threads, tokens = *sys.argv[1:3], *map(int, sys.argv[3:5])
END, PROMPT, VOCABULARY = 50_257, [50_258, 50_259, 50_359, 50_363], 51_865
folder = pathlib.Path(importlib.util.find_spec("_pywhispercpp").origin).parent
for part in ("libggml-base.so", "libggml-cpu.so", "libggml.so", "libwhisper.so"):
    lib = ctypes.CDLL(str(folder / part), mode=ctypes.RTLD_GLOBAL)
quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *_: None)
lib.whisper_log_set(quiet, None)
lib.whisper_init_from_file.restype = ctypes.c_void_p
lib.whisper_init_from_file.argtypes = [ctypes.c_char_p]
lib.whisper_get_logits.restype = ctypes.POINTER(ctypes.c_float)
lib.whisper_get_logits.argtypes = [ctypes.c_void_p]
lib.whisper_pcm_to_mel.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_float), ctypes.c_int, ctypes.c_int]
lib.whisper_encode.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
lib.whisper_decode.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.c_int, ctypes.c_int, ctypes.c_int]

clock = Clock()
context = clock.measure("load", lambda: lib.whisper_init_from_file(model.encode()))
assert context, f"whisper.cpp cannot read {model}"
pcm = samples(audio)
floats = pcm.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
clock.measure("features", lambda: lib.whisper_pcm_to_mel(context, floats, len(pcm), threads))
assert clock.measure("encoder", lambda: lib.whisper_encode(context, 0, threads)) == 0


def decode(ids, past):
    """The likeliest next token but the end."""
    assert lib.whisper_decode(context, (ctypes.c_int * len(ids))(*ids), len(ids), past, threads) == 0
    scores = numpy.ctypeslib.as_array(lib.whisper_get_logits(context), (VOCABULARY,)).copy()
    scores[END] = -numpy.inf
    return int(scores.argmax())


def write(count):
    new, past = PROMPT, 0
    for _ in range(count):
        token = decode(new, past)
        new, past = [token], past + len(new)


clock.measure("fewTokens", lambda: write(few(tokens)))
clock.measure("tokens", lambda: write(tokens))
clock.report()
