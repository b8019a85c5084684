"""Lines that outlets put around every text: «اقرأ أيضا ...», «تابعونا على ...», share bars, copyright."""

import re
from collections.abc import Sequence

from clustering.fold import fold

# How such lines begin, folded. Verbs of reports («تابع», «اشترك») are not here: these speak to the reader.
_BEGINNINGS = re.compile(
    "(?:و?اقرا(?:وا)?(?:ايضا|المزيد|كذلك|عن|في)|شاهد(?:وا)?(?:ايضا|بالفيديو|الفيديو)|طالع(?:وا)?ايضا|انظرايضا"
    "|تابعونا|تابعناعلي|لمتابعتنا|لمتابعهاخر|انضمالي|انضمواالي|حملتطبيق|حملواتطبيق|للاشتراكفي|اشترك(?:وا)?في(?:خدمه|نشره|قناه|القناه|النشره)"
    "|لمزيدمن(?:ال)?اخبار|لمزيدمنالتفاصيل|للمزيدمن|رابطالخبر|جميعالحقوقمحفوظه|حقوقالنشر|مواضيعذاتصله"
    "|(?:ال)?اخبارذاتصله|موضوعاتذاتصله|قدتهمك|قديهمك|شاركالخبر|شارك(?:هذا)?المقال|كلماتدليليه|كلماتمفتاحيه)"
)

# What outlets say of themselves, with a name before it.
_DISCLAIMER = re.compile("غيرمسوول(?:ه|ين)?عن(?:ال)?(?:مضمون|محتوي)|لا(?:ت|ي)تحمل(?:ال)?مسووليهمضمون")

# A share bar: nothing but names of networks and what its buttons do. A line of a report has a word besides.
_SHARE_BAR = re.compile(
    "(?:فيسبوك|تويتر|(?:منصه)?اكس|واتساب|تي?لي?[غجق]رام|انست[غجق]رام|يوتيوب|لينكدان|ماسنجر|تيكتوك|سنابشات|بينتريست|فايبر"
    "|ريديت|(?:ال)?بريد(?:ال)?الكتروني|ايميل|طباعه|نسخ(?:الرابط)?|مشاركه(?:علي|عبر)?|شارك(?:علي|عبر)?"
    "|facebook|twitter|whatsapp|telegram|instagram|youtube|linkedin|messenger|tiktok|snapchat|pinterest|viber|reddit"
    "|threads|e?mail|print|copy(?:link|url)?|share(?:on|this)?|tweet|x)+"
)

_LONGEST = 150
"""Folded letters: two lines. A longer paragraph that begins so is part of the text."""

# Letters that no fold drops: most lines are longer, and need not be folded to know that.
_LONG = re.compile(rf"(?:[^ء-غف-يa-z0-9]*+[ء-غف-يa-z0-9]){{{_LONGEST + 1}}}")


_BETWEEN = "\ue000"  # of the private use area: a letter to the fold, and to nobody a word


def without_furniture(body: str) -> str:
    """Return the body without the lines that speak to the reader; a body of such lines alone comes back as it is."""
    lines = body.split("\n")
    short = [place for place, line in enumerate(lines) if not _LONG.match(line)]
    furniture = {
        place
        for place, folded in zip(short, _folded([lines[place] for place in short]), strict=True)
        if _is_furniture(folded)
    }
    if not furniture:
        return body
    kept = [line for place, line in enumerate(lines) if place not in furniture]
    return "\n".join(kept) if any(line.strip() for line in kept) else body


def _folded(lines: Sequence[str]) -> Sequence[str]:
    """Fold lines, all in one go where nothing in them looks like what is put between them."""
    text = _BETWEEN.join(lines)
    if text.count(_BETWEEN) >= len(lines):
        return [fold(line) for line in lines]
    return fold(text).split(_BETWEEN)


def _is_furniture(line: str) -> bool:
    return len(line) <= _LONGEST and bool(
        _BEGINNINGS.match(line) or _DISCLAIMER.search(line) or _SHARE_BAR.fullmatch(line)
    )
