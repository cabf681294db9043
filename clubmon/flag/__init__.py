"""What a morning raises and why: rules, flags and their words, replay, and the outlook."""
