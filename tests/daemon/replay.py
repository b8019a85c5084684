"""The server that replays the corpus of real articles as feeds."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.corpus import corpus_folder


@contextmanager
def replayed(*options: str) -> Iterator[dict[str, str]]:
    """Serve the corpus; gives the feed address of each source."""
    script = corpus_folder().parents[1] / "tools" / "replay_feeds.py"
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
