"""A second, deliberately plain implementation of scoring, to compare the real one with."""
