"""What the reference implementation computes with a checkpoint, for comparison: MODEL AUDIO FOLDER WINDOWS TOKENS.

Window n is the 30 s of the file that begin at n times 2.9 s. Of every window the folder gets the greedy tokens, of the
first ones the log-mel features, the encoder's output and the scores after the prompt, in float32.
"""
import json
import os
import pathlib
import sys
import wave

import numpy
import torch
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

END, PROMPT = 50_257, [50_258, 50_259, 50_359, 50_363]
WHOLE, BATCH, RATE = 4, 4, 16_000


def windows(path, count):
    with wave.open(path) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2").astype(numpy.float32) / 32768
    return [samples[n * 46_400: n * 46_400 + 30 * RATE] for n in range(count)]


def write(model, encoded, count):
    """Greedy tokens that never end, and the scores after the prompt."""
    new, past, written, first = torch.tensor([PROMPT] * len(encoded)), None, [], None
    for _ in range(count):
        out = model(encoder_outputs=(encoded,), decoder_input_ids=new, past_key_values=past, use_cache=True)
        scores, past = out.logits[:, -1].clone(), out.past_key_values
        first = scores.clone() if first is None else first
        scores[:, END] = -torch.inf
        new = scores.argmax(-1, keepdim=True)
        written.append(new)
    return torch.cat(written, 1).tolist(), first


@torch.no_grad()
def main():
    source, audio, folder, count, tokens = *sys.argv[1:4], *map(int, sys.argv[4:6])
    torch.set_num_threads(os.cpu_count())
    model = WhisperForConditionalGeneration.from_pretrained(source, dtype=torch.float32).eval()
    extract = WhisperFeatureExtractor.from_pretrained(source)
    folder, lines = pathlib.Path(folder), []
    folder.mkdir(parents=True, exist_ok=True)
    clips = windows(audio, count)
    for at in range(0, count, BATCH):
        features = extract(clips[at:at + BATCH], sampling_rate=RATE, return_tensors="pt").input_features
        encoded = model.model.encoder(features).last_hidden_state
        written, scores = write(model, encoded, tokens)
        lines += written
        if at < WHOLE:
            numpy.concatenate(features.transpose(1, 2).numpy()).tofile(folder / "features.f32")
            numpy.concatenate(encoded.numpy()).tofile(folder / "encoded.f32")
            scores.numpy().tofile(folder / "scores.f32")
    (folder / "tokens.json").write_text(json.dumps(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
