"""The corpus of real articles that some machines have: where it lies, and the server that replays it as feeds."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.daemon.newsroom import ROOT

VARIABLE = "RIWAYA_TEST_CORPUS"
"""Names the folder of the article files; by default it is looked for in a folder `shared` beside the project."""


def corpus() -> Path:
    """Return the folder of the article files; skips the test where there is none."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared" / "data" / "arabic-wire"
    if not (folder / "ant-dev.jsonl.gz").is_file():
        pytest.skip(f"the labelled articles are not on this machine: no {folder}/ant-dev.jsonl.gz (see {VARIABLE})")
    return folder


@contextmanager
def replayed(*options: str) -> Iterator[dict[str, str]]:
    """Serve the corpus; gives the feed address of each source."""
    script = corpus().parents[1] / "tools" / "replay_feeds.py"
    if not script.is_file():
        pytest.skip(f"the server that replays the articles is not on this machine: no {script}")
    command = [sys.executable, str(script), "--corpus", "ant", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline()  # it speaks once it listens
            found = re.fullmatch(r"serving (.+) on (http://\S+)/<source>/rss\.xml\n", said)
            assert found, said
            yield {source: f"{found[2]}/{source}/rss.xml" for source in found[1].split(", ")}
        finally:
            server.terminate()
