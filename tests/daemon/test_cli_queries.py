"""The commands that read the store: their JSON and their tables."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daemon.demo.stories import expected_groups
from tests.daemon.newsroom import Newsroom

ARABIC = "الهدنة"


def story_of(archive: Newsroom, path: str) -> int:
    """Return the cluster of the article at a path of the demonstration."""
    ((cluster,),) = archive.rows("SELECT cluster_id FROM article WHERE url LIKE :url", url=f"%{path}")
    return int(cluster)


def shown(archive: Newsroom, path: str) -> dict[str, Any]:
    return archive.call("show", story_of(archive, path), "--json").data


@pytest.fixture(scope="module")
def edited(archive: Newsroom) -> dict[str, Any]:
    """The story of which one outlet edited its article."""
    ((cluster,),) = archive.rows("SELECT DISTINCT cluster_id FROM version WHERE number = 2")
    return archive.call("show", cluster, "--json").data


def test_every_story_of_the_demonstration_is_one_cluster(archive: Newsroom) -> None:
    stored = archive.rows("SELECT cluster_id, source_id, url FROM article")
    groups: dict[int, set[tuple[str, str]]] = {}
    for cluster, source, url in stored:
        groups.setdefault(cluster, set()).add((source, "/" + url.split("/", 3)[3]))
    assert {frozenset(group) for group in groups.values()} == set(expected_groups().values())


def test_glued_respelled_and_cut_copies_are_one_story_and_the_next_day_s_talks_another(archive: Newsroom) -> None:
    collapse = shown(archive, "/almarfa/articles/20417")
    resumed = shown(archive, "/addaffa/5127.html")
    assert len(collapse["sources"]) == 4
    assert len(resumed["sources"]) == 3
    assert collapse["id"] != resumed["id"]
    texts = {version["source"]: version["text"] for version in collapse["versions"]}
    assert "أورخستانوباردينيا" in texts["sariya"]
    assert "٧ اسابيع" in texts["mizwala"]


def test_clusters_as_json_lines(archive: Newsroom) -> None:
    ended = archive.call("clusters", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert len(ended.rows) == len(expected_groups())
    for row in ended.rows:
        assert set(row) == {
            "id", "title", "articles", "versions", "sources", "first_seen", "last_seen", "published",
        }  # fmt: skip
        assert isinstance(row["id"], int)
        assert row["articles"] >= len(row["sources"]) >= 1
        assert row["sources"] == sorted(set(row["sources"]))
        first, last, published = (datetime.fromisoformat(row[k]) for k in ("first_seen", "last_seen", "published"))
        assert first <= last
        assert published.utcoffset() == timedelta(0)
    assert "\\u" not in ended.out
    assert any("سلمار" in line for line in ended.out.splitlines())


@pytest.mark.parametrize("least", [1, 2, 4, 6, 7])
def test_clusters_from_at_least_so_many_outlets(archive: Newsroom, least: int) -> None:
    found = archive.call("clusters", "--min-sources", least, "--json").rows
    sizes = sorted(len({outlet for outlet, _ in group}) for group in expected_groups().values())
    assert sorted(len(row["sources"]) for row in found) == [size for size in sizes if size >= least]


def test_clusters_of_one_outlet(archive: Newsroom) -> None:
    found = archive.call("clusters", "--source", "mizwala", "--json").rows
    assert len(found) == sum(any(outlet == "mizwala" for outlet, _ in group) for group in expected_groups().values())
    assert all("mizwala" in row["sources"] for row in found)
    assert archive.call("clusters", "--source", "nobody", "--json").out == ""


def test_the_orders_of_clusters(archive: Newsroom) -> None:
    recent = archive.call("clusters", "--json").rows
    assert [row["last_seen"] for row in recent] == sorted((row["last_seen"] for row in recent), reverse=True)
    size = archive.call("clusters", "--order", "size", "--json").rows
    assert [len(row["sources"]) for row in size] == sorted((len(row["sources"]) for row in size), reverse=True)
    growth = archive.call("clusters", "--order", "growth", "--json").rows
    assert [row["articles"] for row in growth] == sorted((row["articles"] for row in growth), reverse=True)


def test_the_number_of_clusters_can_be_limited(archive: Newsroom) -> None:
    every = archive.call("clusters", "--json").rows
    assert archive.call("clusters", "-n", "3", "--json").rows == every[:3]


@pytest.mark.parametrize("form", ["24h", "7d", "1h30m", "{yesterday}", "{moment}"])
def test_since_takes_durations_and_dates(archive: Newsroom, form: str) -> None:
    now = datetime.now(UTC)
    since = form.format(yesterday=(now - timedelta(days=1)).date(), moment=(now - timedelta(hours=2)).isoformat())
    assert len(archive.call("clusters", "--since", since, "--json").rows) == len(expected_groups())


def test_since_leaves_out_what_is_older(archive: Newsroom) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert archive.call("clusters", "--since", tomorrow, "--json").out == ""
    assert archive.call("clusters", "--since", tomorrow).out == "no story fits\n"
    collapse = story_of(archive, "/almarfa/articles/20417")  # published two days ago
    found = {row["cluster"] for row in archive.call("search", ARABIC, "--json").rows}
    recent = {row["cluster"] for row in archive.call("search", ARABIC, "--since", "24h", "--json").rows}
    assert found - recent == {collapse}


@pytest.mark.parametrize("wrong", ["yesterday", "24", "5x", "2026-13-01", "", "-3h"])
@pytest.mark.parametrize("command", [["clusters"], ["search", ARABIC]], ids=lambda words: words[0])
def test_a_since_that_is_neither_is_refused_with_what_is_accepted(
    archive: Newsroom, command: list[str], wrong: str
) -> None:
    ended = archive.call(*command, f"--since={wrong}")
    assert ended.code == 2
    assert "neither a duration (24h, 7d) nor an ISO date" in ended.err


def test_show_as_one_json_object(edited: dict[str, Any]) -> None:
    assert set(edited) == {
        "id", "title", "articles", "sources", "first_seen", "last_seen", "published", "versions", "origin",
        "independent_texts", "wires", "round_ups", "corrections",
    }  # fmt: skip
    assert edited["articles"] == len({version["article"] for version in edited["versions"]})
    first = edited["versions"][0]
    assert set(first) == {
        "version", "article", "number", "source", "source_name", "url", "title", "summary", "text",
        "published", "updated", "first_seen", "last_seen", "from_page", "similarity", "matches",
        "parent", "kind", "revision", "contained", "changed_figures", "changed_names", "credits",
    }  # fmt: skip
    assert first["similarity"] == 1.0
    assert all(0 <= version["similarity"] <= 1 for version in edited["versions"])
    assert {version["source_name"] for version in edited["versions"]} >= {"صحيفة المرفأ", "صحيفة الدفّة"}
    assert all(version["url"].startswith("http://127.0.0.1:") for version in edited["versions"])


def test_the_agency_of_a_story_is_named_with_the_span_that_shows_it(archive: Newsroom) -> None:
    talks = shown(archive, "/almarfa/articles/20417")
    assert talks["wires"] == [{"agency": "reuters", "name": "رويترز", "versions": 3}]
    for version in talks["versions"]:
        for credit in version["credits"]:
            passage = version["title"] if credit["where"] == "title" else version["text"]
            assert passage[credit["start"] : credit["end"]] == "رويترز"
    # The glued copy has dropped the dateline and names the agency as its source of a quotation only.
    (glued,) = (version for version in talks["versions"] if version["source"] == "sariya")
    assert {credit["kind"] for credit in glued["credits"]} == {"quote"}
    assert "credited to \u2068رويترز\u2069 (3)" in archive.call("show", talks["id"]).out


@pytest.mark.parametrize("name", ["reuters", "Reuters", "رويترز", "رُويتـرز"])
def test_stories_of_an_agency(archive: Newsroom, name: str) -> None:
    found = {row["id"] for row in archive.call("clusters", "--wire", name, "--json").rows}
    assert story_of(archive, "/almarfa/articles/20417") in found
    for row in archive.call("clusters", "--json").rows:
        credited = {wire["agency"] for wire in archive.call("show", row["id"], "--json").data["wires"]}
        assert (row["id"] in found) == ("reuters" in credited)


def test_an_unknown_agency_is_refused_with_the_nearest(archive: Newsroom) -> None:
    ended = archive.call("clusters", "--wire", "reutres")
    assert ended.code == 2
    assert "'reutres' is no agency that riwaya knows; did you mean reuters?" in ended.err


def test_an_edit_is_shown_as_a_second_version_with_its_own_words(edited: dict[str, Any]) -> None:
    (second,) = (version for version in edited["versions"] if version["number"] == 2)
    (original,) = (v for v in edited["versions"] if v["article"] == second["article"] and v["number"] == 1)
    assert second["url"] == original["url"]
    assert second["text"] != original["text"]
    assert second["updated"] > original["published"]
    assert edited["versions"].index(second) > edited["versions"].index(original)
    assert any(match["kind"] for match in second["matches"])


def test_versions_stand_in_the_order_of_publication(archive: Newsroom) -> None:
    versions = shown(archive, "/almarfa/articles/20417")["versions"]
    published = [version["published"] for version in versions]
    assert published == sorted(published)


def test_every_version_but_the_founding_one_has_evidence(archive: Newsroom) -> None:
    for row in archive.call("clusters", "--json").rows:
        versions = archive.call("show", row["id"], "--json").data["versions"]
        known = {version["version"] for version in versions}
        without = [version for version in versions if not version["matches"]]
        assert len(without) == 1
        for version in versions:
            for match in version["matches"]:
                assert set(match) == {"version", "kind", "score", "figures"}
                assert match["version"] in known


def test_show_for_people(archive: Newsroom) -> None:
    cluster = story_of(archive, "/almarfa/articles/20417")
    ended = archive.call("show", cluster)
    assert ended.code == 0
    assert ended.out.startswith(f"story {cluster}: ")
    assert "4 articles of 4 outlets in 4 versions" in ended.out
    assert "(sariya)" in ended.out
    assert "similarity 1.00" in ended.out


def test_the_differences_are_marked_word_by_word(archive: Newsroom, edited: dict[str, Any]) -> None:
    ended = archive.call("show", edited["id"], "--diff")
    assert ended.code == 0
    assert "[-" in ended.out
    assert "{+" in ended.out
    plain = archive.call("show", edited["id"]).out
    assert "{+" not in plain


@pytest.mark.parametrize("command", [["show", "999"], ["show", "999", "--json"]], ids=" ".join)
def test_a_story_that_is_not_there(archive: Newsroom, command: list[str]) -> None:
    ended = archive.call(*command)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "Error: there is no story 999; `riwaya clusters` lists them\n"


def test_search_prints_one_article_a_line(archive: Newsroom) -> None:
    ended = archive.call("search", ARABIC, "--json")
    assert ended.code == 0
    assert len(ended.rows) >= 5
    for row in ended.rows:
        assert set(row) == {"article", "cluster", "source", "url", "title", "published", "snippet", "hits"}
        assert all("هدن" in row["snippet"][start:end] for start, end in row["hits"])
        assert row["hits"]
    assert len({row["article"] for row in ended.rows}) == len(ended.rows)
    assert "\\u" not in ended.out


@pytest.mark.parametrize(
    "query",
    [
        "الهدنه",
        "الهُدْنة",
        "الهـــدنة",
        "الهدنة أسابيع",
        "الهدنه اسابيع",
        "٧ أسابيع الهدنة",
        "«الهدنة»",
        "هدنة",
        "والهدنة",
        "للهدنة",
    ],
)
def test_search_does_not_mind_the_spelling(archive: Newsroom, query: str) -> None:
    found = {row["source"] for row in archive.call("search", query, "--json").rows}
    assert {"almarfa", "sariya", "mizwala"} <= found


def test_every_word_must_occur(archive: Newsroom) -> None:
    assert archive.call("search", f"{ARABIC} مخطوطا", "--json").out == ""
    assert archive.call("search", f"{ARABIC} مخطوطا").out == "nothing found\n"


def test_a_query_without_a_word_is_wrong_usage(archive: Newsroom) -> None:
    ended = archive.call("search", "… !")
    assert ended.code == 2
    assert "there is no word in" in ended.err


def test_a_query_that_cannot_be_read_says_why(archive: Newsroom) -> None:
    ended = archive.call("search", f"{ARABIC} OR")
    assert ended.code == 2
    assert "OR needs a word on both sides" in ended.err


def test_operators_fields_and_filters(archive: Newsroom) -> None:
    def found(query: str, *more: str) -> set[int]:
        return {row["article"] for row in archive.call("search", query, "-n", "100", *more, "--json").rows}

    everything = found(ARABIC)
    almarfa = found(f"{ARABIC} source:almarfa")
    assert 0 < len(almarfa) < len(everything)
    assert found(f"{ARABIC} -source") == everything
    assert found(f"title:{ARABIC}") < everything
    assert found(f"{ARABIC} OR مخطوطا") == everything | found("مخطوطا")
    assert found(f"{ARABIC} NOT title:{ARABIC}") == everything - found(f"title:{ARABIC}")
    assert found("source:almarfa") >= almarfa
    assert found(f"{ARABIC} min_sources:99") == set()
    assert found(f"{ARABIC} since:24h") == found(ARABIC, "--since", "24h")
    first = archive.call("search", ARABIC, "-n", "2", "--json").rows
    second = archive.call("search", ARABIC, "-n", "2", "--page", "2", "--json").rows
    assert len({row["article"] for row in [*first, *second]}) == 4


def test_a_found_article_leads_to_its_story(archive: Newsroom) -> None:
    row = archive.call("search", "مخطوطا", "-n", "1", "--json").data
    versions = archive.call("show", row["cluster"], "--json").data["versions"]
    assert row["article"] in {version["article"] for version in versions}


def article_at(archive: Newsroom, path: str) -> int:
    ((article,),) = archive.rows("SELECT id FROM article WHERE url LIKE :url", url=f"%{path}")
    return int(article)


def test_why_two_copies_are_one_story(archive: Newsroom) -> None:
    pair = article_at(archive, "/almarfa/articles/20417"), article_at(archive, "/sariya/n/3313")
    ended = archive.call("why", *pair, "--json")
    assert ended.code == 0
    facts = ended.data
    assert set(facts) == {
        "same_story", "log_odds", "probability", "together", "bands", "versions", "reasons", "conclusion", "candidacy",
        "corrections", "round_up",
    }  # fmt: skip
    assert (facts["same_story"], facts["together"]) == (True, True)
    assert facts["probability"] > 0.5
    assert facts["log_odds"] > 0
    assert facts["bands"] >= 1
    assert all(set(reason) == {"name", "words", "figure", "weight"} for reason in facts["reasons"])
    assert archive.call("why", *reversed(pair), "--json").data["log_odds"] == facts["log_odds"]


def test_why_the_template_pair_is_two_stories(archive: Newsroom) -> None:
    pair = article_at(archive, "/mashrabiya/news/77322"), article_at(archive, "/mashrabiya/news/77329")
    facts = archive.call("why", *pair, "--json").data
    assert (facts["same_story"], facts["together"]) == (False, False)
    assert facts["bands"] >= 1
    assert "candidates of one another" in facts["candidacy"]
    shown = archive.call("why", *pair)
    assert facts["conclusion"] in shown.out
    assert all(reason["words"] in shown.out for reason in facts["reasons"])


def test_why_explains_a_pair_that_was_never_compared(archive: Newsroom) -> None:
    articles = [int(number) for (number,) in archive.rows("SELECT id FROM article ORDER BY id")]
    never = [
        facts
        for other in articles[1:]
        if (facts := archive.call("why", articles[0], other, "--json").data)["bands"] == 0
    ]
    assert never
    for facts in never:
        assert facts["same_story"] is False
        assert "never compared by themselves" in facts["candidacy"]


def test_why_takes_the_texts_that_fit_best(archive: Newsroom, edited: dict[str, Any]) -> None:
    (second,) = (version for version in edited["versions"] if version["number"] == 2)
    others = {version["article"] for version in edited["versions"]} - {second["article"]}
    for other in others:
        facts = archive.call("why", other, second["article"], "--json").data
        of_the_edited = {v["version"] for v in edited["versions"] if v["article"] == second["article"]}
        assert facts["versions"][1] in of_the_edited
        assert facts["together"] is True


def test_why_of_an_article_that_is_not_there(archive: Newsroom) -> None:
    ended = archive.call("why", "1", "999")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no article 999" in ended.err


def test_status_as_one_json_object(archive: Newsroom) -> None:
    ended = archive.call("status", "--json")
    facts = ended.data
    assert set(facts) == {
        "sources", "feeds", "due", "late", "failing", "gaps", "moved", "pages", "articles", "versions", "clusters",
        "unclustered", "last_fetch", "size_bytes", "late_feeds", "unclustered_since", "clusterer", "last_cluster",
        "alerts", "running", "memory_bytes", "memory_limit_bytes", "disk_free_bytes", "disk_limit_bytes", "shared",
        "unwritable",
        "advice",
    }  # fmt: skip
    articles = sum(len(group) for group in expected_groups().values())
    assert (facts["sources"], facts["feeds"], facts["failing"]) == (6, 6, [])
    assert (facts["articles"], facts["versions"], facts["unclustered"]) == (articles, articles + 1, 0)
    assert facts["clusters"] == len(expected_groups())
    assert facts["size_bytes"] > 10_000
    assert datetime.fromisoformat(facts["last_fetch"]).tzinfo is not None


def test_status_for_people(archive: Newsroom) -> None:
    lines = archive.call("status").out.splitlines()
    assert [line.split()[0] for line in lines[:6]] == ["service", "feeds", "articles", "clusters", "store", "disk"]


def test_reading_commands_write_nothing(archive: Newsroom) -> None:
    stored = archive.folder / "riwaya.db"
    before = stored.read_bytes()
    for command in (["clusters"], ["show", "1"], ["search", ARABIC], ["why", "1", "2"], ["status"], ["db", "version"]):
        assert archive.call(*command).code == 0
    assert stored.read_bytes() == before


def test_a_store_without_schema_says_what_to_do(newsroom: Newsroom) -> None:
    newsroom.feed("one")
    (newsroom.folder / "riwaya.db").touch()
    for command in (["clusters"], ["show", "1"], ["search", ARABIC], ["why", "1", "2"]):
        ended = newsroom.call(*command)
        assert (ended.code, ended.out) == (1, "")
        (message,) = ended.err.splitlines()
        assert str(newsroom.folder / "riwaya.db") in message


def test_logs_go_to_standard_error_and_data_to_standard_output(newsroom: Newsroom) -> None:
    newsroom.feed("one")
    ended = newsroom.call("--log-level", "debug", "fetch", "--all", "--json")
    assert ended.code == 0
    assert len(ended.rows) == 1
    logged = [json.loads(line) for line in ended.err.splitlines()]
    assert any(line.get("feed") == f"{newsroom.server.base}/one/rss.xml" for line in logged)


def test_arabic_is_printed_whatever_the_locale_says(archive: Newsroom) -> None:
    ended = archive.process("search", ARABIC, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert ended.code == 0
    assert "أورخستان" in ended.out
