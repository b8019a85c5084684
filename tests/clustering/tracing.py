"""Stories for the tests of lineage: versions with times that are easy to say."""

from datetime import UTC, datetime, timedelta

from clustering.lineage import DatedVersion, Descent, Lineage

MIDNIGHT = datetime(2025, 11, 20, tzinfo=UTC)


def _paragraphs(text: str) -> list[str]:
    """Split at blank lines; other line ends are blanks."""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


TITLE = "انهيار رصيف بميناء العقيلة يودي بحياة 12 شخصا"

LEAD, *REST = _paragraphs("""
دار الجسر (سلم) - لقي 12 شخصا على الأقل حتفهم وأصيب 47 آخرون بجروح فجر الأحد في انهيار رصيف قديم
بميناء العقيلة، بحسب ما أعلنت هيئة الإسعاف في بيان مقتضب وزعته على الصحفيين.

وقال قبطان الميناء نادر الكسواني إن الرصيف كان مغلقا أمام الشاحنات منذ الربيع بعدما رصد الغواصون
تشققات في دعائمه، لكن الصيادين واصلوا استعماله لقربه من سوق السمك.

وشارك أكثر من مئة متطوع في البحث عن ناجين تحت الألواح الخرسانية، واستعانت الفرق بقوارب الصيد لانتشال
من سقطوا في الماء قبل أن تصل رافعة عائمة من العاصمة عند الظهر.

وأعلن محافظ المدينة حدادا يستمر ثلاثة أيام، وطلب من سكان الحي المطل على المرسى إخلاء منازلهم إلى أن
تفحص لجنة من المهندسين أساسات المباني القريبة.

ويعود بناء الرصيف إلى أربعينات القرن الماضي، وكانت البلدية قد خصصت مبلغا لترميمه في موازنتين
متتاليتين من دون أن تبدأ الأعمال فيه بسبب خلاف على ملكية الأرض.
""")
BODY = "\n".join((LEAD, *REST))

OTHER = "\n".join(
    _paragraphs("""
قالت هيئة الإسعاف إن عدد ضحايا حادث المرسى بلغ حتى المساء اثني عشر، وإن بين الجرحى أطفالا كانوا
يصطادون مع آبائهم.

وتفقد رئيس الوزراء المكان سيرا على الأقدام واستمع إلى شكاوى التجار من إهمال الصيانة، ووعد بمحاسبة كل
مقصر.

ونقل مراسلنا عن شهود أن دويا قويا سبق سقوط الألواح بدقائق، وأن حراس البوابة صاحوا بالناس أن يبتعدوا
فلم يسمعوا.
""")
)
"""Another outlet's report of the same event, in words of its own."""


def at(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def version(
    number: int, body: str = BODY, *, title: str = TITLE, article: int | None = None, seen: float | None = None
) -> DatedVersion:
    """Make a version that was published `number` minutes after midnight, each of an article and outlet of its own."""
    article = number if article is None else article
    return DatedVersion(
        number=number,
        article=article,
        source=f"outlet-{article}",
        title=title,
        body=body,
        dated=at(number),
        seen=at(number if seen is None else seen),
    )


def descent(found: Lineage, number: int) -> Descent:
    (one,) = (one for one in found.descents if one.version == number)
    return one


def kind(found: Lineage, number: int) -> str:
    """Return the kind of a version's descent; `original` for one without a parent."""
    derivation = descent(found, number).derivation
    return "original" if derivation is None else derivation.kind


def changes(found: Lineage, number: int) -> list[tuple[str, str, str, str]]:
    derivation = descent(found, number).derivation
    assert derivation is not None
    return [(one.place, one.sort, one.was, one.now) for one in derivation.changes]
