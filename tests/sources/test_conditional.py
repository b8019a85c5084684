"""When a server's "not modified" is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from sources.conditional import AUDIT_EVERY, AUDIT_LIAR_EVERY, DISTRUST, Ask, Honesty, after_answer, how_to_ask

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("honesty", "ask"),
    [
        (Honesty(), Ask.AUDIT),
        (Honesty(NOW - AUDIT_EVERY + MOMENT), Ask.CONDITIONAL),
        (Honesty(NOW - AUDIT_EVERY), Ask.AUDIT),
        (Honesty(NOW, lied_at=NOW - DISTRUST + MOMENT, lies=1), Ask.PLAIN),
        (Honesty(NOW, lied_at=NOW - DISTRUST, lies=1), Ask.CONDITIONAL),
        (Honesty(NOW, lied_at=NOW - DISTRUST, lies=2), Ask.PLAIN),
        (Honesty(NOW - AUDIT_LIAR_EVERY, lied_at=NOW - 3 * DISTRUST, lies=2), Ask.AUDIT),
        (Honesty(NOW, lied_at=NOW - timedelta(days=90), lies=1000), Ask.CONDITIONAL),
    ],
)
def test_how_to_ask(honesty: Honesty, ask: Ask) -> None:
    assert how_to_ask(NOW, honesty) is ask


def test_a_whole_document_puts_the_next_check_off() -> None:
    known = after_answer(NOW, Honesty(), whole=True, audited=False, news=True)
    assert known == Honesty(checked_at=NOW)
    assert after_answer(NOW + MOMENT, known, whole=False, audited=False, news=False) == known


def test_news_after_a_304_is_a_lie_and_its_absence_is_none() -> None:
    assert after_answer(NOW, Honesty(), whole=True, audited=True, news=True) == Honesty(NOW, NOW, 1)
    assert after_answer(NOW, Honesty(), whole=True, audited=True, news=False) == Honesty(NOW)
