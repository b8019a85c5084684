"""The slug of a text: the dateline, byline and credit in front of its first sentence.

«إسطنبول (رويترز) –», «واس - الرياض:», «سبق- وكالات:», «نايف السعدي – الطائف» on a line of its own. It is read as
short pieces between dashes, colons, slashes, brackets and line ends; what it says is taken for a slug when one of
the pieces is an agency or a place, or when the pieces end as only slugs do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clustering.agencies import ANONYMOUS
from clustering.agency_mentions import Mention
from clustering.agency_phrases import Certainty
from clustering.datelines import names_place
from clustering.fold import words

_HEAD = 240  # characters; the longest slugs seen, with date and both calendars, take 90
_MOST_PIECES = 7
_MOST_MENTIONS = 12  # looked at; a slug names two or three
_MOST_WORDS = 5  # of a piece, as in «الولايات المتحدة الأمريكية» with a date; longer ones are sentences
_MOST_WORDS_DATED = 12  # «الرياض 05 شوال 1436 هـ الموافق 21 يوليو 2015 م واس»
_MOST_BESIDE = 3  # words of a place or an outlet in one piece with the agency: «عين اليوم واس»

_WORD = re.compile(r"[^\W_]+")  # of folded text
_SEPARATOR = re.compile(r'[ "]*[-:/|(),\n][-:/|()," \n]*')
_LAST = re.compile(r"[-:/|)\n]")
_SENTENCE_ENDS = ".!?;"

# Buttons of a slide show, which some outlets' feeds carry in front of the text.
_BUTTONS = re.compile(r"\s*(?:next previous\s*)?")

# «بقلم فلان» on a line of its own, above the dateline.
_BYLINE = re.compile(r"[^\n.!?:]{3,60}\n\s*")

# Without «على», since folded it is also the name علي.
_SENTENCE_WORDS = frozenset(
    words("""
قال قالت نقل نقلت ذكر ذكرت أفاد أفادت أعلن أعلنت أكد أكدت كشف كشفت نشر نشرت بثت أوردت تناقلت أوضح أوضحت أضاف
أضافت دعا دعت أشار أشارت قتل أصيب بدأ بدأت التقى استقبل بحث أظهر أظهرت يقول تقول كان كانت ليس هل لا لم لن ما
إن أن أنه التي الذي الذين عن إلى مع بعد قبل حسب بحسب وفق وفقا لكن حيث هذا هذه ذلك خلال عند عندما محكمة
المحكمة التحكيم مصور شركة صحيفة جريدة قناة موقع رئيس الرئيس وزير الملك الأمير رحمه حفظه هو هي أي كل بين شبكة
مجموعة أسهم نادي فريق منتخب لقاح
""")
)
_AROUND_AGENCY = frozenset(
    words("و وكالة وكالات الوكالات وكالتا أنباء الأنباء للأنباء عن نقلا خاص متابعات المصدر العالمية عاجل")
)


@dataclass(frozen=True, slots=True)
class Slug:
    """Where the text proper begins, and the agencies that the slug credits."""

    end: int
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece with the separator behind it; `beside` are its words that no agency's name covers."""

    separator: str
    behind: int
    beside: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def place(self) -> bool:
        return names_place(self.beside)

    @property
    def signed(self) -> bool:
        """Whether it stands in brackets as an agency does, or an outlet with its Latin name: «(CNN)»."""
        latin = len(self.beside) == 1 and self.beside[0].isascii() and not self.beside[0].isdigit()
        return ")" in self.separator and bool(self.mentions or latin)

    @property
    def dated(self) -> bool:
        return sum(word.isdigit() for word in self.beside) > 1


def read_slug(plain: str, mentions: Sequence[Mention]) -> Slug:
    """Read the slug at the start of a folded text whose mentions of agencies are given."""
    found = _BUTTONS.match(plain)
    start = found.end() if found else 0
    slug = _read(plain, start, mentions)
    byline = _BYLINE.match(plain, start) if slug.end == start else None
    if byline and _sayings(words(byline[0])).isdisjoint(_SENTENCE_WORDS):
        below = _read(plain, byline.end(), mentions)
        return below if below.mentions else slug
    return slug


def line_slugs(plain: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the agencies credited by datelines further down, as round-ups have one for each of their items."""
    found: list[Mention] = []
    behind = 0
    for place, mention in enumerate(mentions):
        start = plain.rfind("\n", behind, mention.start) + 1
        if start > behind:
            found += _read(plain, start, mentions[place : place + _MOST_MENTIONS], placed=True).mentions
            behind = start
    return found


def _read(plain: str, start: int, mentions: Sequence[Mention], *, placed: bool = False) -> Slug:
    """Read a slug that begins at `start`; `placed` asks for one with a place."""
    near = [mention for mention in mentions[:_MOST_MENTIONS] if start <= mention.start < start + _HEAD]
    pieces = _pieces(plain, start, near)
    if not pieces or (placed and not _is_dateline(pieces)):
        return Slug(start)
    credited = tuple(mention for piece in pieces for mention in piece.mentions)
    if credited:
        return Slug(pieces[-1].behind, credited) if _is_credit(plain, pieces) else Slug(start)
    return Slug(pieces[-1].behind if _is_byline(pieces) else start)


def _is_dateline(pieces: Sequence[_Piece]) -> bool:
    """Tell whether pieces name a known place, or are «مدينة - رويترز:»."""
    last = pieces[-1]
    named = bool(last.mentions) and not last.beside and ":" in last.separator and len(pieces) > 1
    return named or any(piece.place for piece in pieces)


def names_agencies_only(
    beside: Sequence[str], mentions: Sequence[Mention], most_beside: int, *, of_words: bool
) -> bool:
    """Tell whether a stretch holds agencies and, besides, only what stands with them in slugs and credit lines.

    `beside` are its words outside their names, of which `most_beside` may be an outlet's or a place; `of_words` lets
    names pass that are ordinary words too.
    """
    # A lone letter is an editor's initial, «ع.غ/ أ.ح», or part of a date.
    rest = [word for word in beside if word not in _AROUND_AGENCY and not word.isdigit() and len(word) > 1]
    placed = not rest or names_place(rest)
    if not _sayings(rest).isdisjoint(_SENTENCE_WORDS):
        return False
    sure = all(mention.certainty > Certainty.WORD or mention.agency == ANONYMOUS for mention in mentions)
    if not sure and not (of_words and placed):
        return False
    return len(rest) <= most_beside or placed


def _sayings(beside: Sequence[str]) -> frozenset[str]:
    """Return words together with what they are without «و» and «ف» (and, so)."""
    return frozenset(form for word in beside for form in (word, word.lstrip("وف")))


def words_beside(plain: str, start: int, end: int, mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Return the words of a stretch of folded text that stand outside the mentions in it."""
    parts = []
    for mention in mentions:
        parts.append(plain[start : mention.start])
        start = mention.end
    parts.append(plain[start:end])
    return tuple(word for part in parts for word in _WORD.findall(part))


def _pieces(plain: str, start: int, mentions: Sequence[Mention]) -> list[_Piece]:
    """Cut the head of a text into pieces, as far as they can be those of a slug."""
    limit = min(len(plain), start + _HEAD)
    pieces: list[_Piece] = []
    place = start
    while len(pieces) < _MOST_PIECES:
        found = _separator(plain, place, limit, mentions)
        piece = found and _piece(plain, place, found, mentions)
        if not piece:
            pieces.extend(_without_separator(place, pieces, mentions))
            break
        place = piece.behind
        if piece.beside or piece.mentions:
            pieces.append(piece)
        if not pieces:
            continue
        if _ends(plain, pieces):
            break
    while pieces and not _LAST.search(pieces[-1].separator):
        pieces.pop()
    return pieces


def _ends(plain: str, pieces: Sequence[_Piece]) -> bool:
    """Tell whether the last piece ends the slug, whatever follows."""
    last = pieces[-1]
    if ":" in last.separator and "\n" not in last.separator and len(pieces) == 1 and last.place:
        # «لندن: «الضحى» - وكالات»: the outlet stands behind the colon.
        return plain[last.behind - 1] not in '"('
    return ":" in last.separator or "\n" in last.separator or (last.signed and "-" in last.separator)


def _separator(plain: str, place: int, limit: int, mentions: Sequence[Mention]) -> re.Match[str] | None:
    """Find the next separator that is not part of an agency's name («أ/ف/ب», «فرانس-برس»)."""
    found = _SEPARATOR.search(plain, place, limit)
    for mention in mentions:
        if found and mention.start < found.start() < mention.end:
            found = _SEPARATOR.search(plain, mention.end, limit)
    return found


def _piece(plain: str, place: int, found: re.Match[str], mentions: Sequence[Mention]) -> _Piece | None:
    """Make a piece of what stands before a separator; None when it is no piece of a slug."""
    inside = tuple(mention for mention in mentions if place <= mention.start and mention.end <= found.start())
    piece = _Piece(found[0], found.end(), words_beside(plain, place, found.start(), inside), inside)
    if len(piece.beside) > (_MOST_WORDS_DATED if piece.dated else _MOST_WORDS):
        return None
    if any(sign in plain[place : found.start()] for sign in _SENTENCE_ENDS) and not inside:
        return None
    return piece if inside or _sayings(piece.beside).isdisjoint(_SENTENCE_WORDS) else None


def _without_separator(place: int, pieces: Sequence[_Piece], mentions: Sequence[Mention]) -> list[_Piece]:
    """Find the agency in «الرياض - واس أعلنت …», where nothing ends the slug."""
    for mention in mentions:
        if place <= mention.start <= place + 1 and mention.certainty > Certainty.WORD and pieces and pieces[-1].place:
            return [_Piece("-", mention.end, (), (mention,))]
    return []


def _is_credit(plain: str, pieces: Sequence[_Piece]) -> bool:
    """Tell whether pieces that name agencies are a slug, and not a sentence that speaks of them."""
    last = pieces[-1]
    if last.separator.strip(' "') == ")" and (not last.mentions or any(piece.mentions for piece in pieces[:-1])):
        # «وكالة الأنباء السعودية (واس) تحتفل»: no dash, no colon, no dateline.
        return False
    if any(not _sayings(piece.beside).isdisjoint(_SENTENCE_WORDS) for piece in pieces if not piece.mentions):
        return False
    if any(plain[mention.start - 1] == "ل" for piece in pieces for mention in piece.mentions if mention.start):
        # «وزير لرويترز: …»
        return False
    if len(pieces) == 1 and ":" in last.separator and last.beside and not last.place:
        # «رئيس تحرير رويترز: …»; «عاجل» may stand there.
        return all(word in _AROUND_AGENCY for word in last.beside)
    # «قنا - محمد حسن:» is a reporter in a town, «الدوحة - قنا:» the agency.
    of_words = any(piece.place for piece in pieces)
    return all(
        names_agencies_only(
            piece.beside, piece.mentions, _MOST_WORDS_DATED if piece.dated else _MOST_BESIDE, of_words=of_words
        )
        for piece in pieces
        if piece.mentions
    )


def _is_byline(pieces: Sequence[_Piece]) -> bool:
    """Tell whether pieces without an agency are an outlet's own dateline or byline."""
    last = pieces[-1]
    if last.signed and "-" in last.separator:
        return True
    if any(piece.place for piece in pieces):
        return any(sign in last.separator for sign in "-:\n")
    divided = any(sign in piece.separator for piece in pieces[:-1] for sign in "-/|")
    return divided and any(sign in last.separator for sign in ":\n")
