"""Lines that outlets put around every text: «اقرأ أيضا ...», «تابعونا على ...», share bars, copyright."""

import re

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


def without_furniture(body: str) -> str:
    """Return the body without the lines that speak to the reader; a body of such lines alone comes back as it is."""
    lines = body.split("\n")
    furniture = {place for place, line in enumerate(lines) if not _LONG.match(line) and _is_furniture(fold(line))}
    if not furniture:
        return body
    kept = [line for place, line in enumerate(lines) if place not in furniture]
    return "\n".join(kept) if any(line.strip() for line in kept) else body


def _is_furniture(line: str) -> bool:
    return len(line) <= _LONGEST and bool(
        _BEGINNINGS.match(line) or _DISCLAIMER.search(line) or _SHARE_BAR.fullmatch(line)
    )
