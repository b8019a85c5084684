"""How Arabic news says in a sentence who reported something: verbs, «نقلا عن», «بحسب», «وكالة …»."""

import re

from clustering.agencies import AGENCIES, ANONYMOUS
from clustering.agency_mentions import Mention
from clustering.agency_phrases import Certainty
from clustering.fold import words


def _folded(text: str) -> frozenset[str]:
    return frozenset(words(text))


_REPORTS = _folded("""
نقلت ذكرت قالت أفادت أوردت أعلنت كشفت بثت نشرت أكدت تناقلت أشارت أوضحت تقول زعمت أضافت تابعت لفتت بينت نسبت
ادعت روت وصفت كتبت علمت اعتبرت نوهت أظهرت أجرت تحدثت أبلغت نقل ذكر قال أفاد أورد أعلن صرح أبلغ أخبر نقلته
ذكرته قالته أوردته أعلنته بثته نشرته تناقلته نشرتها أوردتها بثتها نقلتها أعدتها أجرته أفادته كشفته زعمته شاهدت
عاينت رصدت
""")
_ACCORDING = _folded("بحسب حسب حسبما وفق وفقا طبقا نقلا استنادا")
_PASSING_ON = _folded("عن عنه عنها عنهم إلى مع لدى عبر ما لما كما به بها")
_STAFF = _folded("مراسل لمراسل مراسلة مراسلو مراسلي مصور مصورو مصوري موفد موفدة صحفي صحفيو صحافي موقع لموقع")
_WITNESSES = _STAFF | _folded("شاهد شهود من")
_MEDIA = _folded("التلفزيون تلفزيون الإذاعة إذاعة صحيفة صحف شبكة قناة هيئة")
_AGENCY = _folded("وكالة الوكالة وكالتا وكالتي الوكالتان وكالات الوكالات")
KIND_WORDS = _folded(
    "أنباء الأنباء الإعلام الإخبارية الرسمية الحكومية الوطنية المركزية شبه الروسية المحلية الدولية الخاصة"
) | {word for agency in AGENCIES for title in (*agency.adjectives, *agency.countries) for word in words(title)}
"""Words that say whose agency it is: «وكالة الأنباء السورية الرسمية»."""

_TIMES = _folded("""
اليوم أمس مساء صباح فجر ظهر السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة أول الماضي كل من قد
""")
_OPENING = _REPORTS | _ACCORDING

_OWN_AFFAIRS = re.compile(
    r"(?<!\w)[وفبلك]{0,2}(?:مصور|مراسل|مكتب|مكاتب|صحفي|صحافي|موظف|موقع|حساب|رييس|مدير|مقر|خدم|طاقم|فريق|ارشيف|ارباح|شبك|"
    r"اسهم|فوز|عاملين|صحفيين|مبني)(?:ي|ت|ين|ات)?ها(?!\w)"
)
_INTERVIEW = _folded("""
تصريح تصريحات تصريحه تصريحها تصريحاته حديث حديثه حديثها حوار حواره مقابلة لقاء لقائه بيان تقرير خاص خاصة أوضح
أكد قالوا مصدر مصادر
""")
_INTERVIEW_REACH = 9  # words: «قال المدير العام لشركة الكهرباء في عدن لـ…»
_PICTURE = _folded("صور الصور صورة الصورة تصوير عدسة كاميرا فيديو الفيديو رسم غرافيك أرشيفية")

_REACH = 80  # characters looked at on either side: a dozen words
_BEFORE = re.compile(r"\w+")
_BETWEEN = re.compile(r'[ "(,:-]{1,4}')
_FOLLOWS = re.compile(
    r'[") ]{0,3}(?:$|[.,:\n]|(?:ان|انه|انها|نقلا|عن|امس|اليوم|الرسميه|الحكوميه|للانباء|الاخباريه|شبه|'
    r"السبت|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه)(?!\w))"
)

_MOST_BETWEEN = 3  # words, as in «وكالة الأنباء السورية الرسمية (سانا)»


def words_before(plain: str, start: int, floor: int = 0) -> list[str]:
    """Return the words that lead up to `start`, the nearest last, as far as no sentence ends between them."""
    edge = max(floor, start - _REACH)
    found = list(_BEFORE.finditer(plain, edge, start))
    run: list[str] = []
    behind = start
    for word in reversed(found):
        between = plain[word.end() : behind]
        if between and not _BETWEEN.fullmatch(between):
            break
        run.append(word[0])
        behind = word.start()
    return run[::-1]


def is_quoted(plain: str, mention: Mention) -> bool:
    """Tell whether a name stands in quotation marks or brackets of its own."""
    start = mention.start - 1
    return start >= 0 and plain[start] in '"(' and plain[mention.end : mention.end + 1] in {'"', ")"}


def is_about_itself(plain: str, mention: Mention) -> bool:
    """Tell whether an agency speaks of its own affairs: «أعلنت رويترز مقتل مصورها»."""
    return _OWN_AFFAIRS.search(plain, mention.end, mention.end + _REACH) is not None


def credits_a_picture(plain: str, mention: Mention) -> bool:
    """Tell whether a picture is credited, not the text: «الصور من واس»."""
    return not _PICTURE.isdisjoint(words_before(plain, mention.start)[-2:])


def is_meant(plain: str, mention: Mention, *, established: bool = False) -> bool:
    """Tell whether a name inside a sentence is an agency's, from the words around it.

    `established` says that the text has named the agency before: then its short name needs less.
    """
    before = words_before(plain, mention.start)
    if mention.agency == ANONYMOUS:
        # «وكالات» inside a sentence are as often travel agencies; «وكالات الأنباء» attend press conferences too.
        return mention.certainty == Certainty.NAME and _is_said(before)
    if mention.certainty == Certainty.NAME:
        return True
    proclitic = ""
    if mention.start and plain[mention.start - 1].isalpha() and before:
        proclitic = before.pop()
    quoted = is_quoted(plain, mention)
    sure = mention.certainty == Certainty.MARK or established
    if (
        _follows_agency(before, strict=not sure and not quoted)
        or (before and before[-1] in _STAFF and (quoted or sure))
        or _closes_with_title(plain, mention, before, proclitic)
    ):
        return True
    if "ل" in (proclitic, *before[-1:]) and (quoted or sure):
        return any(_bare(word) in _OPENING or word in _INTERVIEW for word in before[-_INTERVIEW_REACH:])
    if not _is_said(before) or not (quoted or sure):
        return False
    return quoted or _bare(before[-1]) in _REPORTS or _FOLLOWS.match(plain, mention.end) is not None


def _closes_with_title(plain: str, mention: Mention, before: list[str], proclitic: str) -> bool:
    """Tell whether a clause ends with «وفقا للألمانية.», an adjective that can only be short for the agency."""
    titled = plain.startswith(("ال", "لل"), mention.start - len(proclitic))
    ended = plain[mention.end : mention.end + 1] in {"", ".", "\n"}
    return titled and ended and bool(before) and before[-1] in _ACCORDING


def opens_report(plain: str, start: int, mention: Mention) -> bool:
    """Tell whether a text that begins at `start` begins as a report of the mentioned agency.

    «نقلت وكالة … عن», «قالت وكالة … إن», «بحسب …،»: between the verb and the name stand only the day and the words
    «وكالة الأنباء الرسمية», «شاهد من», or a station that reported the same. An agency that speaks of its own affairs is
    the news, not its teller.
    """
    if mention.start - start > _REACH or "\n" in plain[start : mention.start].strip():
        return False
    before = words_before(plain, mention.start, start)
    if mention.start and plain[mention.start - 1].isalpha() and before and "ل" in before.pop() and before:
        # «وفقا لرويترز» opens a report, «قال لرويترز» says whom somebody spoke to.
        before = before if before[0] in _ACCORDING else []
    # When words_before stops short of `start`, a sentence has ended on the way.
    if not before or _bare(before[0]) not in _OPENING or len(plain[start : mention.start].split()) > len(before) + 1:
        return False
    between = before[1:]
    for place, word in enumerate(between):
        if _is_agency(word):
            between = between[:place] if _follows_agency(between[place:], strict=False) else between
            # «قال التلفزيون الرسمي ووكالة …»
            between = [] if word.startswith("وو") and between and between[0] in _MEDIA else between
            break
    passed_over = _TIMES | _OPENING | _PASSING_ON | _WITNESSES
    return passed_over.issuperset(between) and not is_about_itself(plain, mention)


def _follows_agency(before: list[str], *, strict: bool) -> bool:
    for place in range(len(before) - 1, max(-1, len(before) - 2 - _MOST_BETWEEN), -1):
        if _is_agency(before[place]):
            # «علاقة الوكالة بنا»: by itself «the agency» is one that was named before.
            named = place + 1 < len(before) or "الوكاله" not in before[place].replace("لل", "ال")
            return not strict or (named and all(word in KIND_WORDS for word in before[place + 1 :]))
    return False


def _is_agency(word: str) -> bool:
    return any(form in _AGENCY for form in (word, word[1:], word[2:]))


def _is_said(before: list[str]) -> bool:
    if not before:
        return False
    last = _bare(before[-1])
    if last in _PASSING_ON:
        return len(before) > 1 and (last == "مع" or _bare(before[-2]) in _OPENING)
    return last in _OPENING


def _bare(word: str) -> str:
    return word[1:] if word[:1] in "وف" and word not in _OPENING and word not in _ACCORDING else word
