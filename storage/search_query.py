"""What a person types into a search, read: words, phrases, AND, OR, NOT, fields and filters.

    قطار دالمور                   both words
    "محادثات جنيف"                the words one after the other
    زلزال OR هزة                  either; AND is understood between words
    زلزال NOT تركيا               the first without the second; -تركيا is the same
    (زلزال OR هزة) title:سامورا   brackets; title: looks at headlines only
    source:almarfa wire:رويترز since:7d until:2026-11-23 min_sources:3

Filters hold for the whole query. AND, OR and NOT are operators in capitals only.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime


class QueryError(Exception):
    """The query cannot be read; the message says where and why, in one line."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other, in the form that is indexed; one word mostly. `title` looks at headlines only."""

    words: tuple[str, ...]
    title: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything that is wanted, and nothing of what is not; something is wanted always."""

    wanted: tuple["Term", ...]
    unwanted: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    choices: tuple["Term", ...]


Term = Phrase | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Filters:
    """What an article must be besides its words. `sources` and `wires`: one of them; empty for all."""

    sources: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    min_sources: int = 1


@dataclass(frozen=True, slots=True)
class Query:
    """A query; `term` is None when it has filters only."""

    term: Term | None
    filters: Filters = field(default=Filters())

    def words(self) -> set[str]:
        """Return the words that a hit may show, those that must not occur left out."""
        return set() if self.term is None else _words(self.term)


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\))
        | (?P<minus>-(?=[^\s)]))
        | (?P<key>[a-z_]+):(?=\S)
        | (?P<quoted>["«“„](?P<phrase>[^"»”“]*)(?P<end>["»”“]?))
        | (?P<word>[^\s()"«“„]+)
    )""",
    re.VERBOSE,
)
_FILTERS = ("source", "wire", "since", "until", "min_sources")
_DEEPEST = 20
"""Brackets in brackets; people need two."""
_MOST = 200
"""Words and signs of a query."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parts of a query mean outside of it; each function raises ValueError with the reason."""

    indexed: Callable[[str], Sequence[str]]
    """Makes a text the words of the index."""
    moment: Callable[[str], datetime]
    agency: Callable[[str], str]
    """Makes a name of an agency its id."""


def read_query(text: str, reading: Reading) -> Query:
    """Read a query. Raises QueryError."""
    reader = _Reader(_tokens(text), reading)
    term = reader.any_of(0)
    reader.expect_end()
    if term is None and reader.filters == Filters():
        raise QueryError("there is no word in it")
    return Query(term, reader.filters)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while found := _TOKEN.match(text, place):
        place = found.end()
        kind = found.lastgroup or ""
        if found["quoted"] is not None:
            if not found["end"]:
                raise QueryError(f"the quotation is not closed: {found['quoted'][:40]}")
            tokens.append(_Token("phrase", found["phrase"]))
        elif found["word"] in ("AND", "OR", "NOT"):
            tokens.append(_Token(found["word"], found["word"]))
        else:
            tokens.append(_Token(kind, found[kind]))
        if len(tokens) > _MOST:
            raise QueryError(f"longer than {_MOST} words and signs")
    return tokens


class _Reader:
    """Reads tokens by recursive descent."""

    def __init__(self, tokens: Sequence[_Token], reading: Reading) -> None:
        self._tokens = [*tokens, _Token("end", "")]
        self._place = 0
        self._reading = reading
        self.filters = Filters()

    def expect_end(self) -> None:
        if self._next.kind != "end":
            raise QueryError("a bracket is closed that was not opened")

    def any_of(self, depth: int) -> Term | None:
        """Read terms divided by OR; None when there are only filters."""
        if depth > _DEEPEST:
            raise QueryError(f"more than {_DEEPEST} brackets in one another")
        choices = [self._all_of(depth)]
        while self._next.kind == "OR":
            self._take()
            choices.append(self._all_of(depth))
        if len(choices) == 1:
            return choices[0]
        terms = tuple(choice for choice in choices if choice is not None)
        if len(terms) < len(choices):
            raise QueryError("OR needs a word on both sides")
        return AnyOf(terms)

    def _all_of(self, depth: int) -> Term | None:
        wanted: list[Term] = []
        unwanted: list[Term] = []
        joined = False
        while True:
            kind = self._next.kind
            if kind in ("end", "close", "OR"):
                break
            if kind == "AND":
                if joined or not (wanted or unwanted):
                    raise QueryError("AND needs a word on both sides")
                self._take()
                joined = True
                continue
            negated = kind in ("NOT", "minus")
            if negated:
                self._take()
            term = self._one(depth, negated=negated)
            joined = False
            if term is not None:
                (unwanted if negated else wanted).append(term)
        if joined:
            raise QueryError("AND needs a word on both sides")
        if unwanted and not wanted:
            raise QueryError("NOT needs something beside it that is wanted")
        if len(wanted) == 1 and not unwanted:
            return wanted[0]
        return AllOf(tuple(wanted), tuple(unwanted)) if wanted else None

    def _one(self, depth: int, *, negated: bool) -> Term | None:
        """Read one term or filter; None for a filter, and for a word that has no letters."""
        token = self._take()
        match token.kind:
            case "open":
                term = self.any_of(depth + 1)
                if self._take().kind != "close":
                    raise QueryError("a bracket is not closed")
                return term
            case "word" | "phrase":
                return self._phrase(token.text, title=False)
            case "key" if token.text == "title":
                return self._titled(depth)
            case "key" if token.text in _FILTERS:
                if depth or negated:
                    raise QueryError(f"{token.text}: holds for the whole query; it stands outside of NOT and brackets")
                self._filter(token.text, self._value(token.text))
                return None
            case "key":
                # «ملاحظة: نص» and https: are words.
                return self._phrase(f"{token.text} {self._value(token.text)}", title=False)
            case _:
                raise QueryError("NOT needs a word behind it")

    def _titled(self, depth: int) -> Term | None:
        if self._next.kind == "open":
            term = self._one(depth, negated=False)
            return None if term is None else _in_titles(term)
        return self._phrase(self._value("title"), title=True)

    def _phrase(self, text: str, *, title: bool) -> Term | None:
        found = tuple(self._reading.indexed(text))
        return Phrase(found, title) if found else None

    def _value(self, key: str) -> str:
        token = self._take()
        if token.kind not in ("word", "phrase", "key"):
            raise QueryError(f"{key}: needs a value")
        return f"{token.text}:{self._value(key)}" if token.kind == "key" else token.text

    def _filter(self, key: str, value: str) -> None:
        filters = self.filters
        try:
            match key:
                case "source":
                    self.filters = replace(filters, sources=(*filters.sources, value))
                case "wire":
                    self.filters = replace(filters, wires=(*filters.wires, self._reading.agency(value)))
                case "since":
                    self.filters = replace(filters, since=self._reading.moment(value))
                case "until":
                    self.filters = replace(filters, until=self._reading.moment(value))
                case _:
                    self.filters = replace(filters, min_sources=_whole(value))
        except ValueError as error:
            raise QueryError(f"{key}: {error}") from error

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._tokens[self._place]
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 10_000):  # noqa: PLR2004 - more than there are outlets
        raise ValueError(f"{value!r} is no number of outlets")
    return int(value)


def _in_titles(term: Term) -> Term:
    match term:
        case Phrase():
            return replace(term, title=True)
        case AnyOf():
            return AnyOf(tuple(map(_in_titles, term.choices)))
        case AllOf():
            return AllOf(tuple(map(_in_titles, term.wanted)), tuple(map(_in_titles, term.unwanted)))


def _words(term: Term) -> set[str]:
    match term:
        case Phrase():
            return set(term.words)
        case AnyOf():
            return set().union(*map(_words, term.choices))
        case AllOf():
            return set().union(*map(_words, term.wanted))
