"""Training: one or two single-thread processes with averaged gradients; the schedule follows the clock, not steps.

Run as `python -m recipe.train MINUTES`; it resumes from the newest checkpoint and ends with a learning rate of zero.
"""
import json
import os
import sys
import time
import numpy as np
import torch
import torch.distributed as dist
from torch.nn import functional as F
from recipe import batches, optimise
from recipe.model import Whisper
from recipe.paths import WORK

CHECKPOINT = WORK / "checkpoint.pt"
SECONDS = 40  # sound per process and step
ENGLISH = 0.7  # share of the batches: its spelling tells less of its sounds
PACKED = 0.25  # share of the batches, once the decoder reads
RATE_SHARE = float(os.environ.get("RATE_SHARE", "1"))  # of the learning rate, to go on gently from good weights
FLUENT = 3.0  # text loss below which it does


class Clock:
    """Training time spent, over all sessions, against the planned total."""

    def __init__(self, minutes, spent=0.0):
        self.total, self.spent, self.mark = minutes * 60, spent, time.time()

    def progress(self):
        return min(1.0, (self.spent + time.time() - self.mark) / self.total)


def rate(progress, step):
    """Warm-up, plateau, straight line to zero over the last 60 %."""
    return min(1, (step + 1) / 20) * min(1, (1 - progress) / 0.6)


def strength(progress, reads):
    """Augmentation: weak until the model reads, then more."""
    return min(0.4, 0.15 + 2 * progress) if reads else 0.0


def draw(windows, step, ability, fluent):
    """A batch: utterances of one length; for a fluent decoder also packed windows, half of them as long as can be.

    What kind of batch it is, all processes draw alike: each waits for the others, so equal work saves time.
    """
    rng = np.random.default_rng(step)
    lang = "en" if rng.random() < ENGLISH else "ja"
    if fluent and rng.random() < PACKED:
        whole = rng.random() < 0.5
        seconds = batches.CONTEXT if whole else rng.uniform(4, batches.CONTEXT)
        examples = [windows.silent(lang, seconds) if windows.rng.random() < 0.06 else windows.example(lang, ability, seconds)
                    for _ in range(int(SECONDS // seconds))]
        return batches.collate(examples)
    # One length class a batch, so that little is padding.
    rows = windows.shards.rows[lang]
    pool = [rows[rng.integers(len(rows))]["n"] for _ in range(16)]
    pool = [n for n in pool if n < 4 * batches.RATE or fluent] or pool
    return batches.collate(short(windows, lang, ability, pool[0]))


def short(windows, lang, ability, length):
    """Utterances of about one length, SECONDS in all."""
    rows, examples, spent = windows.shards.rows[lang], [], 0.0
    while spent < SECONDS - length / 32_000:
        if windows.rng.random() < 0.04:
            examples.append(windows.silent(lang, length / batches.RATE + 0.2))
        else:
            examples.append(windows.example(lang, ability, row=near(rows, length, windows.rng)))
        spent += examples[-1]["mel"].shape[1] / 100
    return examples


def near(rows, length, rng):
    """A random utterance whose length differs by less than a fifth."""
    for _ in range(60):
        row = rows[rng.integers(len(rows))]
        if abs(row["n"] - length) < 0.12 * length:
            break
    return row


def watch(model, heads):
    """Asks the decoder to keep the attention weights of its first heads for guide()."""
    for layer in model.decoder.layers:
        layer.encoder_attn.watched = heads


def guide(model, batch):
    """How little the watched heads attend to where the token is said: minus the logarithm of the share there.

    In a window of several utterances the text alone finds a likely continuation, not the place where reading goes on.
    """
    middle, spread = (50 * batch["places"][..., None]).unbind(2)
    there = torch.arange(batch["mel"].shape[2] // 2)
    near = torch.exp(-0.5 * ((there - middle) / spread) ** 2)[:, None]
    said = (middle[..., 0] >= 0).float()
    cost = sum(-((layer.encoder_attn.seen * near).sum(-1) + 1e-4).log().mean(1) for layer in model.decoder.layers)
    return (cost * said).sum() / said.sum().clamp_min(1)


def losses(model, head, batch, ear):
    """Decoder cross-entropy, and connectionist loss on the encoder."""
    memory, logits = model(batch["mel"], batch["ids"])
    text = F.cross_entropy(logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=batches.IGNORE)
    if not ear:
        return text, torch.zeros(())
    sizes = torch.tensor([len(u) for u in batch["units"]])
    spoken = F.ctc_loss(head(memory).log_softmax(-1).transpose(0, 1), torch.cat(batch["units"]), batch["lengths"], sizes,
                        reduction="none", zero_infinity=True)
    return text, (spoken * (sizes > 0) / sizes.clamp_min(1)).mean()


def save(model, head, optimisers, state):
    """Whole state in one file, replaced in one move."""
    data = {"model": model.state_dict(), "head": head.state_dict(), "state": state,
            "optimisers": [o.state_dict() for o in optimisers]}
    torch.save(data, CHECKPOINT.with_suffix(".tmp"))
    os.replace(CHECKPOINT.with_suffix(".tmp"), CHECKPOINT)


def start():
    """Model, head, optimisers and state, fresh or from the checkpoint."""
    torch.manual_seed(1)
    model, head = Whisper(), torch.nn.Linear(192, len(batches.UNITS) + 1)
    optimisers = optimise.build(model, head.parameters())
    state = {"step": 0, "spent": 0.0, "reads": False}
    if CHECKPOINT.exists():
        data = torch.load(CHECKPOINT)
        model.load_state_dict(data["model"])
        head.load_state_dict(data["head"])
        for optimiser, saved in zip(optimisers, data["optimisers"]):
            optimiser.load_state_dict(saved)
        state = data["state"]
    return model, head, optimisers, state


def prepare(rank, world):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    if world > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": os.environ.get("KAIWA_MODEL_PORT", "29611")}
        dist.init_process_group("gloo", rank=rank, world_size=world)


def run(rank, world, minutes):
    prepare(rank, world)
    model, head, optimisers, state = start()
    shards = batches.Shards()
    windows = batches.Windows(shards, seed=1000 * state["step"] + rank)
    trained = [p for o in optimisers for g in o.param_groups for p in g["params"]]
    base = [RATE_SHARE * full for full in (0.015, 2e-3)]
    clock, mean, saved = Clock(minutes, state["spent"]), state.get("mean", [8.0, 5.0]), time.time()
    begun = state["step"]
    while True:
        progress = torch.tensor([clock.progress()])
        if world > 1:
            dist.broadcast(progress, 0)
        progress = float(progress)
        if progress >= 1:
            break
        step = state["step"]
        if (step - begun) % 100 == 0:
            count = shards.refresh()
        for optimiser, lr in zip(optimisers, base):
            optimiser.param_groups[0]["lr"] = lr * rate(progress, step - begun)
        guided = progress < 0.8
        watch(model, 2 if guided else 0)
        batch = draw(windows, step, strength(progress, state["reads"]), mean[0] < FLUENT or progress > 0.75)
        text, spoken = losses(model, head, batch, progress < 0.95)
        weight = 1.0 if progress < 0.7 else 0.4
        for p in trained:
            p.grad = None
        total = text + weight * spoken
        away = guide(model, batch) if guided else torch.zeros(())
        total = total + 0.3 * away
        total.backward()
        for p in trained:
            p.grad = torch.zeros_like(p) if p.grad is None else p.grad
        optimise.share([p.grad for p in trained], world, 1 / world)
        torch.nn.utils.clip_grad_norm_(trained, 5.0)
        for optimiser in optimisers:
            optimiser.step()
        mean = [0.97 * m + 0.03 * v.item() for m, v in zip(mean, (text, spoken))]
        state["step"] += 1
        flag = torch.tensor([float(mean[1] < 0.85)])
        if world > 1 and step % 20 == 0:
            dist.all_reduce(flag, dist.ReduceOp.MIN)
        if step % 20 == 0:
            state["reads"] = state["reads"] or bool(flag.item() > 0.5)
        if rank == 0 and step % 20 == 0:
            print(json.dumps({"step": step, "progress": round(progress, 4), "text": round(mean[0], 3), "ctc": round(mean[1], 3), "away": round(away.item(), 2),
                              "reads": state["reads"], "time": time.strftime("%H:%M:%S"), "cpu": round(time.process_time()),
                              "rows": count}), flush=True)
        if rank == 0 and time.time() - saved > 120:
            save(model, head, optimisers, state | {"spent": progress * clock.total, "mean": mean})
            saved = time.time()
    if rank == 0:
        save(model, head, optimisers, state | {"spent": clock.total})


def main():
    """`MINUTES RANK WORLD`: start one process per rank."""
    minutes, rank, world = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    run(rank, world, minutes)


if __name__ == "__main__":
    main()
