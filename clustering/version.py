"""What clustering is told about a version of an article."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """One text of one outlet.

    `number` identifies the version and `article` the article it is a text of; both are unique and never re-used.
    `at` is the time that the version stands for, in seconds since 1970 (UTC). `body` is the fullest text there is;
    paragraphs are separated by line feeds. `cluster` is the one that the article's earlier versions are in, if any.
    """

    number: int
    article: int
    source: str
    title: str
    body: str
    at: float
    cluster: int | None = None
