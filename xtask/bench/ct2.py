"""Weights in the Hugging Face layout as a CTranslate2 model, without the frameworks its own converter needs."""
import json
import shutil

from ctranslate2.specs import whisper_spec
from safetensors.numpy import load_file
import numpy


class Source:
    """The tensors of a checkpoint, in float32."""

    def __init__(self, folder):
        self.tensors = load_file(folder / "model.safetensors")

    def get(self, name):
        return self.tensors[f"model.{name}"].astype(numpy.float32)

    def linear(self, spec, *names):
        """One matrix, or several below each other, with biases of zero where there are none."""
        weights = [self.get(f"{name}.weight") for name in names]
        biases = [self.bias(name, len(weight)) for name, weight in zip(names, weights, strict=True)]
        spec.weight, spec.bias = numpy.concatenate(weights), numpy.concatenate(biases)

    def bias(self, name, width):
        known = f"model.{name}.bias" in self.tensors
        return self.get(f"{name}.bias") if known else numpy.zeros(width, numpy.float32)

    def norm(self, spec, name):
        spec.gamma, spec.beta = self.get(f"{name}.weight"), self.get(f"{name}.bias")

    def attention(self, spec, name, is_cross):
        q, k, v, out = (f"{name}.{part}_proj" for part in ("q", "k", "v", "out"))
        for linear, names in zip(spec.linear, [[q], [k, v], [out]] if is_cross else [[q, k, v], [out]], strict=True):
            self.linear(linear, *names)
        self.norm(spec.layer_norm, f"{name}_layer_norm")

    def layer(self, spec, name, is_decoder):
        self.attention(spec.self_attention, f"{name}.self_attn", is_cross=False)
        if is_decoder:
            self.attention(spec.attention, f"{name}.encoder_attn", is_cross=True)
        self.linear(spec.ffn.linear_0, f"{name}.fc1")
        self.linear(spec.ffn.linear_1, f"{name}.fc2")
        self.norm(spec.ffn.layer_norm, f"{name}.final_layer_norm")

    def stack(self, spec, name):
        spec.position_encodings.encodings = self.get(f"{name}.embed_positions.weight")
        for number, layer in enumerate(spec.layer):
            self.layer(layer, f"{name}.layers.{number}", name == "decoder")
        self.norm(spec.layer_norm, f"{name}.layer_norm")


def convert(folder, target):
    config = json.loads((folder / "config.json").read_text())
    generation = json.loads((folder / "generation_config.json").read_text())
    tokens = json.loads((folder / "tokenizer.json").read_text())
    source = Source(folder)
    sizes = [config[f"{side}_{part}"] for side in ("encoder", "decoder") for part in ("layers", "attention_heads")]
    spec = whisper_spec.WhisperSpec(*sizes)
    for conv in ("conv1", "conv2"):
        getattr(spec.encoder, conv).weight = source.get(f"encoder.{conv}.weight")
        getattr(spec.encoder, conv).bias = source.get(f"encoder.{conv}.bias")
    source.stack(spec.encoder, "encoder")
    spec.decoder.embeddings.weight = source.get("decoder.embed_tokens.weight")
    source.stack(spec.decoder, "decoder")
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    known = tokens["model"]["vocab"] | {token["content"]: token["id"] for token in tokens["added_tokens"]}
    spec.register_vocabulary(sorted(known, key=known.get))
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [], []
    spec.config.lang_ids = sorted(generation["lang_to_id"].values())
    spec.config.alignment_heads = generation["alignment_heads"]
    spec.validate()
    spec.optimize()
    spec.save(str(target))
    for name in ("tokenizer.json", "preprocessor_config.json"):
        shutil.copy(folder / name, target / name)
