"""riwaya as an administrator has installed it on a machine, with feeds of that machine to watch."""

import io
import json
import re
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item, rss
from tests.daemon.newsroom import eventually
from tests.systemd.base_tree import ROOT
from tests.systemd.machine import Machine

PORT = 8100
WHEELS = {"WHEELS": "/wheels"}
CONFIG = "/etc/riwaya/config.yaml"
STORE = "/var/lib/private/riwaya/riwaya.db"
WRITER = Writer(77)
STORIES = [WRITER.story(3) for _ in range(8)]


class Installation:
    """The installed service and its feeds."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.sources: dict[str, list[int]] = {}
        machine.path("/srv/feeds").mkdir()
        machine.run(
            "systemd-run",
            "--unit=feeds",
            "python3",
            "-m",
            "http.server",
            str(PORT),
            "--bind=127.0.0.1",
            "--directory=/srv/feeds",
        )

    def put_source(self, folder: str) -> None:
        """Put the files of the project under a folder of the machine, as a checkout would."""
        target = self.machine.path(folder)
        target.mkdir(parents=True)
        git = shutil.which("git")
        assert git is not None
        listing = subprocess.run(
            [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for name in listing.stdout.decode().split("\0"):
                if name and (ROOT / name).is_file():
                    archive.add(ROOT / name, name)
        packed.seek(0)
        with tarfile.open(fileobj=packed) as archive:
            archive.extractall(target, filter="data")

    def by_the_book(self, heading: str, folder: str) -> None:
        """Run the first block of commands under a heading of docs/operations.md, as root in a folder."""
        page = (ROOT / "docs/operations.md").read_text("utf-8")
        section = re.split(rf"^## {re.escape(heading)}$", page, flags=re.MULTILINE)[1]
        block = section.partition("```sh\n")[2].partition("```")[0]
        for line in block.splitlines():
            command = line.removeprefix("sudo ")
            if not command.startswith("apt-get "):  # the tree holds those packages, and reaches no other
                self.machine.run("sh", "-ec", f"cd {folder}; {command}", env=WHEELS)

    def feed(self, source: str, *stories: int) -> None:
        """Publish stories at a source's feed, and name the source in the configuration."""
        self.sources[source] = list(stories)
        day = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
        items = [Item(f"n{number}", *STORIES[number], day + timedelta(minutes=number)) for number in stories]
        feed = self.machine.path(f"/srv/feeds/{source}.xml")
        feed.write_bytes(rss(items, f"http://127.0.0.1:{PORT}"))
        self.write()

    def write(self, **more: object) -> None:
        """Write the configuration as things stand, in place."""
        content: dict[str, object] = {
            "database": "sqlite:////var/lib/riwaya/riwaya.db",
            "fetch": {
                "every": "1s",
                "min_every": "1s",
                "max_every": "1s",
                "host_gap": "0s",
                "allow_private": ["127.0.0.1"],
            },
            "sources": [
                {
                    "id": source,
                    "name": f"صحيفة {source}",
                    "homepage": f"https://{source}.example/",
                    "country": "JO",
                    "full_text": False,
                    "feeds": [{"url": f"http://127.0.0.1:{PORT}/{source}.xml"}],
                }
                for source in self.sources
            ],
        }
        text = yaml.safe_dump(content | more, allow_unicode=True)
        self.machine.path(CONFIG).write_text(text, "utf-8")

    def drop_in(self, unit: str, text: str) -> None:
        """Change a unit as an administrator does; an empty text takes the change back."""
        folder = self.machine.path(f"/etc/systemd/system/{unit}.d")
        folder.mkdir(exist_ok=True)
        (folder / "test.conf").write_text(text, "utf-8")
        self.machine.run("systemctl", "daemon-reload")

    def shows(self, unit: str = "riwaya.service") -> dict[str, str]:
        """Return the properties of a unit."""
        lines = self.machine.run("systemctl", "show", unit, noted=False).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def journal(self, *options: str, unit: str = "riwaya.service") -> list[dict[str, Any]]:
        """Return entries of the journal about a unit, oldest first."""
        printed = self.machine.run("journalctl", "--output=json", f"--unit={unit}", *options, noted=False)
        return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]

    def said(self, words: str, *options: str, unit: str = "riwaya.service") -> bool:
        """Tell whether the journal about a unit holds these words."""
        return any(words in str(entry["MESSAGE"]) for entry in self.journal(*options, unit=unit))

    def asked(self, source: str) -> int:
        """Count the requests for a source's feed."""
        printed = self.machine.run("journalctl", "--output=cat", "--unit=feeds.service", noted=False)
        return printed.count(f"/{source}.xml ")

    def stories(self) -> list[dict[str, Any]]:
        """Return the stories that the store holds, as the installed command lists them."""
        printed = self.machine.run("riwaya", "clusters", "--since", "7d", "--json", noted=False)
        return [json.loads(line) for line in printed.splitlines()]

    def keeps(self, stories: list[dict[str, Any]]) -> bool:
        """Tell whether every one of these stories is there, with all its outlets; others may have come meanwhile."""
        outlets = {story["id"]: set(story["sources"]) for story in self.stories()}
        return all(set(story["sources"]) <= outlets.get(story["id"], set()) for story in stories)

    def fetches_again(self) -> None:
        """Wait until the service has asked a feed once more."""
        source = next(iter(self.sources))
        before = self.asked(source)
        eventually(lambda: self.asked(source) > before, 60)

    def healthy(self) -> None:
        """Wait until the service is up and at work."""
        eventually(lambda: self.shows()["ActiveState"] == "active", 60)
        self.fetches_again()
