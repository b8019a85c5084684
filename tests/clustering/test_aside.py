"""Where a text turns to another matter, and what that does to a pair."""

import pytest

from clustering.aside import aside
from clustering.comparison import weigh_up
from clustering.fold import fold, words
from clustering.profile import profile
from clustering.rarity import Rarity
from clustering.verdict import fitted_weights, judge
from clustering.version import Version

LEAD = (
    "اتفق نادي النجمة الساحلية مع المهاجم كريم الصفدي على عقد يمتد ثلاثة مواسم مقابل مليوني دينار، "
    "وقال رئيس النادي إن اللاعب سيخضع للفحص الطبي صباح الاثنين قبل التوقيع."
)
DETAIL = (
    "وسجل الصفدي سبعة عشر هدفا في الموسم الماضي مع فريق الميناء، وكان هدفا لأندية عدة قبل أن يختار النجمة، "
    "وأوضح وكيل أعماله أن العرض كان الأفضل من الناحية الفنية."
)
BACKGROUND = (
    "ويحتل النجمة المركز الرابع في ترتيب الدوري برصيد واحد وثلاثين نقطة، ويسعى إلى تعزيز خط هجومه قبل انطلاق "
    "مرحلة الإياب منتصف الشهر المقبل، بعدما فقد هدافه السابق بسبب الإصابة في الركبة خلال معسكر الصيف."
)
OTHER_ITEM = (
    "من جهة أخرى، حدد الاتحاد المحلي للسباحة موعد بطولة الناشئين في العاشر من الشهر المقبل، وأعلن أن المسبح "
    "البلدي الجديد سيستضيف المنافسات بمشاركة اثني عشر ناديا، على أن تقام القرعة مساء الأربعاء في مقر الاتحاد."
)


def version(number: int, *paragraphs: str) -> Version:
    return Version(number, number, f"outlet-{number}", "الصفدي إلى النجمة الساحلية", "\n".join(paragraphs), 0.0)


@pytest.mark.parametrize(
    "turn",
    [
        "من جهة أخرى",
        "ومن جهة اخرى",
        "من ناحية أخرى",
        "من جانب آخر",
        "على صعيد آخر",
        "وعلى صعيد متصل",
        "في سياق منفصل",
        "وفي شأن آخر",
        "إلى ذلك",
        "وفي غضون ذلك",
        "في هذه الأثناء",
        "مِن جِهةٍ أُخرى",
    ],
)
def test_a_turn_to_another_matter_is_found_where_it_stands(turn: str) -> None:
    before = f"{LEAD}\n{DETAIL}\n"
    found = aside(words(f"{before}{turn}، أعلن الاتحاد موعد البطولة المقبلة."))
    assert found == len(fold(before))


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD} من جهته قال المدرب إن اللاعب إضافة كبيرة. من جانبه شكر اللاعب جمهوره.",
        f"{LEAD} وجاء اللاعب من جهة البحر، ثم انتقل إلى مكان آخر.",
        f"إلى ذلك المكان وصل الوفد. {LEAD} {DETAIL}",
        "",
        "من جهة أخرى",
    ],
)
def test_a_new_speaker_or_a_turn_in_the_lead_is_no_other_matter(text: str) -> None:
    assert aside(words(text)) is None


def test_a_round_up_is_told_from_a_longer_copy() -> None:
    short = profile(version(1, LEAD, DETAIL))
    extended = profile(version(2, LEAD, DETAIL, BACKGROUND))
    round_up = profile(version(3, LEAD, DETAIL, OTHER_ITEM))
    weights = fitted_weights()
    assert weigh_up(short, extended, Rarity(), "earlier").other_matter == 0.0
    assert weigh_up(short, round_up, Rarity(), "earlier").other_matter > 0.3
    assert judge(weigh_up(short, extended, Rarity(), "earlier"), weights).same_story
    assert (
        judge(weigh_up(short, round_up, Rarity(), "earlier"), weights).log_odds
        < judge(weigh_up(short, extended, Rarity(), "earlier"), weights).log_odds - 2
    )


def test_two_copies_of_one_round_up_have_no_other_matter_between_them() -> None:
    left, right = (profile(version(number, LEAD, DETAIL, OTHER_ITEM)) for number in (1, 2))
    assert weigh_up(left, right, Rarity(), "earlier").other_matter == 0.0
