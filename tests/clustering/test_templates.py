"""Templates with other facts, and texts that are hardly any: what must stay apart however alike it is."""

import pytest

from clustering.clusterer import Clusterer
from clustering.fold import words
from clustering.ordinals import ordinals
from clustering.settings import Settings
from clustering.stem import stem
from clustering.version import Version

FLIGHT = (
    "وصلت إلى مطار الساحل الدولي اليوم {ordinal} من طائرات الجسر الجوي الإغاثي الذي تسيره الهيئة الوطنية للإغاثة، "
    "وعلى متنها {load} من المواد الغذائية والأدوية.\n"
    "وكان في استقبال الطائرة نائب محافظ الساحل وعدد من ممثلي المنظمات الإنسانية العاملة في المحافظة.\n"
    "وأوضح مدير مكتب الهيئة أن الجسر الجوي مستمر حتى تغطية حاجة المخيمات المقامة شمال المدينة، وأن فرق التوزيع "
    "بدأت فور تفريغ الحمولة نقلها إلى مراكز الإيواء بالتنسيق مع السلطات المحلية."
)
CABLE = (
    "بعث رئيس الجمهورية برقية تهنئة إلى فخامة الرئيس {president}، رئيس جمهورية {country}، بمناسبة ذكرى استقلال بلاده.\n"
    "وأعرب رئيس الجمهورية باسمه واسم شعب البلاد وحكومتها عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة لفخامة الرئيس "
    "{president}، ولحكومة {country} وشعبها الصديق المزيد من التقدم والازدهار."
)


def placed(*texts: tuple[str, str, str]) -> list[int]:
    """Place texts (source, title, body), an hour apart; return the cluster of each."""
    versions = [
        Version(number, number, source, title, body, 3600.0 * number)
        for number, (source, title, body) in enumerate(texts)
    ]
    clusterer = Clusterer(Settings())
    return [placement.cluster for placement in clusterer.place(clusterer.propose(versions), {})]


def flight(source: str, ordinal: str, load: str) -> tuple[str, str, str]:
    return source, f"وصول الطائرة الإغاثية {ordinal} إلى مطار الساحل", FLIGHT.format(ordinal=ordinal, load=load)


def cable(source: str, president: str, country: str) -> tuple[str, str, str]:
    return source, f"رئيس الجمهورية يهنئ رئيس {country}", CABLE.format(president=president, country=country)


def test_flight_after_flight_of_a_relief_bridge() -> None:
    second, third, again = placed(
        flight("one", "الثانية", "عشرة أطنان"),
        flight("two", "الثالثة", "اثنا عشر طنا"),
        flight("two", "الثانية", "عشرة أطنان"),
    )
    assert second == again
    assert third != second


def test_cables_to_two_presidents() -> None:
    one, other, copy = placed(
        cable("one", "سليم البرهومي", "نيدران"),
        cable("one", "كارل هوفدن", "سولاندا"),
        cable("two", "سليم البرهومي", "نيدران"),
    )
    assert one == copy
    assert other != one


@pytest.mark.parametrize("body", ["", "كاريكاتير", "كاريكاتير اليوم"])
def test_columns_without_words_are_no_copies_of_one_another(body: str) -> None:
    clusters = placed(*[("one", "كاريكاتير", body)] * 3, ("two", "كاريكاتير", body))
    assert len(set(clusters)) == 4


def test_a_headline_of_many_words_alone_is_still_recognised() -> None:
    title = "البرلمان يقر قانون الموازنة العامة بعد نقاش استمر ثلاثة أيام"
    one, two = placed(("one", title, ""), ("two", title, ""))
    assert one == two


def test_ordinals_are_read_whatever_their_form() -> None:
    assert ordinals(map(stem, words("الجولة الثانية والثالثة، للمرة الأولى"))) == {1, 2, 3}
    assert ordinals(map(stem, words("ثلاثة وزراء في وادي الثعلب"))) == set()


BULLETIN = (
    "توقع المركز الوطني للأرصاد في نشرته اليومية طقسا حارا على السواحل ومعتدلا على المرتفعات، مع رياح {wind} تثير "
    "الأتربة على الطرق المكشوفة، وأن تكون السماء غائمة جزئيا على {region}.\n"
    "وذكرت النشرة أن ارتفاع الموج في البحر يبلغ مترا ونصف المتر، وأن الرؤية الأفقية تتدنى في ساعات الصباح الأولى، "
    "ودعا المركز مستخدمي الطرق السريعة إلى توخي الحذر ومتابعة ما يصدر عنه من تنبيهات."
)


def test_a_template_of_every_day_does_not_carry_a_cluster_on_for_ever() -> None:
    winds, regions = ("شمالية", "جنوبية", "غربية"), ("الوادي", "الهضبة", "الساحل", "الجزر")
    versions = [
        Version(
            day, day, "one", "حالة الطقس", BULLETIN.format(wind=winds[day % 3], region=regions[day % 4]), 86_400.0 * day
        )
        for day in range(12)
    ]
    clusterer = Clusterer(Settings())
    clusters = [placement.cluster for placement in clusterer.place(clusterer.propose(versions), {})]
    window = Settings().window.days
    for cluster in set(clusters):
        days = [day for day, one in enumerate(clusters) if one == cluster]
        assert max(days) - min(days) <= window
