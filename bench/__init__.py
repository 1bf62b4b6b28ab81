"""Measurements: each module says what it measures and prints what it found."""
