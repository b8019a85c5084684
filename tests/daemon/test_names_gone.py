"""A name server that fails, or hangs, for every name while the service runs."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.test_service_faults import article

pytestmark = pytest.mark.slow

NAMES = {"one": "one.riwaya.test", "two": "two.riwaya.test"}


class Names:
    """What the system's resolver asks, for processes that see these files in the place of the machine's own."""

    def __init__(self, folder: Path) -> None:
        self._hosts, self._servers = folder / "hosts", folder / "resolv.conf"
        self._silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.known()
        self._servers.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", "ascii")
        binds = f"mount --bind {self._hosts} /etc/hosts && mount --bind {self._servers} /etc/resolv.conf"
        self.command = ("unshare", "--mount", "sh", "-c", f'{binds} && exec "$@"', "sh")

    def known(self) -> None:
        """Let every name have its address."""
        self._hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", *NAMES.values())), "ascii")

    def gone(self) -> None:
        """Let the name server be asked, where nobody listens: every name fails at once."""
        self._hosts.write_text("127.0.0.1 localhost\n", "ascii")

    def hang(self) -> None:
        """Let somebody listen there who never answers."""
        self._silent.bind(("127.0.0.1", 53))
        self.gone()

    def close(self) -> None:
        self._silent.close()


@pytest.fixture
def names(tmp_path: Path) -> Names:
    made = Names(tmp_path)
    tried = subprocess.run([*made.command, "true"], capture_output=True, check=False)
    if os.geteuid() or tried.returncode:
        pytest.skip(f"the resolver of a process can only be changed by root: {tried.stderr.decode().strip()}")
    return made


def test_names_that_cannot_be_had_are_told_and_waited_for(newsroom: Newsroom, names: Names) -> None:
    newsroom.fetch = dict(QUICK)
    feeds = {}
    for number, (source, name) in enumerate(NAMES.items()):
        feeds[source] = newsroom.feed(source, article(number))
        newsroom.urls[source] = [newsroom.urls[source][0].replace("127.0.0.1", name)]
    newsroom.fetch["allow_private"] = list(NAMES.values())
    newsroom.write()

    def failing(words: str) -> bool:
        found = newsroom.rows("SELECT last_outcome, last_error FROM feed")
        return all(outcome == "unreachable" and words in (error or "") for outcome, error in found)

    try:
        with newsroom.service(before=names.command) as service:
            eventually(lambda: service.said("riwaya runs"))
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 2)
            names.gone()
            eventually(lambda: failing("name"))
            status = newsroom.call("status")
            assert "no feed answers: look at this machine's network and name server" in status.out
            names.hang()
            tries = newsroom.count("fetch WHERE outcome = 'unreachable'")
            eventually(lambda: newsroom.count("fetch WHERE outcome = 'unreachable'") >= tries + 4)
            for number, feed in enumerate(feeds.values()):
                feed.items = [article(2 + number), *feed.items]
            names.known()
            eventually(lambda: newsroom.count("version WHERE cluster_id IS NOT NULL") == 4)
            assert newsroom.count("feed WHERE tries > 0") == 0
            assert "no feed answers" not in newsroom.call("status").out
            service.stop()
            assert service.process.returncode == 0
    finally:
        names.close()
    assert not [line for line in service.log if line["level"] == "error" or "exception" in line]
