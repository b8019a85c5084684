"""Filling the full-text index: FTS5 on SQLite, a tsvector on PostgreSQL, both over words that are folded already.

The tsvector is written out word by word instead of being parsed by PostgreSQL, so that no parser or locale of the
server decides what a word is, and both databases hold the same words at the same positions.
"""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

# Longer "words" are glued text or junk that nobody types; both sides of the index cut them to the same beginning.
LONGEST_WORD = 64
# PostgreSQL allows a tsvector 1 MiB of words and positions; six bytes a word is what it adds to the letters.
LARGEST_BYTES = 900_000
WORD_OVERHEAD = 6
# Whatever is no letter or digit parts words. FTS5 sees it so anyway; here it holds for both databases.
SIGNS = re.compile(r"[\W_]+")


def index_words(conn: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Add versions to the index: (version id, folded words joined by blanks). A version is added once in its life."""
    if not rows:
        return
    on_postgresql = conn.dialect.name == "postgresql"
    form = tsvector if on_postgresql else plain
    statement = (
        "INSERT INTO search (version_id, words) VALUES (:version, CAST(:words AS tsvector))"
        if on_postgresql
        else "INSERT INTO search (rowid, words) VALUES (:version, :words)"
    )
    conn.execute(text(statement), [{"version": version, "words": form(words)} for version, words in rows])


def plain(search_text: str) -> str:
    """Return what FTS5 is given."""
    return " ".join(indexed(search_text))


def tsvector(search_text: str) -> str:
    """Return the words as PostgreSQL writes a tsvector: 'word':position."""
    return " ".join(f"{quoted(word)}:{place}" for place, word in enumerate(indexed(search_text), start=1))


def quoted(word: str) -> str:
    """Return the word as a lexeme of PostgreSQL. Its letters and digits need no escape inside the quotes."""
    return f"'{word}'"


def indexed(search_text: str) -> Iterator[str]:
    """Yield what is indexed of a text: its words, each cut to its beginning, until the largest index entry is full."""
    room = LARGEST_BYTES
    for word in SIGNS.sub(" ", search_text).split():
        short = word[:LONGEST_WORD]
        room -= len(short.encode()) + WORD_OVERHEAD
        if room < 0:
            return
        yield short
