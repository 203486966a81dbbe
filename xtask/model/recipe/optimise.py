"""Optimisers: Muon for the matrices (steps of equal size in every direction), AdamW for the rest."""
import torch
import torch.distributed as dist


def orthogonal(matrix, steps=5):
    """Newton-Schulz iteration: drives all singular values towards one."""
    x = matrix / (matrix.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(steps):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum, made orthogonal, with a little weight decay. Several processes share the orthogonalisation."""

    def __init__(self, weights, lr=0.02, momentum=0.95, decay=0.02):
        super().__init__(weights, dict(lr=lr, momentum=momentum, decay=decay))
        self.rank, self.world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)

    def direction(self, group, number, weight):
        """This process's share of the updates; zero for matrices of the others."""
        velocity = self.state[weight].setdefault("velocity", torch.zeros_like(weight))
        velocity.lerp_(weight.grad, 1 - group["momentum"])
        if number % self.world != self.rank:
            return torch.zeros_like(weight)
        return orthogonal(weight.grad.lerp(velocity, group["momentum"]))

    @torch.no_grad()
    def step(self):
        group = self.param_groups[0]
        updates = [self.direction(group, n, w) for n, w in enumerate(group["params"])]
        share(updates, self.world)
        for weight, update in zip(group["params"], updates):
            weight.mul_(1 - group["lr"] * group["decay"])
            weight.add_(update, alpha=-group["lr"] * max(1, weight.shape[0] / weight.shape[1]) ** 0.5)


def share(tensors, world, scale=1.0):
    """Sums tensors over the processes, in one message, in place."""
    if world == 1:
        return
    flat = torch.cat([t.flatten() for t in tensors])
    dist.all_reduce(flat)
    flat *= scale
    for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors])):
        tensor.copy_(part.view_as(tensor))


def build(model, extra):
    """Both optimisers; extra are the parameters of the auxiliary head."""
    matrices, rest = [], list(extra)
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            (matrices if weight.ndim == 2 and "embed" not in name else rest).append(weight)
    return [Muon(matrices, lr=0.015), torch.optim.AdamW(rest, lr=2e-3, betas=(0.9, 0.98), weight_decay=0.0)]
