"""Filling the full-text index: FTS5 on SQLite, a tsvector on PostgreSQL, both over words that are prepared already.

The tsvector is written out word by word instead of being parsed by PostgreSQL, so that no parser or locale of the
server decides what a word is, and both databases hold the same words at the same positions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import Connection, text

# Longer "words" are glued text or junk that nobody types; both sides of the index cut them to the same beginning.
LONGEST_WORD = 64
# A tsvector counts positions to 16,383, and phrases go by them. Articles have hundreds of words, books this many.
MOST_WORDS = 16_000
# PostgreSQL allows a tsvector 1 MiB of words and positions; six bytes a word is what it adds to the letters.
LARGEST_BYTES = 900_000
WORD_OVERHEAD = 6
_MOST_BYTES = 4  # of a character in UTF-8
# Whatever is no letter or digit parts words. FTS5 sees it so anyway; here it holds for both databases.
SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SearchText:
    """What is indexed of a version: the prepared words of its title and of its body, joined by blanks."""

    title: str
    body: str


def index_words(conn: Connection, rows: Sequence[tuple[int, SearchText]]) -> None:
    """Add versions to the index, by their ids. A version is added once in its life."""
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        statement = "INSERT INTO search (version_id, words) VALUES (:version, CAST(:words AS tsvector))"
        conn.execute(text(statement), [{"version": version, "words": _tsvector(words)} for version, words in rows])
        return
    statement = "INSERT INTO search (rowid, title, body) VALUES (:version, :title, :body)"
    conn.execute(text(statement), [{"version": version, **_columns(words)} for version, words in rows])


def forget_words(conn: Connection, rows: Sequence[tuple[int, SearchText]]) -> None:
    """Take versions out of the index. They must be given with the words that were indexed."""
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        conn.execute(text("DELETE FROM search WHERE version_id = :version"), [{"version": row} for row, _ in rows])
        return
    # The index keeps no copy of the texts, so FTS5 has to be told what it is to take out.
    statement = "INSERT INTO search (search, rowid, title, body) VALUES ('delete', :version, :title, :body)"
    conn.execute(text(statement), [{"version": version, **_columns(words)} for version, words in rows])


def forget_all(conn: Connection) -> None:
    """Empty the index."""
    on_sqlite = conn.dialect.name == "sqlite"
    conn.execute(text("INSERT INTO search (search) VALUES ('delete-all')" if on_sqlite else "TRUNCATE search"))


def quoted(word: str) -> str:
    """Return the word as a lexeme of PostgreSQL. Its letters and digits need no escape inside the quotes."""
    return f"'{word}'"


def indexed(words: str) -> list[str]:
    """Return what is indexed of a text: its words, each cut to its beginning, until the largest entry is full."""
    found = [word[:LONGEST_WORD] for word in SIGNS.sub(" ", words).split()[:MOST_WORDS]]
    if len(words) * _MOST_BYTES + len(found) * WORD_OVERHEAD <= LARGEST_BYTES:
        return found
    sizes = accumulate(len(word.encode()) + WORD_OVERHEAD for word in found)
    return [word for word, size in zip(found, sizes, strict=True) if size <= LARGEST_BYTES]


def _columns(words: SearchText) -> dict[str, str]:
    title, body = _both(words)
    return {"title": " ".join(title), "body": " ".join(body)}


def _tsvector(words: SearchText) -> str:
    """Return the words as PostgreSQL writes a tsvector, 'word':position; those of the title weigh A.

    A place is left out behind the title, so that no phrase goes on from it into the body.
    """
    title, body = _both(words)
    parts = [f"{quoted(word)}:{place}A" for place, word in enumerate(title, start=1)]
    parts += [f"{quoted(word)}:{place}" for place, word in enumerate(body, start=len(title) + 2)]
    return " ".join(parts)


def _both(words: SearchText) -> tuple[list[str], list[str]]:
    title = indexed(words.title)
    body = indexed(f"{' '.join(title)} {words.body}")
    return title, body[len(title) :]
