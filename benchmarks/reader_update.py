"""The update of lemon24/reader over the same feeds, run by a Python that has it: it is no dependency of ours."""

import json
import subprocess
import tempfile
from pathlib import Path

from benchmarks.invented_feeds import ITEMS, NEW, Newsrooms
from benchmarks.pace import Pace

# Feeds are files to it, so that it is measured without a network as well. Two workers, as we have two parsers; with one
# it takes as long.
_PROGRAM = """
import json, shutil, sys, time
from pathlib import Path
from reader import make_reader
folder, feeds, turns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
current = folder / "current"
current.mkdir()
reader = make_reader(str(folder / "reader.sqlite"), feed_root=str(current))
for number in range(feeds):
    reader.add_feed(f"{number}.xml")
told = []
for turn in range(turns):
    for number in range(feeds):
        shutil.copy(folder / f"{turn}-{number}.xml", current / f"{number}.xml")
    began, used = time.perf_counter(), time.process_time()
    reader.update_feeds(workers=2, scheduled=False)
    told.append([time.perf_counter() - began, time.process_time() - used])
print(json.dumps({"paces": told, "entries": reader.get_entry_counts().total}))
"""


def reader_paces(python: str, newsrooms: Newsrooms) -> tuple[Pace, Pace]:
    """Return its pace over new articles and over changed feeds. Raises AssertionError when it stored too few."""
    turns = newsrooms.rounds + 1
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(turns):
            for feed in range(newsrooms.feeds):
                Path(folder, f"{turn}-{feed}.xml").write_bytes(newsrooms.document(feed, turn))
        done = subprocess.run(  # noqa: S603 - the person who measures names it
            [python, "-W", "ignore", "-c", _PROGRAM, folder, str(newsrooms.feeds), str(turns)],
            check=True,
            capture_output=True,
        )
    told = json.loads(done.stdout)
    stored = newsrooms.feeds * (ITEMS + NEW * newsrooms.rounds)
    assert told["entries"] == stored, f"reader stored {told['entries']} of {stored} entries"
    (cold_s, cold_cpu_s), *steady = told["paces"]
    changed = newsrooms.feeds * newsrooms.rounds
    return (
        Pace(newsrooms.feeds * ITEMS, cold_s, cold_cpu_s),
        Pace(changed, sum(wall for wall, _ in steady), sum(cpu for _, cpu in steady)),
    )
