"""A service that was given every secret there is: no process list, environment of a worker, log or answer shows one."""

import base64
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import make_url

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Answer, Item
from tests.daemon.manager import manager
from tests.daemon.newsroom import QUICK, Newsroom, eventually
from tests.daemon.ports import free_port

pytestmark = pytest.mark.slow


class Secrets:
    """What nobody may see, and how the service is told: files, variables and the configuration."""

    def __init__(self, newsroom: Newsroom, folder: Path) -> None:
        url = make_url(newsroom.database)
        self.password = str(url.password or uuid.uuid4().hex)
        self.token, self.hook, self.chat = (uuid.uuid4().hex for _ in range(3))
        self.key = base64.b64encode(os.urandom(24)).decode()
        database, token = folder / "database", folder / "token"
        database.write_text(url.set(password=self.password).render_as_string(hide_password=False) + "\n", "utf-8")
        token.write_text(f"{self.token}\n", "utf-8")
        self.env = {
            "RIWAYA_DATABASE_FILE": str(database),
            "RIWAYA_WEB_TOKEN_FILE": str(token),
            "RIWAYA_TARGETS_DESK_SECRET": f"whsec_{self.key}",
        }

    def shown_by(self, text: str) -> list[str]:
        """Return the names of the secrets that a text holds."""
        hidden = {name: value for name, value in vars(self).items() if isinstance(value, str)}
        assert len(hidden) == 5
        return [name for name, value in hidden.items() if value in text]


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it began."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from family(int(child))


def told(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_bytes().decode("utf-8", "replace")


def answer(address: str, token: str | None = None) -> str:
    """Ask the web interface, and return all that it says, in whatever way; "" while it does not listen yet."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=20) as got:  # noqa: S310 - as above
            return f"{got.headers}{got.read().decode('utf-8', 'replace')}"
    except urllib.error.HTTPError as error:
        return f"{error.headers}{error.read().decode('utf-8', 'replace')}"
    except urllib.error.URLError:
        return ""


def test_no_secret_is_seen_from_outside(newsroom_on_postgresql: Newsroom, tmp_path: Path) -> None:
    newsroom = newsroom_on_postgresql
    secrets = Secrets(newsroom, tmp_path)
    newsroom.database = f"sqlite:///{tmp_path / 'nobody.db'}"  # the file of the secret says otherwise
    port = free_port()
    newsroom.fetch = dict(QUICK)
    newsroom.web = {"enabled": True, "port": port}
    refused = f"/hook/{secrets.hook}"
    newsroom.server.pages[refused] = lambda _: Answer(b"not now", 503)
    loopback = newsroom.server.base.removeprefix("http://")
    newsroom.targets = {
        "desk": {"webhook": f"{newsroom.server.base}{refused}"},
        "phone": {"apprise": f"json://{loopback}/{secrets.chat}"},
    }
    newsroom.alerts = [{"name": "all", "source": "almarfa", "to": ["desk", "phone"]}]
    newsroom.feed("almarfa", Item("a", *Writer(12).story(4)))
    with manager() as systemd, newsroom.service(env={**secrets.env, "NOTIFY_SOCKET": systemd.address}) as service:
        eventually(lambda: service.said("alert") and newsroom.server.asked(refused))
        eventually(lambda: sum(service.said(f" to {name} failed") for name in ("desk", "phone")) == 2)
        eventually(lambda: len(list(family(service.process.pid))) >= 3)  # a parser and the web interface
        members = list(family(service.process.pid))
        for pid in members:
            assert secrets.shown_by(told(pid, "cmdline")) == []
            # What came by variable stays in the environment of the process that it was given to, and of the web
            # interface beside it: only their own user can read those. What parses hostile bytes gets none of it.
            if "sources.parsing" in told(pid, "cmdline"):
                assert secrets.shown_by(told(pid, "environ")) == []
                assert "RIWAYA_" not in told(pid, "environ")
            # A secret that came as a file is in no environment at all.
            assert not {"password", "token"} & set(secrets.shown_by(told(pid, "environ")))
        commands = [told(pid, "cmdline") for pid in members]
        assert all(any(word in command for command in commands) for word in ("sources.parsing", "--until-input-ends"))
        eventually(lambda: answer(f"http://127.0.0.1:{port}/healthz"))
        said = "".join(
            answer(f"http://127.0.0.1:{port}{path}", token)
            for path in ("/", "/api/v1/status", "/api/v1/clusters?cursor=x", "/readyz", "/nowhere")
            for token in (None, secrets.token, "wrong-" + secrets.token[:16])
        )
        # A configuration with mistakes in the very places of secrets is refused without repeating them.
        spoilt = yaml.safe_load(newsroom.config.read_text("utf-8"))
        spoilt["targets"]["desk"]["webhook"] = f"htps://x.example{refused}"
        spoilt["targets"]["phone"]["apprise"] = f"nobody://{secrets.chat}"
        newsroom.config.write_text(yaml.safe_dump(spoilt), "utf-8")
        service.hang_up()
        eventually(lambda: service.said("the configuration has mistakes"))
        checked = newsroom.process("check", env=secrets.env)
        assert checked.code == 2
        newsroom.write()
        shown = [newsroom.process(*command, env=secrets.env) for command in (["check", "--json"], ["status"])]
        assert [ended.code for ended in shown] == [0, 0]
        service.stop()
        log = (newsroom.folder / "service-0.log").read_text("utf-8")
        assert len(log) > 1000
        assert secrets.shown_by(log) == []
        assert secrets.shown_by("\n".join(systemd.lines)) == []
        assert secrets.shown_by("".join(ended.out + ended.err for ended in (checked, *shown))) == []
        assert secrets.shown_by(said) == []


def test_a_secret_that_is_shown_would_be_noticed(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.write()
    newsroom.database = "postgresql+psycopg://u@h/n"
    secrets = Secrets(newsroom, tmp_path)
    assert secrets.shown_by(f"GET /?token={secrets.token}") == ["token"]
    assert secrets.shown_by((tmp_path / "database").read_text("utf-8")) == ["password"]
    assert secrets.shown_by(secrets.env["RIWAYA_TARGETS_DESK_SECRET"]) == ["key"]
