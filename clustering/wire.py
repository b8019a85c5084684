"""Wire credit: which news agencies a text credits, and which it only quotes, with the words that show it.

A *credit* says that the text is the agency's: a slug or dateline («إسطنبول (رويترز) –», «واس - الرياض:»), a credit
line («فرانس24/ أ ف ب»), a headline that opens with the agency's name and a colon, or a first sentence that opens as
the agency's report («نقلت وكالة الأنباء السعودية عن»). A *quote* is any other mention: «وقالت رويترز إن» further down,
«لوكالة فرانس برس», «بحسب وكالة الأناضول».
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from clustering.agencies import ANONYMOUS
from clustering.agency_mentions import Mention, find_mentions
from clustering.agency_phrases import Certainty
from clustering.attribution import is_meant, opens_report
from clustering.credit_line import REUTERS_DESK, credit_lines
from clustering.folded_text import FoldedText
from clustering.slug import Slug, line_slugs, read_slug

CreditKind = Literal["credit", "quote"]
Place = Literal["title", "body"]

# Folded letters. A slug is read in 240 of them, which may follow upon a byline of 60, and names go on beyond.
_SLUG = 420
_HEAD, _VOWELLED_HEAD = 500, 1000  # characters that hold as many, where no vowel marks stand between and where they do

_APART = 26  # characters between two names of one agency that are one mention: «الأنباء السورية الرسمية (سانا)»


@dataclass(frozen=True, slots=True)
class Credit:
    """An agency (its id in :mod:`clustering.agencies`) that a text names.

    `start` and `end` are the character offsets of the name in the title or the body, as `where` tells.
    """

    agency: str
    kind: CreditKind
    start: int
    end: int
    where: Place


def credits(title: str, body: str) -> tuple[Credit, ...]:  # noqa: A001 (the word of the trade)
    """Return every mention of an agency in a title and a body, in reading order. Time is linear in their length."""
    return (*_in_title(title), *_in_body(body))


def without_slug(body: str) -> int:
    """Return where the text proper begins: behind slug, dateline, byline and blanks."""
    folded = FoldedText(body[:_HEAD])
    if len(folded.plain) < _SLUG:
        folded = FoldedText(body[:_VOWELLED_HEAD])
    plain = folded.plain[:_SLUG]
    end = read_slug(plain, find_mentions(plain)).end
    return folded.origin(end, end)[0] if end else 0


def _in_title(title: str) -> list[Credit]:
    folded = FoldedText(title.rstrip())
    mentions = find_mentions(folded.plain)
    if not mentions:
        return []
    slug = read_slug(folded.plain, mentions)
    credited = {
        mention for mention in slug.mentions if mention.certainty > Certainty.WORD or mention.agency == ANONYMOUS
    }
    return _found(folded, mentions, credited | credit_lines(folded.plain, mentions), "title")


def _in_body(body: str) -> list[Credit]:
    folded = FoldedText(body.rstrip())
    mentions = find_mentions(folded.plain)
    if found := REUTERS_DESK.search(folded.plain):
        desk = Mention("reuters", *found.span(1), Certainty.NAME)
        mentions = sorted([*mentions, desk], key=lambda mention: mention.start)
    else:
        desk = None
    if not mentions:
        return []
    slug = read_slug(folded.plain, mentions)
    credited = {
        *slug.mentions,
        *line_slugs(folded.plain, mentions),
        *credit_lines(folded.plain, mentions),
        *_framing(folded.plain, slug, mentions),
    }
    return _found(folded, mentions, credited | {desk} if desk else credited, "body")


def _framing(plain: str, slug: Slug, mentions: Iterable[Mention]) -> list[Mention]:
    """Return the agencies whose report the first sentence says the text is."""
    framing: list[Mention] = []
    for mention in mentions:
        if mention.start < slug.end:
            continue
        if framing and _is_joined(plain, framing[-1], mention):
            framing.append(mention)
        elif framing or not (opens_report(plain, slug.end, mention) and _is_frame(plain, mention)):
            break
        else:
            framing.append(mention)
    return framing


def _is_frame(plain: str, mention: Mention) -> bool:
    """Tell whether the name in the first sentence is an agency's; «وكالات» counts as «وكالات أنباء» there."""
    return mention.certainty == Certainty.NAME or (mention.agency != ANONYMOUS and is_meant(plain, mention))


def _is_joined(plain: str, first: Mention, second: Mention) -> bool:
    """Tell whether two agencies are named in one breath: «رويترز وفرانس برس»."""
    return plain[first.end : second.start].strip(' ",)(') in {"", "و", "ووكاله", "و وكاله"}


def _found(folded: FoldedText, mentions: list[Mention], credited: set[Mention], where: Place) -> list[Credit]:
    """Keep the mentions that are meant, as credits and quotes; several names of one agency in a row become one."""
    found: list[tuple[Mention, CreditKind]] = []
    named: set[str] = set()
    for mention in mentions:
        kind: CreditKind = "credit" if mention in credited else "quote"
        if kind == "quote" and not _is_meant(folded.plain, mention, found[-1][0] if found else None, named):
            continue
        named.add(mention.agency)
        if found and _is_repeated(folded.plain, found[-1][0], mention):
            first, first_kind = found.pop()
            kind = "credit" if "credit" in {first_kind, kind} else "quote"
            found.append((replace(first, end=mention.end), kind))
        else:
            found.append((mention, kind))
    return [
        Credit(mention.agency, kind, *folded.origin(mention.start, _closed(folded.plain, mention)), where)
        for mention, kind in found
    ]


def _is_meant(plain: str, mention: Mention, last: Mention | None, named: Collection[str]) -> bool:
    """Tell whether a mention is an agency: by itself, or as another one of a list («"فارس" و"تسنيم"»)."""
    if is_meant(plain, mention, established=mention.agency in named):
        return True
    listed = last is not None and mention.agency != ANONYMOUS and _is_joined(plain, last, mention)
    return listed and plain[mention.start - 1] in '"('


def _closed(plain: str, mention: Mention) -> int:
    """Return the end of a mention with the bracket or quotation mark that closes what it opens."""
    inside, following = plain[mention.start : mention.end], plain[mention.end : mention.end + 1]
    opened = inside.count("(") > inside.count(")") if following == ")" else inside.count('"') % 2 == 1
    return mention.end + 1 if opened and following in {")", '"'} else mention.end


def _is_repeated(plain: str, first: Mention, second: Mention) -> bool:
    """Tell whether a name only repeats the one before it: «وكالة الأنباء السعودية (واس)»."""
    between = plain[first.end : second.start]
    if first.agency != second.agency or len(between) > _APART or any(sign in between for sign in ".:\n"):
        return False
    return between.isspace() or between.rstrip(" ").endswith(("(", '"', ","))
