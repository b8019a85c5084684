"""The news agencies that Arabic outlets credit, and how they write them.

Spellings are given as people write them; they are folded before they are compared, so one entry stands for every
variant of hamza, ta marbuta, tatweel and vowel marks. Sources: the agencies' own names, and the practice of some
twenty Arabic outlets of 2015 and 2018.
"""

from dataclasses import dataclass
from difflib import get_close_matches

from clustering.fold import fold

ANONYMOUS = "agencies"
"""The id of «وكالات»: an outlet that credits agencies without naming one."""


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency and its spellings.

    `names` mean nothing else, wherever they stand. `marks` are short names that also mean other things, but seldom
    after «وكالة» or a verb of saying. `words` are ordinary words or people's names («بنا», «وال», «فارس»), which count
    only where nothing else can be meant. `adjectives` and `countries` make the official titles: «وكالة الأنباء
    السعودية», «وكالة أنباء البحرين». `never_after` are words after which the name is another thing's.
    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    never_after: tuple[str, ...] = ()


AGENCIES = (
    Agency(
        "reuters",
        "رويترز",
        names=("رويترز", "رويتر", "رويتيرز", "Reuters"),
        never_after=("تومسون", "طومسون", "ثومسون", "Thomson", "جائزة", "معهد", "مؤسسة"),
    ),
    Agency(
        "afp",
        "فرانس برس",
        names=(
            "فرانس برس",
            "فرانس بريس",
            "فرنس برس",
            "فرانس-برس",
            "وكالة الصحافة الفرنسية",
            "أ ف ب",
            "أف ب",
            "أ فب",
            "إيه إف بي",
            "AFP",
            "الفرنسية للأنباء",
        ),
        words=("الفرنسية",),
        adjectives=("الفرنسية",),
    ),
    Agency(
        "ap",
        "أسوشيتد برس",
        names=(
            "أسوشيتد برس",
            "أسوشييتد برس",
            "أسوشيتدبرس",
            "أسوشيتيد برس",
            "أسوشييتدبرس",
            "أسوشيايتد برس",
            "أسوشايتد برس",
            "أسوسيتد برس",
            "أسوسييتد برس",
            "أسوشيتد بريس",
            "أسوشيتدبريس",
            "الأسوشيتد برس",
            "الأسوشييتد برس",
            "Associated Press",
        ),
        marks=("AP",),
        words=("أ ب", "إيه بي"),
    ),
    Agency(
        "dpa",
        "د ب أ",
        names=("د ب أ", "د ب ا", "DPA"),
        words=("الألمانية",),
        adjectives=("الألمانية",),
        countries=("ألمانيا",),
    ),
    Agency(
        "aa",
        "الأناضول",
        names=("الأناضول للأنباء", "أناضول أجانسي", "Anadolu"),
        marks=("الأناضول", "أناضول"),
        words=("AA",),
        adjectives=("التركية",),
        never_after=("هضبة", "بلاد", "شبه جزيرة", "نادي", "جامعة", "شعوب", "قلب", "سهول", "منطقة"),
    ),
    Agency(
        "xinhua",
        "شينخوا",
        names=("شينخوا", "شينغوا", "وكالة أنباء الصين الجديدة", "وكالة الصين الجديدة", "Xinhua"),
        words=("الصين الجديدة",),
        adjectives=("الصينية",),
        countries=("الصين",),
    ),
    Agency(
        "tass",
        "تاس",
        names=("إيتار تاس", "ايتارتاس", "ITAR-TASS"),
        marks=("تاس", "TASS"),
        never_after=("محكمة التحكيم الرياضي", "محكمة التحكيم الرياضية", "محكمة التحكيم", "التحكيم الرياضي"),
    ),
    Agency(
        "ria",
        "ريا نوفوستي",
        names=("نوفوستي", "ريا نوفوستي", "وكالة الإعلام الروسية", "RIA Novosti"),
        words=("ريا",),
    ),
    Agency("interfax", "إنترفاكس", names=("إنترفاكس", "انتر فاكس", "Interfax")),
    Agency(
        "sputnik",
        "سبوتنيك",
        marks=("سبوتنيك", "سبونتيك", "Sputnik"),
        never_after=("لقاح", "اللقاح", "بلقاح", "قمر", "القمر", "القمر الصناعي", "القمر الاصطناعي", "قمر صناعي"),
    ),
    Agency("spa", "واس", marks=("واس", "و ا س"), words=("SPA",), adjectives=("السعودية",), countries=("السعودية",)),
    Agency(
        "wam",
        "وام",
        marks=("وام",),
        words=("WAM", "و ا م"),
        adjectives=("الإماراتية",),
        countries=("الإمارات", "الإمارات العربية المتحدة"),
    ),
    Agency("qna", "قنا", words=("قنا", "QNA", "ق ن ا"), adjectives=("القطرية",), countries=("قطر",)),
    Agency("kuna", "كونا", marks=("كونا", "KUNA"), adjectives=("الكويتية",), countries=("الكويت",)),
    Agency("bna", "بنا", words=("بنا", "BNA"), adjectives=("البحرينية",), countries=("البحرين",)),
    Agency("ona", "وكالة الأنباء العمانية", words=("ONA", "العمانية"), adjectives=("العمانية",), countries=("عمان",)),
    Agency("petra", "بترا", words=("بترا", "Petra"), adjectives=("الأردنية",), countries=("الأردن",)),
    Agency(
        "mena",
        "أنباء الشرق الأوسط",
        names=("وكالة أنباء الشرق الأوسط", "أ ش أ"),
        words=("MENA",),
        adjectives=("المصرية",),
    ),
    Agency("wafa", "وفا", words=("وفا", "WAFA"), adjectives=("الفلسطينية",), countries=("فلسطين",)),
    Agency("maan", "معا", names=("معا الإخبارية",), words=("معا",)),
    Agency("sana", "سانا", marks=("سانا", "SANA"), adjectives=("السورية", "العربية السورية"), countries=("سوريا",)),
    Agency("saba", "سبأ", words=("سبأ", "سبأنت", "سبأ نت", "SABA"), adjectives=("اليمنية",), countries=("اليمن",)),
    Agency("ina", "واع", words=("واع", "INA"), adjectives=("العراقية",), countries=("العراق",)),
    Agency(
        "nna",
        "الوكالة الوطنية للإعلام",
        names=("الوكالة الوطنية للإعلام", "وكالة الإعلام اللبنانية"),
        words=("الوطنية للإعلام", "NNA"),
        adjectives=("اللبنانية",),
        countries=("لبنان",),
    ),
    Agency(
        "tap",
        "وات",
        names=("تونس أفريقيا للأنباء", "تونس إفريقيا للأنباء"),
        words=("وات", "TAP"),
        adjectives=("التونسية",),
        countries=("تونس",),
    ),
    Agency("aps", "واج", words=("واج", "وأج", "APS"), adjectives=("الجزائرية",), countries=("الجزائر",)),
    Agency(
        "map",
        "و م ع",
        names=("المغرب العربي للأنباء", "و م ع"),
        words=("ماب", "MAP"),
        adjectives=("المغربية",),
        countries=("المغرب",),
    ),
    Agency("suna", "سونا", marks=("سونا", "SUNA"), adjectives=("السودانية",), countries=("السودان",)),
    Agency("lana", "وال", words=("وال", "LANA"), adjectives=("الليبية",), countries=("ليبيا",)),
    Agency("ami", "الوكالة الموريتانية للأنباء", words=("AMI",), adjectives=("الموريتانية",)),
    Agency("sonna", "صونا", words=("صونا", "SONNA"), adjectives=("الصومالية",), countries=("الصومال",)),
    Agency(
        "irna",
        "إرنا",
        names=("الجمهورية الإسلامية للأنباء", "الجمهورية الإسلامية الإيرانية للأنباء"),
        marks=("إرنا", "إيرنا", "IRNA"),
        adjectives=("الإيرانية",),
    ),
    Agency(
        "isna",
        "إسنا",
        names=("وكالة الطلبة الإيرانية", "وكالة أنباء الطلبة", "وكالة الأنباء الطلابية", "الطلبة الإيرانية للأنباء"),
        marks=("إيسنا", "إسنا", "ISNA"),
    ),
    Agency("ilna", "إيلنا", marks=("إيلنا", "ILNA"), words=("إلنا",)),
    Agency("fars", "فارس", names=("فارس للأنباء",), words=("فارس",)),
    Agency("tasnim", "تسنيم", names=("تسنيم للأنباء",), marks=("تسنيم",)),
    Agency("mehr", "مهر", names=("مهر للأنباء",), words=("مهر",)),
    Agency("dha", "دوغان", names=("دوغان للأنباء", "دوجان الإخبارية", "دوغان الإخبارية"), words=("دوغان", "دوجان")),
    Agency(
        "yonhap", "يونهاب", names=("يونهاب", "Yonhap"), adjectives=("الكورية الجنوبية",), countries=("كوريا الجنوبية",)
    ),
    Agency(
        "kcna",
        "وكالة الأنباء المركزية الكورية",
        names=("KCNA", "الأنباء المركزية الكورية", "الأنباء الكورية المركزية"),
        adjectives=("الكورية الشمالية", "المركزية الكورية", "الكورية المركزية"),
        countries=("كوريا الشمالية",),
    ),
    Agency("kyodo", "كيودو", names=("كيودو", "Kyodo"), adjectives=("اليابانية",)),
    Agency(
        "pti",
        "برس ترست أوف إنديا",
        names=("برس ترست أوف إنديا", "برس تراست أوف إنديا", "برس ترست أو إنديا"),
        adjectives=("الهندية",),
    ),
    Agency("efe", "إفي", names=("EFE",), words=("إفي", "إيفي", "إيف"), adjectives=("الإسبانية",)),
    Agency("ansa", "أنسا", marks=("أنسا", "ANSA"), adjectives=("الإيطالية",)),
    Agency("aki", "آكي", words=("آكي", "AKI")),
    Agency("pa", "برس أسوسييشن", names=("برس أسوسييشن", "برس أسوشيشن", "Press Association")),
    Agency("apa", "وكالة الأنباء النمساوية", adjectives=("النمساوية",), countries=("النمسا",)),
    Agency("anp", "وكالة الأنباء الهولندية", words=("ANP",), adjectives=("الهولندية",)),
    Agency("ctk", "وكالة الأنباء التشيكية", words=("سي تي كاي", "سي تي كيه", "CTK"), adjectives=("التشيكية",)),
    Agency("tt", "تي تي", words=("تي تي",), adjectives=("السويدية",)),
    Agency("cyna", "وكالة أنباء قبرص", adjectives=("القبرصية",), countries=("قبرص",)),
    Agency("bernama", "برناما", marks=("برناما", "Bernama"), adjectives=("الماليزية",)),
    Agency("antara", "أنتارا", marks=("أنتارا", "Antara"), adjectives=("الإندونيسية",)),
    Agency("pna", "وكالة الأنباء الفلبينية", adjectives=("الفلبينية",), countries=("الفلبين",)),
    Agency(
        "ena", "وكالة الأنباء الإثيوبية", words=("ENA",), adjectives=("الإثيوبية", "الأثيوبية"), countries=("إثيوبيا",)
    ),
    Agency("upi", "يونايتد برس إنترناشونال", names=("يونايتد برس", "يو بي آي", "UPI")),
    Agency("bloomberg", "بلومبرغ", marks=("بلومبرغ", "بلومبرج", "بلومبيرغ", "بلومبيرج", "Bloomberg")),
    Agency(
        ANONYMOUS,
        "وكالات",
        names=("وكالات أنباء", "وكالات الأنباء", "و كالات أنباء", "و كالات الأنباء", "وكالات روسية"),
        words=("وكالات", "الوكالات", "وكالات عالمية", "الوكالات العالمية", "وكالات دولية"),
    ),
)
"""Every agency that is recognised, each with an id that never changes its meaning."""

AGENCY_NAMES = {agency.id: agency.name for agency in AGENCIES}
"""Arabic display names by id."""


def agency_id(name: str) -> str:
    """Return the id of an agency by its id or any of its names, in any spelling.

    Raises ValueError that names the nearest ones.
    """
    wanted = fold(name)
    known = {
        fold(spelling): agency.id
        for agency in AGENCIES
        for spelling in (agency.id, agency.name, *agency.names, *agency.marks, *agency.words)
    }
    if wanted in known:
        return known[wanted]
    near = ", ".join(sorted({known[one] for one in get_close_matches(wanted, known)})) or "reuters, afp, spa ..."
    raise ValueError(f"{name!r} is no agency that riwaya knows; did you mean {near}?")
