"""Band keys: which signatures may meet at all.

A signature is cut into bands of 2 values, 64 of the body, 12 of the lead and 8 of the title; two signatures are
candidates of one another when at least one band is equal in both. The chance of that by the bodies alone is
1 - (1 - j**2)**64 at a Jaccard of j: 0.93 at 0.2, 0.47 at 0.1, 0.0001 at the 0.001 of unrelated texts. Measured on
labelled Arabic wire copies, 64 x 2 finds 98 % of the true pairs where 42 x 3 finds 88 % and 25 x 5 finds 61 %; with
lead and title it is 99.4 %.
"""

import numpy as np
import numpy.typing as npt

from clustering.signature import VALUES, Signature

ROWS = 2
BANDS = VALUES // ROWS


def band_keys(values: Signature) -> npt.NDArray[np.uint64]:
    """Return the key of each band, which is just its two values side by side: shape (84,), uint64."""
    wide = values.astype(np.uint64)
    return (wide[0::ROWS] << np.uint64(32)) | wide[1::ROWS]


def shared_bands(left: Signature, right: Signature) -> int:
    """Count the bands that are equal in two signatures; one makes them candidates."""
    return int(np.count_nonzero(band_keys(left) == band_keys(right)))
