"""The rules of submitting, without input or output: decide (state, command → events), evolve (state, event → state)."""
