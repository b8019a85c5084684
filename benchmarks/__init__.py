"""Measurements: how well stories are grouped and how fast, and the fitting of the verdict's weights."""
