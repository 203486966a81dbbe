"""The recipe of the demonstration speech model, from word lists to weights."""
