"""Makes a checkpoint from the exported folder, so that training can go on where the repository left it.

Then run `MINUTES=360 python -m recipe speech train export evaluate`: a new schedule, from the published weights.
"""
import shutil
import torch
from safetensors.torch import load_file
from recipe import batches, optimise, tokens
from recipe.model import Whisper
from recipe.paths import MODEL, WORK
from recipe.train import CHECKPOINT, save


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    shutil.copy(MODEL / "tokenizer.json", tokens.FILE)
    model, head = Whisper(), torch.nn.Linear(192, len(batches.UNITS) + 1)
    weights = load_file(MODEL / "model.safetensors")
    model.load_state_dict({name.removeprefix("model."): w.float() for name, w in weights.items()})
    head.load_state_dict({name: w.float() for name, w in load_file(MODEL / "ctc.safetensors").items()})
    optimisers = optimise.build(model, head.parameters())
    save(model, head, optimisers, {"step": 0, "spent": 0.0, "reads": True, "mean": [1.5, 0.7]})
    print("wrote", CHECKPOINT)


if __name__ == "__main__":
    main()
