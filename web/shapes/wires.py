"""News agencies, and the passages that name them."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, cast

from typing_extensions import TypedDict

from clustering.agencies import AGENCY_NAMES
from storage.cluster_detail import VersionDetail
from storage.wire import AgencyCounts, CreditRow
from web.shapes import documented

CreditKind = Literal["credit", "quote"]
CreditPlace = Literal["title", "body"]


@documented
class Wire(TypedDict):
    """An agency that texts of a story credit."""

    agency: str
    """Its id: reuters, afp, spa."""
    name: str
    """Its name in Arabic."""
    versions: int
    """How many texts credit it."""


@documented
class Agency(TypedDict):
    """An agency that texts of the store credit."""

    agency: str
    """Its id: reuters, afp, spa."""
    name: str
    """Its name in Arabic."""
    versions: int
    """How many texts credit it."""
    clusters: int
    """How many stories these texts are in."""
    sources: int
    """How many outlets published them."""


@documented
class Credit(TypedDict):
    """A passage of a text that names an agency."""

    agency: str
    """The agency's id."""
    kind: CreditKind
    """credit: the text is credited to it; quote: it is only quoted or mentioned."""
    where: CreditPlace
    """Where the passage stands; body is the text, or the summary where there is none."""
    start: int
    """Its first character, from 0."""
    end: int
    """One past its last character."""


def wire_shapes(versions: Sequence[VersionDetail]) -> list[Wire]:
    """Return the agencies that versions credit for their text, each with how many do, the most credited first."""
    credited = [{one.agency for one in version.credits if one.kind == "credit"} for version in versions]
    counts = Counter(agency for agencies in credited for agency in agencies)
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"agency": agency, "name": AGENCY_NAMES.get(agency, agency), "versions": n} for agency, n in ranked]


def agency_shape(counts: AgencyCounts) -> Agency:
    """Return an agency with its counts."""
    return {
        "agency": counts.agency,
        "name": AGENCY_NAMES.get(counts.agency, counts.agency),
        "versions": counts.versions,
        "clusters": counts.clusters,
        "sources": counts.sources,
    }


def credit_shapes(found: Sequence[CreditRow]) -> list[Credit]:
    """Return a version's credits and quotes, each with the passage that shows it."""
    return [
        {
            "agency": one.agency,
            "kind": cast("CreditKind", one.kind),
            "where": cast("CreditPlace", one.place),
            "start": one.start,
            "end": one.end,
        }
        for one in found
    ]
