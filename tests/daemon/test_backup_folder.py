"""A folder of dated copies."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daemon.backup_folder import copy_name, outlived
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware here
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


@given(st.lists(MOMENTS, unique=True), st.integers(1, 10))
def test_the_newest_stay(moments: list[datetime], keep: int) -> None:
    names = [copy_name(moment) for moment in moments]
    gone = outlived(names, keep)
    stay = set(names) - set(gone)
    assert len(stay) == min(keep, len(set(names)))
    assert all(old < young for old in gone for young in stay)


@given(st.lists(st.text()))
def test_files_of_others_are_left_alone(names: list[str]) -> None:
    others = ["riwaya.db", "riwaya-20261123T031500Z.db.gz", ".riwaya-20261123T031500Z.db.part", *names]
    assert set(outlived(others, 1)) <= {name for name in names if name.startswith("riwaya-")}


def test_a_name_is_in_utc_everywhere() -> None:
    moment = datetime(2026, 11, 23, 3, 15, tzinfo=timezone(timedelta(hours=3)))
    assert copy_name(moment) == "riwaya-20261123T001500Z.db"


def test_the_command_keeps_as_many_copies_as_it_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.feed("one", Item("n1", "عنوان", "نص الخبر", datetime.now(UTC)))
    newsroom.fetch_all()
    folder = tmp_path / "copies"
    refused = newsroom.call("backup", folder, "--keep", "2")
    assert (refused.code, "is no folder, which --keep needs" in refused.err) == (1, True)
    folder.mkdir()
    old = [folder / copy_name(datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2, 3)]
    for path in (*old, folder / "mine.db"):
        path.write_bytes(b"x")
    made = newsroom.call("backup", folder, "--keep", "2")
    assert made.code == 0, made.err
    (new,) = set(folder.glob("riwaya-*.db")) - set(old)
    assert {path.name for path in folder.iterdir()} == {new.name, old[2].name, "mine.db"}
    assert f"deleted {old[0]}" in made.out
    # A copy that fails costs none of the others.
    newsroom.config.write_text(newsroom.config.read_text("utf-8").replace("riwaya.db", "none.db"), "utf-8")
    assert newsroom.call("backup", folder, "--keep", "1").code == 1
    assert {path.name for path in folder.iterdir()} == {new.name, old[2].name, "mine.db"}
    named = newsroom.call("backup", folder)
    assert (named.code, "is a folder; name a file in it" in named.err) == (1, True)
