"""Credit lines: «(رويترز)», «فرانس24/ أ ف ب», «المصدر: وكالات», «بحسب رويترز.» at the end or on a line of their own."""

import re
from collections.abc import Iterator, Sequence

from clustering.agencies import ANONYMOUS
from clustering.agency_mentions import Mention
from clustering.agency_phrases import Certainty
from clustering.attribution import KIND_WORDS, credits_a_picture, is_quoted, words_before
from clustering.datelines import PLACE_WORDS, names_place
from clustering.fold import words
from clustering.slug import names_agencies_only, words_beside

_LONGEST_LINE = 100  # characters; «فرانس24/ أ ف ب/ رويترز/ أسوشيتد برس» takes 40
_MOST_BESIDE = 3  # words of an outlet or a place beside the agencies

# What outlets put behind the end of an article: tags, a link to themselves.
_APPENDIX = re.compile(
    r"[\s(](?:سمات|الوسوم|وسوم|كلمات مفتاحيه|كلمات دلاليه|اقرا ايضا|اقرا المزيد|رابط الخبر|للمزيد|tags)(?!\w)"
)
_LONGEST_APPENDIX = 300
_MOST_APPENDICES = 4

# «… المقبل".وفقا لرويترز»: some feeds lose the blank behind the full stop.
_SENTENCE_END = re.compile(r'[.!?]["\')]{0,2}(?=[\s"(-]|(?:وفقا?|بحسب|حسب|نقلا)(?!\w))|\n')
_DIVIDED = re.compile(r"[-/|:(]")
_SIGNATURE = re.compile(r"[ ]?/[ ]?(\w+ \w+(?: \w+)?)[ .)]{0,3}")
_CLOSING = re.compile(r'[ "().,:\n*-]*')

_SOURCE = KIND_WORDS | frozenset(
    words("المصدر المصادر مصدر مصادر الخبر بتصرف وكالة وكالات الوكالات للأنباء ترجمة إعداد تحرير")
)
_ACCORDING = frozenset(
    words("""
بحسب حسب حسبما وفق وفقا ل نقلا عن بالاتفاق مع خدمة ما لما كما ذكرت ذكرته نقلت نقلته أفادت أوردت أوردته نشرته
بثته قالت لوكالة لوكالات
""")
)
_CAME = frozenset(words("جاء ورد جاءت وردت"))
_THIS = frozenset(words("ذلك هذا"))

# The desk of Reuters signs «(إعداد فلان للنشرة العربية - تحرير فلان)».
REUTERS_DESK = re.compile(r"(?:اعداد|تحرير|تغطيه)[^.\n]{2,60}(للنشره العربيه)")


def credit_lines(plain: str, mentions: Sequence[Mention]) -> set[Mention]:
    """Return the mentions in a folded text that are credit lines or stand in one."""
    found: set[Mention] = set()
    for start, end, inside in _lines(plain, mentions):
        if end - start <= _LONGEST_LINE and _is_credit(plain, start, end, inside, whole_line=True):
            found.update(inside)
    if not found:
        found.update(_closing(plain, mentions))
    return found


def _lines(plain: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int, list[Mention]]]:
    """Yield the lines that hold mentions."""
    place = 0
    while place < len(mentions):
        start = plain.rfind("\n", 0, mentions[place].start) + 1
        end = plain.find("\n", mentions[place].end)
        end = len(plain) if end < 0 else end
        inside = []
        while place < len(mentions) and mentions[place].start < end:
            inside.append(mentions[place])
            place += 1
        yield start, end, inside


def _closing(plain: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions behind the last sentence of a text, or in a last sentence «جاء ذلك وفق …»."""
    for end in _ends_of_text(plain):
        if found := _closing_at(plain, end, mentions):
            return found
    return []


def _closing_at(plain: str, end: int, mentions: Sequence[Mention]) -> list[Mention]:
    last = [mention for mention in mentions if mention.end <= end and mention.end > end - _LONGEST_LINE]
    if not last:
        return []
    floor = max(0, last[0].start - _LONGEST_LINE)
    start = _last_sentence(plain, floor, end, last)
    inside = [mention for mention in last if mention.start >= start]
    if not inside:
        return []
    if _is_credit(plain, start, end, inside, whole_line=False) or _says_it_came(plain, start, inside):
        return inside
    return _bracketed(plain, end, inside)


def _ends_of_text(plain: str) -> list[int]:
    """Return where a text may end: at its end, and in front of what may be an appendix."""
    floor = max(0, len(plain) - _LONGEST_APPENDIX)
    appendices = list(_APPENDIX.finditer(plain, floor))[-_MOST_APPENDICES:]
    return [len(plain), *(appendix.start() for appendix in appendices)]


def _last_sentence(plain: str, floor: int, end: int, mentions: Sequence[Mention]) -> int:
    """Return where the last sentence begins; the full stops of «أ. ف. ب» end none."""
    start = floor
    for found in _SENTENCE_END.finditer(plain, floor, end):
        inside_name = any(mention.start <= found.start() < mention.end for mention in mentions)
        if not inside_name and not _CLOSING.fullmatch(plain, found.end(), end):
            start = found.end()
    return start


def _is_credit(plain: str, start: int, end: int, mentions: Sequence[Mention], *, whole_line: bool) -> bool:
    """Tell whether a stretch of text only credits."""
    if start > 0 and not whole_line and not _begins_sentence(plain, start):
        return False
    if any(credits_a_picture(plain, mention) for mention in mentions) or _names_photographer(plain, end, mentions[-1]):
        return False
    beside = [word for word in words_beside(plain, start, end, mentions) if word not in _SOURCE]
    ordinary = any(mention.certainty == Certainty.WORD and mention.agency != ANONYMOUS for mention in mentions)
    if ordinary and any(word.isdigit() for word in beside):
        return False  # «3- الفرنسية» is an item of a list
    said = [word for word in beside if word not in _ACCORDING]
    places = not said or names_place(said)
    if len(said) < len(beside) or (whole_line and end - start >= len(plain.strip())):
        # «بحسب رويترز» credits, «غرق المركب بحسب رويترز» is a sentence; so is a line that is all there is.
        if not places:
            return False
    elif said and not places and not _DIVIDED.search(plain, start, end):
        return False
    according = not said and len(said) < len(beside)
    alone = whole_line or according or (len(mentions) == 1 and is_quoted(plain, mentions[0]))
    return names_agencies_only(said, mentions, _MOST_BESIDE, of_words=alone)


def _begins_sentence(plain: str, start: int) -> bool:
    return any(found.end() == start for found in _SENTENCE_END.finditer(plain, max(0, start - 4), start + 8))


def _names_photographer(plain: str, end: int, last: Mention) -> bool:
    """Tell whether a caption ends here: «REUTERS/Jane Doe»."""
    signed = _SIGNATURE.fullmatch(plain, last.end, end)
    return signed is not None and not names_place(words(signed[1]))


def _says_it_came(plain: str, start: int, mentions: Sequence[Mention]) -> bool:
    """Tell whether the last sentence is «جاء ذلك وفقا لما أوردته وكالة …»."""
    came, this = (*words(plain[start : mentions[0].start]), "", "")[:2]
    return came in _CAME and this in _THIS


def _bracketed(plain: str, end: int, mentions: Sequence[Mention]) -> list[Mention]:
    """Return agencies in brackets at the very end: «… يوم الأحد (رويترز)»; or behind a place: «روما - أ ف ب»."""
    last = mentions[-1]
    if not _CLOSING.fullmatch(plain, last.end, end) or (last.certainty == Certainty.WORD and last.agency != ANONYMOUS):
        return []
    before = plain[: last.start].rstrip(' "')
    leading = words_before(plain, last.start)
    if before.endswith("(") and ")" in plain[last.end : end + 1]:
        unrelated = not any("وكال" in word or "انبا" in word for word in leading[-4:])
        return [last] if unrelated and not credits_a_picture(plain, last) else []
    placed = before.endswith("-") and bool(leading) and leading[-1] in PLACE_WORDS
    return [last] if placed else []
