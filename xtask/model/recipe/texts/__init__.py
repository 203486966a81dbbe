"""Sentence makers. Each yields dicts: text (what is written), spoken (what the voice reads), kind."""
