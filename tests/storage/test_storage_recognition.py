"""Articles are found by their keys and by what the spellings of their link have in common, within their source."""

from typing import Any

from storage.engine import reading
from storage.recognition import KnownArticle, known_articles


def found(desk: Any, source: str, keys: list[str], links: list[str]) -> list[KnownArticle]:
    with reading(desk.engine) as conn:
        return sorted(known_articles(conn, source, keys, links), key=lambda article: article.key)


def test_an_article_is_found_by_its_key_and_by_its_link_once_and_as_it_reads_now(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("guid:1", "أول", link_key="link:e.example/1", published_raw="Mon"))
    desk.save("petra", desk.entry("guid:2", "ثان", link_key="link:e.example/2"))
    desk.save("petra", desk.entry("guid:1", "معدل", title="عنوان معدل", link_key="link:e.example/other"), minutes=9)

    (one,) = found(desk, "petra", ["guid:1", "guid:9"], ["link:e.example/1"])
    assert (one.key, one.link_key, one.title, one.published_raw) == (
        "guid:1",
        "link:e.example/1",
        "عنوان معدل",
        "Mon",
    )
    assert [article.key for article in found(desk, "petra", ["guid:1"], ["link:e.example/2"])] == ["guid:1", "guid:2"]
    assert found(desk, "petra", [], []) == []


def test_no_article_of_another_source_is_found(desk: Any) -> None:
    desk.open("petra", "ammon")
    desk.save("ammon", desk.entry("guid:1", link_key="link:e.example/1"))
    assert found(desk, "petra", ["guid:1"], ["link:e.example/1"]) == []


def test_of_a_link_that_many_share_two_are_enough(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", *(desk.entry(f"guid:{n}", f"نص {n}", link_key="link:e.example") for n in range(9)))
    assert [article.key for article in found(desk, "petra", [], ["link:e.example"])] == ["guid:0", "guid:8"]


def test_many_names_at_once_are_no_trouble(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("guid:7", link_key="link:7"), desk.entry("guid:x", link_key="link:24000"))
    keys = [f"guid:{n}" for n in range(25_000)]
    links = [f"link:{n}" for n in range(25_000)]
    assert [article.key for article in found(desk, "petra", keys, links)] == ["guid:7", "guid:x"]
