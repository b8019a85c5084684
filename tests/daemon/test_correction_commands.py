"""The commands that correct groups, and the undoing of each."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clustering.arabic_text import Writer
from tests.daemon.corrected import assert_whole, done, filled, home, homes, leads, refused
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom


def test_a_merge_keeps_the_older_id_and_its_undoing_gives_the_other_back(any_newsroom: Newsroom) -> None:
    first, second, third = filled(any_newsroom)
    before = homes(any_newsroom)
    older, younger = sorted((before[first[0]], before[second[0]]))
    told = done(any_newsroom, "merge", younger, older, "--note", "خبر واحد")
    assert (told["kind"], told["state"], told["cluster"], told["note"]) == ("merge", "in force", older, "خبر واحد")
    assert {home(any_newsroom, article) for article in first + second} == {older}
    assert leads(any_newsroom)[younger] == older
    assert home(any_newsroom, third[0]) == before[third[0]]
    assert_whole(any_newsroom)

    assert done(any_newsroom, "undo", told["correction"])["state"] == "undone"
    assert homes(any_newsroom) == before
    assert leads(any_newsroom)[younger] is None
    assert_whole(any_newsroom)


def test_ids_that_led_to_a_swallowed_story_lead_there_again(any_newsroom: Newsroom) -> None:
    stories = filled(any_newsroom, 3)
    one, two, three = sorted(home(any_newsroom, story[0]) for story in stories)
    before = homes(any_newsroom)
    inner = done(any_newsroom, "merge", two, three)["correction"]
    outer = done(any_newsroom, "merge", one, three)["correction"]
    assert leads(any_newsroom) == {one: None, two: one, three: one}
    message = refused(any_newsroom, "undo", inner)
    assert f"correction {outer} (merge by سلمى" in message
    done(any_newsroom, "undo", outer)
    assert leads(any_newsroom) == {one: None, two: None, three: two}
    done(any_newsroom, "undo", inner)
    assert homes(any_newsroom) == before
    assert_whole(any_newsroom)


def test_who_joined_a_merged_story_later_stays_when_it_is_undone(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    older, younger = sorted((home(any_newsroom, first[0]), home(any_newsroom, second[0])))
    merged = done(any_newsroom, "merge", older, younger)["correction"]
    title, body = Writer(60).story()
    any_newsroom.feed("four", Item("late", title, body))
    any_newsroom.fetch_all()
    ((late,),) = any_newsroom.rows("SELECT id FROM article WHERE source_id = 'four'")
    assert home(any_newsroom, late) == older
    done(any_newsroom, "undo", merged)
    assert home(any_newsroom, late) == older
    assert leads(any_newsroom)[younger] is None
    assert_whole(any_newsroom)


def test_a_split_founds_a_story_and_its_undoing_leads_the_new_id_back(any_newsroom: Newsroom) -> None:
    first, _, _ = filled(any_newsroom)
    before = homes(any_newsroom)
    cluster = before[first[0]]
    told = done(any_newsroom, "split", cluster, first[1], first[2])
    founded = told["cluster"]
    assert founded > max(before.values())
    assert [home(any_newsroom, article) for article in first] == [cluster, founded, founded]
    assert_whole(any_newsroom)
    done(any_newsroom, "undo", told["correction"])
    assert homes(any_newsroom) == before
    assert leads(any_newsroom)[founded] == cluster
    assert_whole(any_newsroom)
    # Its id is not given to another story.
    assert done(any_newsroom, "split", cluster, first[1])["cluster"] == founded + 1


def test_a_new_copy_goes_to_the_part_it_fits_and_never_joins_the_two(any_newsroom: Newsroom) -> None:
    first, _, _ = filled(any_newsroom)
    cluster = home(any_newsroom, first[0])
    founded = done(any_newsroom, "split", cluster, first[2])["cluster"]
    title, body = Writer(60).story()
    any_newsroom.feed("four", Item("a", title, body))
    any_newsroom.feed("five", Item("b", title, body))
    any_newsroom.fetch_all()
    # The outlet of the split article writes its text anew, all but the same as the others'.
    any_newsroom.feed("three", Item("n0", title, body + " " + "ختام"))
    any_newsroom.fetch_all()
    assert home(any_newsroom, first[2]) == founded
    assert home(any_newsroom, first[0]) == cluster
    assert_whole(any_newsroom)


def test_a_pin_moves_an_article_and_holds_it(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    before = homes(any_newsroom)
    target = before[second[0]]
    told = done(any_newsroom, "pin", first[2], target)
    assert home(any_newsroom, first[2]) == target
    assert f"correction {told['correction']} (pin by سلمى" in refused(any_newsroom, "split", target, first[2])
    assert f"keeps article {first[2]} in story {target} already" in refused(any_newsroom, "pin", first[2], target)
    assert f"undo {told['correction']}`" in refused(any_newsroom, "pin", first[2], before[first[0]])
    done(any_newsroom, "undo", told["correction"])
    assert homes(any_newsroom) == before
    assert_whole(any_newsroom)


def test_a_pin_that_empties_a_story_leads_its_id_along(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    cluster, target = home(any_newsroom, first[0]), home(any_newsroom, second[0])
    alone = done(any_newsroom, "split", cluster, first[0])["cluster"]
    pinned = done(any_newsroom, "pin", first[0], target)["correction"]
    assert leads(any_newsroom)[alone] == target
    assert_whole(any_newsroom)
    done(any_newsroom, "undo", pinned)
    assert (home(any_newsroom, first[0]), leads(any_newsroom)[alone]) == (alone, None)
    assert_whole(any_newsroom)


def test_never_parts_two_articles_of_one_story_and_refuses_to_join_them(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    before = homes(any_newsroom)
    parted = done(any_newsroom, "never", first[0], first[1])
    assert home(any_newsroom, first[0]) == before[first[0]]
    assert home(any_newsroom, first[1]) == parted["cluster"] > max(before.values())
    apart = done(any_newsroom, "never", first[0], second[0])
    assert apart["cluster"] is None
    message = refused(any_newsroom, "merge", before[first[0]], before[second[0]])
    assert f"correction {apart['correction']} (never by سلمى" in message
    assert f"keeps articles {first[0]} and {second[0]} apart" in message
    assert "apart" in refused(any_newsroom, "pin", first[0], before[second[0]])
    assert "apart already" in refused(any_newsroom, "never", first[1], first[0])
    for told in (apart, parted):
        done(any_newsroom, "undo", told["correction"])
    assert homes(any_newsroom) == before
    assert_whole(any_newsroom)


def test_an_undoing_that_would_bring_parted_articles_together_is_refused(any_newsroom: Newsroom) -> None:
    first, _, _ = filled(any_newsroom)
    cluster = home(any_newsroom, first[0])
    split = done(any_newsroom, "split", cluster, first[2])["correction"]
    never = done(any_newsroom, "never", first[0], first[2])
    assert f"correction {never['correction']} (never" in refused(any_newsroom, "undo", split)


def test_what_a_merge_holds_together_is_not_split(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    merged = done(any_newsroom, "merge", home(any_newsroom, first[0]), home(any_newsroom, second[0]))
    message = refused(any_newsroom, "split", merged["cluster"], second[1])
    assert f"correction {merged['correction']} (merge" in message
    assert "together" in message


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["merge", 1, 99], "there is no story 99"),
        (["merge", 1, 1], "one story already"),
        (["split", 1, 99], "there is no article 99"),
        (["never", 1, 99], "there is no article 99"),
        (["never", 1, 1], "two different articles"),
        (["undo", 7], "there is no correction 7"),
    ],
)
def test_what_cannot_be_is_refused(newsroom: Newsroom, words: list[object], said: str) -> None:
    filled(newsroom)
    assert said in refused(newsroom, *words)


def test_a_split_of_all_or_of_strangers_is_refused(newsroom: Newsroom) -> None:
    first, second, _ = filled(newsroom)
    cluster = home(newsroom, first[0])
    assert "nothing would be left" in refused(newsroom, "split", cluster, *first)
    assert f"is not in story {cluster}" in refused(newsroom, "split", cluster, second[0])


def test_usage_errors_end_with_two(newsroom: Newsroom) -> None:
    filled(newsroom)
    for words in (["merge", 1], ["merge"], ["split", 1], ["pin", 1], ["never", 1], ["undo"], ["merge", 0, 1]):
        assert newsroom.call(*words).code == 2


def test_an_undone_correction_is_not_undone_again(newsroom: Newsroom) -> None:
    first, _, _ = filled(newsroom)
    told = done(newsroom, "split", home(newsroom, first[0]), first[0])
    done(newsroom, "undo", told["correction"])
    assert "undone already, by سلمى" in refused(newsroom, "undo", told["correction"])


def test_corrections_reach_articles_older_than_the_window(any_newsroom: Newsroom) -> None:
    writer = Writer(61)
    old = datetime.now(UTC) - timedelta(days=40)
    (title, body), (other, text) = writer.story(), writer.story()
    any_newsroom.feed("one", Item("a", title, body, old))
    any_newsroom.feed("two", Item("c", title, body, old))
    any_newsroom.fetch_all()
    any_newsroom.feed("three", Item("b", other, text))
    any_newsroom.fetch_all()
    ids = {
        key: (article, cluster)
        for key, article, cluster in any_newsroom.rows("SELECT key, id, cluster_id FROM article")
    }
    (first, cluster), (copy, same), (today, now) = ids["guid:a"], ids["guid:c"], ids["guid:b"]
    assert cluster == same != now
    done(any_newsroom, "pin", today, cluster)
    done(any_newsroom, "split", cluster, copy)
    assert home(any_newsroom, today) == home(any_newsroom, first) == cluster != home(any_newsroom, copy)
    assert_whole(any_newsroom)
    # A new text of the pinned article stays as well, and so does everything when the stream is grouped again.
    any_newsroom.feed("three", Item("b", other, writer.story()[1]))
    any_newsroom.fetch_all()
    assert any_newsroom.count(f"version WHERE article_id = {today} AND cluster_id = {cluster}") == 2
    before = homes(any_newsroom)
    for words in (["--since", "1h"], []):
        assert any_newsroom.call("recluster", *words, "--json").data["moved"] == 0
    assert homes(any_newsroom) == before


def test_the_list_show_and_why_tell_of_corrections(newsroom: Newsroom) -> None:
    first, second, _ = filled(newsroom)
    assert "nobody" in newsroom.call("corrections").out
    cluster = home(newsroom, first[0])
    split = done(newsroom, "split", cluster, first[2], "--note", "برقية أخرى")["correction"]
    gone = done(newsroom, "never", first[0], second[0])["correction"]
    done(newsroom, "undo", gone)
    rows = newsroom.call("corrections", "--json").rows
    assert [(row["correction"], row["kind"], row["state"]) for row in rows] == [
        (split, "split", "in force"),
        (gone, "never", "undone"),
    ]
    assert {row["article"]: row["side"] for row in rows[0]["articles"]} == {first[0]: 1, first[1]: 1, first[2]: 0}
    table = newsroom.call("corrections").out
    assert "برقية أخرى" in table
    assert f"article {first[2]} left story {cluster}" in table
    shown = newsroom.call("show", cluster, "--json").data
    assert [row["correction"] for row in shown["corrections"]] == [split]
    assert f"correction {split}, in force" in newsroom.call("show", cluster).out
    why = newsroom.call("why", first[0], first[2], "--json").data
    assert [row["correction"] for row in why["corrections"]] == [split]
    assert "a decision of people" in why["conclusion"]
    # That these two stayed where they were is nobody's decision.
    assert newsroom.call("why", first[0], first[1], "--json").data["corrections"] == []
    assert newsroom.call("why", first[0], second[0], "--json").data["corrections"] == []


def test_a_note_that_is_no_text_is_kept_as_far_as_it_is(any_newsroom: Newsroom) -> None:
    first, second, _ = filled(any_newsroom)
    stories = home(any_newsroom, first[0]), home(any_newsroom, second[0])
    ended = any_newsroom.call("merge", *stories, "--note", "خبر\udcff\0واحد", "--author", "سلمى\x1b[2J", "--json")
    assert (ended.data["note"], ended.data["author"]) == ("خبر\ufffd\ufffdواحد", "سلمى\x1b[2J")
    for words in (["corrections"], ["show", ended.data["cluster"]], ["undo", ended.data["correction"]]):
        assert "\x1b" not in any_newsroom.call(*words).out


def test_somebody_decides(newsroom: Newsroom) -> None:
    filled(newsroom)
    for words in (["merge", 1, 2], ["undo", 1]):
        assert newsroom.call(*words, "--author", " ").code == 2
