"""How a wrong value and a likely correction are shown inside a problem's reason."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

SHOWN_CHARACTERS = 80  # a reason stays on one line of a terminal; a pasted page must not fill the log


def shown(value: object) -> str:
    """Show a value as it would be written, short, on one line, with every byte printable."""
    match value:
        case None:
            return "nothing"
        case bool() | int() | float():
            return json.dumps(value)
        case str():
            kept = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
            # Environment variables may carry undecodable bytes as lone surrogates, which cannot be printed.
            return json.dumps(kept, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f'"{value}"'


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, None when nothing is close (difflib ratio under 0.6)."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def with_hint(reason: str, word: str, known: Iterable[str]) -> str:
    """Add `did you mean "..."?` to a reason when a known word is close."""
    meant = nearest(word, known)
    return reason if meant is None else f'{reason}; did you mean "{meant}"?'


def any_of(words: Iterable[str]) -> str:
    """List the allowed words, quoted."""
    return ", ".join(f'"{word}"' for word in words)
