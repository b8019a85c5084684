"""The band join as one statement of SQL, which DuckDB and Spark both understand: which articles may meet at all.

It gives what the index gives when it is asked in turn (:class:`clustering.candidates.CandidateIndex`), for a stream in
the order of time: of each bucket the newest within the window, and of all these the ones that share most bands. Joined
are the tags of the compact index, 44 bits of a hash of (band, key), so that even a chance meeting is the same.

A template that an outlet uses every day for years fills one bucket with all of them. So a bucket is cut by time into
slots and by place into chunks, and an article is joined with its own and the previous ones only: it meets four times
as many as a bucket answers with, at most, however full the bucket is.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clustering.candidates import BUCKET
from clustering.segment import PLACE_BITS, tags
from clustering.settings import Settings
from clustering.signature import Signature

_MARGIN_S = 1.0
"""Seconds by which a slot is longer than the window, so that no rounding parts two articles by two slots."""


def band_tags(signatures: Sequence[Signature]) -> npt.NDArray[np.int64]:
    """Return the tags of signatures as numbers that every database can hold: shape (signatures, BANDS)."""
    return (tags(signatures) >> np.uint64(PLACE_BITS)).astype(np.int64)


def candidate_pairs(settings: Settings, bucket: int = BUCKET) -> str:
    """Return the statement: `number`, `other` and its `standing` among the candidates of `number`, 1 for the best.

    It reads `band` with the columns `tag`, `number` (which ascends with the time) and `moment` (seconds).
    """
    seconds = float(settings.window.total_seconds())
    return f"""
        WITH placed AS (
            SELECT tag, number, moment, row_number() OVER bucket AS place,
                   lag(moment) OVER bucket AS previous, lead(moment) OVER bucket AS following
            FROM band WINDOW bucket AS (PARTITION BY tag ORDER BY number)
        ), met AS (
            SELECT tag, number, moment, place,
                   CAST(floor(moment / CAST({seconds + _MARGIN_S!r} AS DOUBLE)) AS BIGINT) AS slot,
                   CAST(floor(CAST(place AS DOUBLE) / {bucket}) AS BIGINT) AS chunk
            FROM placed
            WHERE previous >= moment - CAST({seconds!r} AS DOUBLE) OR moment >= following - CAST({seconds!r} AS DOUBLE)
        ), offered AS (
            SELECT tag, number, moment, place, slot + slots.further AS slot, chunk + chunks.further AS chunk
            FROM met
            CROSS JOIN (SELECT 0 AS further UNION ALL SELECT 1 AS further) AS slots
            CROSS JOIN (SELECT 0 AS further UNION ALL SELECT 1 AS further) AS chunks
        ), pair AS (
            SELECT met.number AS number, offered.number AS other, count(*) AS shared
            FROM met JOIN offered ON met.tag = offered.tag AND met.slot = offered.slot AND met.chunk = offered.chunk
            WHERE offered.place < met.place AND offered.place >= met.place - {bucket}
                  AND offered.moment >= met.moment - CAST({seconds!r} AS DOUBLE)
            GROUP BY met.number, offered.number
        ), ranked AS (
            SELECT number, other, row_number() OVER (PARTITION BY number ORDER BY shared DESC, other DESC) AS standing
            FROM pair
        )
        SELECT number, other, standing FROM ranked WHERE standing <= {settings.candidates}
    """  # noqa: S608 - numbers of our own, nothing from outside
