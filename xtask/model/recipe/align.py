"""Finds the cross-attention heads that follow the sound, for word times: `alignment_heads` of the configuration."""
import json
import torch
from transformers import WhisperForConditionalGeneration
from recipe import tokens
from recipe.evaluate import Reader, load
from recipe.paths import MODEL, WORK


def followed(weights, frames):
    """How well the centre of attention grows with the token's place: correlation, 1 is a straight line."""
    weights = weights[:, :frames]
    centre = (weights * torch.arange(frames)).sum(1) / weights.sum(1)
    return float(torch.corrcoef(torch.stack([centre, torch.arange(len(centre), dtype=torch.float32)]))[0, 1])


@torch.no_grad()
def main():
    reader = Reader()
    model = WhisperForConditionalGeneration.from_pretrained(MODEL, dtype=torch.float32, attn_implementation="eager").eval()
    scores = {}
    for name in ("en-template", "ja-template"):
        for row, samples in load(name)[:6]:
            ids = [tokens.SOT, tokens.LANG[row["language"]], tokens.TRANSCRIBE, tokens.NOTIMES]
            ids += tokens.encode(row["text"], row["language"])
            out = model(reader.mel([samples]), decoder_input_ids=torch.tensor([ids]), output_attentions=True)
            for layer, heads in enumerate(out.cross_attentions):
                for head, weights in enumerate(heads[0]):
                    scores.setdefault((layer, head), []).append(followed(weights[4:], len(samples) // 320))
    mean = {k: sum(v) / len(v) for k, v in scores.items()}
    best = [list(k) for k, v in sorted(mean.items(), key=lambda kv: -kv[1]) if v > 0.97 * max(mean.values())]
    (WORK / "heads.json").write_text(json.dumps(sorted(best)))
    print(mean, best)


if __name__ == "__main__":
    main()
