"""The Whisper architecture in plain PyTorch with Hugging Face parameter names, so that export is a copy.

Unlike the reference it accepts short inputs (the position table is cut to length), which makes training cheap.
"""
import math
import torch
from torch import nn
from torch.nn import functional as F
from recipe import tokens
from recipe.features import MELS

SIZE = dict(d_model=192, heads=3, encoder_layers=4, decoder_layers=2, source=500, target=448)  # source: 10 s


def sinusoids(length, width):
    """The encoder's fixed positions, as published."""
    step = math.log(10000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.watched, self.seen = heads, 0, None
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x):
        """[batch, time, width] -> [batch, head, time, width of a head]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x, memory=None, causal=False, mask=None):
        memory = x if memory is None else memory
        q, k, v = self.split(self.q_proj(x)), self.split(self.k_proj(memory)), self.split(self.v_proj(memory))
        if self.watched:
            near = q[:, :self.watched] @ k[:, :self.watched].transpose(-1, -2)
            self.seen = (near * q.shape[-1] ** -0.5).softmax(-1)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out_proj(y.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    """One encoder or decoder layer; only the decoder's has cross attention."""

    def __init__(self, width, heads, cross):
        super().__init__()
        self.self_attn, self.self_attn_layer_norm = Attention(width, heads), nn.LayerNorm(width)
        if cross:
            self.encoder_attn, self.encoder_attn_layer_norm = Attention(width, heads), nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)
        self.cross = cross

    def forward(self, x, memory=None):
        x = x + self.self_attn(self.self_attn_layer_norm(x), causal=self.cross)
        if self.cross:
            x = x + self.encoder_attn(self.encoder_attn_layer_norm(x), memory)
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class Encoder(nn.Module):
    def __init__(self, size):
        super().__init__()
        width = size["d_model"]
        self.conv1 = nn.Conv1d(MELS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(size["source"], width)
        self.layers = nn.ModuleList(Layer(width, size["heads"], False) for _ in range(size["encoder_layers"]))
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, mel):
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.embed_positions.weight[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)


class Decoder(nn.Module):
    def __init__(self, size):
        super().__init__()
        width = size["d_model"]
        self.embed_tokens = nn.Embedding(tokens.VOCAB, width)
        self.embed_positions = nn.Embedding(size["target"], width)
        self.layers = nn.ModuleList(Layer(width, size["heads"], True) for _ in range(size["decoder_layers"]))
        self.layer_norm = nn.LayerNorm(width)

    def forward(self, ids, memory):
        x = self.embed_tokens(ids) + self.embed_positions.weight[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, memory)
        return F.linear(self.layer_norm(x), self.embed_tokens.weight)


class Whisper(nn.Module):
    def __init__(self, size=SIZE):
        super().__init__()
        self.encoder, self.decoder = Encoder(size), Decoder(size)
        self.start(size)

    @torch.no_grad()
    def start(self, size):
        """Initial weights. The convolutions start large: at the reference's size positions drown the sound."""
        for name, weight in self.named_parameters():
            if weight.ndim == 2 and "embed" not in name:
                nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
                if name.endswith(("out_proj.weight", "fc2.weight")):
                    weight.mul_(0.3)
            elif weight.ndim == 3:
                nn.init.normal_(weight, std=2.5 * (weight.shape[1] * weight.shape[2]) ** -0.5)
            elif name.endswith("bias"):
                weight.zero_()
        positions = sinusoids(size["source"], size["d_model"])
        self.encoder.embed_positions.weight.copy_(positions)
        self.encoder.embed_positions.weight.requires_grad_(False)
        nn.init.normal_(self.decoder.embed_tokens.weight, std=0.03)
        self.decoder.embed_tokens.weight[tokens.TIME:] = 0.04 * sinusoids(1501, size["d_model"])
        nn.init.normal_(self.decoder.embed_positions.weight, std=0.01)

    def forward(self, mel, ids):
        memory = self.encoder(mel)
        return memory, self.decoder(ids, memory)
