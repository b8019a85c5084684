"""Texts to clusters, without any I/O: fold, shingles, signatures, index, verdict, assignment and evaluation."""
