"""How much two texts share, as one number."""

from clustering.folded_units import fold_units
from clustering.shingles import distinct, shared, shingle_stream


def text_similarity(left: str, right: str) -> float:
    """Return the Jaccard similarity of the shingles of two texts: 0 for nothing in common, 1 for equal folds."""
    one, other = distinct(shingle_stream(fold_units(left))), distinct(shingle_stream(fold_units(right)))
    if len(one) == 0 and len(other) == 0:
        return 1.0
    common = shared(one, other)
    return common / (len(one) + len(other) - common)
