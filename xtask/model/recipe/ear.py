"""Sound error of the encoder alone, by its auxiliary head (greedy): tells a bad ear from a bad decoder."""
import torch
from safetensors.torch import load_file
from recipe import batches, speech
from recipe.evaluate import Reader, edits, load
from recipe.paths import MODEL


def collapse(best):
    """Greedy path of the head: repeats merged, blanks dropped."""
    names = [""] + list(batches.UNITS)
    return "".join(names[u] for at, u in enumerate(best) if u and (at == 0 or u != best[at - 1])).strip()


@torch.no_grad()
def main():
    reader, head = Reader(), load_file(MODEL / "ctc.safetensors")
    print("| set | sound error |\n|---|---|")
    for name in ("en-template", "en-free", "ja-template", "ja-free"):
        wrong = total = 0
        for row, samples in load(name):
            memory = reader.model.model.encoder(reader.mel([samples])).last_hidden_state[0]
            best = (memory @ head["weight"].float().T + head["bias"].float()).argmax(-1).tolist()
            truth = speech.sounds({"lang": row["language"], "text": row["text"], "spoken": row["text"]})
            wrong, total = wrong + edits(truth, collapse(best)), total + len(truth)
        print(f"| {name} | {100 * wrong / total:.1f} % |", flush=True)


if __name__ == "__main__":
    main()
