"""Arabic words in dates: what months, days, halves of the day and zones are called from Rabat to Muscat.

Three families of Gregorian month names are in use, and the months of the Hijri calendar. `in_latin` rewrites a date so
that the forms in `sources.dates` fit: «الإثنين ٢٣ تشرين الثاني ٢٠٢٦ - ٢:٠٥ م» becomes `23 Nov 2026 - 2:05 pm`.
"""

import re
from datetime import date

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
# Marks of direction and odd blanks stand inside dates that editors typed; so do tashkeel and tatweel.
_INVISIBLE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\u064b-\u0652\u0670\u0640\ufeff]")
# One spelling of each letter, and of the signs between.
_SPELLING = str.maketrans("أإآٱىةیک،–—−|", "اااايهيك,--- ")
_LONGEST = 160

_ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
# By month: Egypt and the Gulf, the Levant and Iraq, the Maghreb; in the spelling above, without hamzas on alif.
_GREGORIAN = (
    ("يناير", "كانون الثاني", "كانون ثاني", "جانفي"),
    ("فبراير", "شباط", "فيفري"),
    ("مارس", "اذار", "مارث"),
    ("ابريل", "نيسان", "افريل"),
    ("مايو", "ايار", "ماي"),
    ("يونيو", "حزيران", "جوان", "يونيه"),
    ("يوليو", "تموز", "جويليه", "يوليوز", "يوليه"),
    ("اغسطس", "اب", "اوت", "غشت", "اغشت"),
    ("سبتمبر", "ايلول", "شتنبر", "شتمبر"),
    ("اكتوبر", "تشرين الاول", "تشرين اول"),
    ("نوفمبر", "تشرين الثاني", "تشرين ثاني", "نونبر", "نوفنبر"),
    ("ديسمبر", "كانون الاول", "كانون اول", "دجنبر", "دسمبر"),
)
_HIJRI = (
    ("محرم", "المحرم", "محرم الحرام"),
    ("صفر",),
    ("ربيع الاول", "ربيع اول"),
    ("ربيع الاخر", "ربيع الثاني", "ربيع ثاني", "ربيع اخر"),
    ("جمادي الاولي", "جمادي الاول", "جماد الاول", "جمادي اول"),
    ("جمادي الاخره", "جمادي الاخر", "جمادي الثانيه", "جمادي الثاني", "جماد الاخر", "جماد الثاني"),
    ("رجب",),
    ("شعبان",),
    ("رمضان", "رمضان المبارك"),
    ("شوال",),
    ("ذو القعده", "ذي القعده", "ذوالقعده", "ذيالقعده"),
    ("ذو الحجه", "ذي الحجه", "ذوالحجه", "ذيالحجه"),
)
_DAYS = ("السبت", "الاحد", "الاثنين", "الثلاثاء", "الثلثاء", "الاربعاء", "الخميس", "الجمعه")
# The places whose clock a date names: «بتوقيت غرينتش».
_PLACES = {
    "UTC": ("غرينتش", "جرينتش", "غرينيتش", "جرينيتش"),
    "Asia/Riyadh": ("مكه المكرمه", "مكه", "السعوديه", "الرياض", "المملكه"),
    "Asia/Qatar": ("الدوحه", "قطر"),
    "Asia/Kuwait": ("الكويت",),
    "Asia/Baghdad": ("بغداد", "العراق"),
    "Asia/Dubai": ("الامارات", "ابوظبي", "ابو ظبي", "دبي"),
    "Asia/Muscat": ("مسقط", "سلطنه عمان"),
    "Africa/Cairo": ("القاهره", "مصر"),
    "Asia/Beirut": ("بيروت", "لبنان"),
    "Asia/Damascus": ("دمشق", "سوريا"),
    "Asia/Amman": ("عمان", "الاردن"),
    "Asia/Jerusalem": ("القدس", "القدس المحتله"),
    "Africa/Tunis": ("تونس",),
    "Africa/Algiers": ("الجزائر",),
    "Africa/Casablanca": ("المغرب", "الرباط"),
    "Africa/Tripoli": ("ليبيا", "طرابلس"),
    "Africa/Khartoum": ("الخرطوم", "السودان"),
    "Asia/Aden": ("صنعاء", "عدن", "اليمن"),
}
_HALVES = {"pm": ("م", "مساء", "ظهرا", "عصرا", "بعد الظهر"), "am": ("ص", "صباحا", "فجرا", "قبل الظهر")}


def _words(table: dict[str, tuple[str, ...]]) -> tuple[re.Pattern[str], dict[str, str]]:
    meaning = {word: name for name, words in table.items() for word in words}
    longest_first = "|".join(sorted(map(re.escape, meaning), key=len, reverse=True))
    return re.compile(f"(?<![ء-ي])(?:{longest_first})(?![ء-ي])"), meaning


_MONTH, _MONTHS = _words(dict(zip(_ENGLISH, _GREGORIAN, strict=True)))
_HIJRI_MONTH, _HIJRI_MONTHS = _words({str(number): names for number, names in enumerate(_HIJRI, start=1)})
_PLACE, _PLACE_ZONES = _words(_PLACES)
_HALF, _HALF_NAMES = _words(_HALVES)
_DAY = re.compile(f"(?<![ء-ي])(?:يوم )?(?:{'|'.join(_DAYS)})(?![ء-ي])[ ,]*")
# A month by two names, as pan-Arab outlets write it: نوفمبر/تشرين الثاني.
_TWICE = re.compile(r"([A-Z][a-z]{2}) ?[/(] ?\1\)?")
_ZONE = re.compile(r"\(?(?:ب ?)?توقيت ([ء-ي ]{2,20}?)\)?(?=$|[^ء-ي ]|\s*$)")
# «2026م» is the year of the Christian era, «1448 هـ» that of the Hijra; «14:05 م» is neither.
_ERA = re.compile(r"(?<!\d)(\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2})?) ?[مه](?![ء-ي])")
_FILLER = re.compile(r"(?<![ء-ي])(?:الساعه|في تمام|في|بتاريخ|تاريخ|نشر|النشر|اخر تحديث|من|سنه|عام)(?![ء-ي])[ :]*")
_CLOCK_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?)[ ,-]+(.*\d{4}.*)", re.IGNORECASE)
# Between a date in one calendar and the same in the other.
_CORRESPONDING = re.compile(r"ال?موافق(?: ل)?|\s-\s(?=\d{4}[-/]\d|\d{1,2}[-/]\d{1,2}[-/]\d{4})")
# What `hijridate` knows: 1343 to 1500 AH.
_HIJRI_DAY_FIRST = re.compile(r"(\d{1,2})(?: ?[-/. ] ?)(\d{1,2})(?: ?[-/. ] ?)(1[34]\d\d|1500)(?!\d)")
_HIJRI_YEAR_FIRST = re.compile(r"(?<!\d)(1[34]\d\d|1500)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")


def in_latin(raw: str) -> tuple[str, bool]:
    """Rewrite a date with Western digits, English months and halves, zones as `@Area/City`; tell whether it was Hijri.

    What is not known stays as it is, so that no form fits it. Of a date that is given in both calendars the Gregorian
    one is taken.
    """
    text = " ".join(_INVISIBLE.sub("", raw[:_LONGEST].translate(_DIGITS)).translate(_SPELLING).split())
    both = [part for part in _CORRESPONDING.split(text) if part.strip()]
    if len(both) > 1 and ":" not in both[0]:
        read = [_rewritten(part) for part in both]
        return next((part for part in read if not part[1]), read[0])
    return _rewritten(text)


def _rewritten(text: str) -> tuple[str, bool]:
    text = _ZONE.sub(lambda found: _named_zone(found[1]) or found[0], text)
    text = _ERA.sub(r"\1", text)
    text = _DAY.sub("", text)
    text = _FILLER.sub("", text)
    text = _MONTH.sub(lambda found: _MONTHS[found[0]], text)
    text = _TWICE.sub(r"\1", text)
    text = _HIJRI_MONTH.sub(lambda found: f"-{_HIJRI_MONTHS[found[0]]}-", text)
    text = _HALF.sub(lambda found: _HALF_NAMES[found[0]], text)
    text = re.sub(r"\s*-\s*(\d{1,2})\s*-[ ,]*(?=1[345]\d\d)", r"-\1-", text).strip(" ,-")
    moved = _CLOCK_FIRST.fullmatch(text)
    if moved:
        text = f"{moved[2].strip(' ,-')} {moved[1]}"
    return _without_hijri(text)


def _named_zone(place: str) -> str | None:
    found = _PLACE.fullmatch(place.strip())
    return f" @{_PLACE_ZONES[found[0]]}" if found else None


def _without_hijri(text: str) -> tuple[str, bool]:
    for form, (year, month, day) in ((_HIJRI_YEAR_FIRST, (1, 2, 3)), (_HIJRI_DAY_FIRST, (3, 2, 1))):
        found = form.match(text)
        if found:
            gregorian = _gregorian(int(found[year]), int(found[month]), int(found[day]))
            if gregorian is None:
                return text, True
            return f"{gregorian.isoformat()}{text[found.end() :]}", True
    return text, False


def _gregorian(year: int, month: int, day: int) -> date | None:
    from hijridate import Hijri  # noqa: PLC0415 - 50 ms that the daemon itself need not spend

    try:
        return date.fromisoformat(Hijri(year, month, day).to_gregorian().isoformat())
    except (ValueError, OverflowError):
        return None
