"""How a wrong value and a likely correction are shown inside a problem's reason."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

SHOWN_CHARACTERS = 80  # a reason stays on one line of a terminal; a pasted page must not fill the log
LONGEST_NUMBER = 256  # bits


def shown(value: object) -> str:
    """Show a value as it would be written, short, on one line, with every byte printable."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            # Python refuses to write thousands of digits in decimal.
            huge = isinstance(value, int) and value.bit_length() > LONGEST_NUMBER
            return "a huge number" if huge else str(value)
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return "nothing" if value is None else _quoted(str(value))


def _quoted(text: str) -> str:
    kept = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return f'"{"".join(_visible(character) for character in kept)}"'


def _visible(character: str) -> str:
    """Escape what a terminal would obey instead of showing: control characters, bidi marks, lone surrogates."""
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode()


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
