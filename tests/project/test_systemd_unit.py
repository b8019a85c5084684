"""The units for systemd: systemd finds no fault in them, and they fit what riwaya does."""

import os
import re
import shlex
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from daemon import service, watchdog
from daemon.cli import root as riwaya
from daemon.cli.failure import Misconfigured
from daemon.config.sections import WebConfig

SERVICES = ("riwaya.service", "riwaya-fetch@.service", "riwaya-backup.service")
LASTING = SERVICES[:2]
UNITS = (*SERVICES, "riwaya-backup.timer")
PROGRAM = "/opt/riwaya/current/bin/riwaya"
WORST_EXPOSURE = 13
"""In tenths, on the scale of `systemd-analyze security` from 0 to 100: what calls out to the network keeps 1 or so."""

CONFINED = {
    "AmbientCapabilities": "",
    "CapabilityBoundingSet": "",
    "DynamicUser": "yes",
    "LimitCORE": "0",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateMounts": "yes",
    "PrivateTmp": "yes",
    "PrivateUsers": "yes",
    "ProcSubset": "pid",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHome": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectSystem": "strict",
    "RemoveIPC": "yes",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}


@pytest.fixture
def analyse() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed here")
    return program


@pytest.fixture
def runnable(root: Path, tmp_path: Path) -> Path:
    """Copies whose programs exist, since riwaya need not be installed under /opt where tests run."""
    for name in UNITS:
        unit = (root / "systemd" / name).read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / name.replace("@", "@1")).write_text(unit.replace("/bin/kill", "/bin/true"), encoding="utf-8")
    return tmp_path


def settings(root: Path, unit: str) -> dict[str, list[str]]:
    """Return what a unit sets, key by key."""
    found = defaultdict(list)
    for key, value in re.findall(r"^(\w+)=(.*)$", (root / "systemd" / unit).read_text("utf-8"), re.MULTILINE):
        found[key].append(value)
    return found


def setting(root: Path, unit: str, key: str) -> str:
    (value,) = settings(root, unit)[key]
    return value


def seconds(value: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|min)", value).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "min": 60}[unit]


def verify(analyse: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [analyse, "verify", "--man=no", *sorted(str(path) for path in folder.iterdir())]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_systemd_finds_no_fault(analyse: str, runnable: Path) -> None:
    # It returns 0 for unknown keys and bad values too, and only prints them.
    done = verify(analyse, runnable)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("name", UNITS)
def test_systemd_would_find_a_fault(analyse: str, runnable: Path, name: str) -> None:
    unit = runnable / name.replace("@", "@1")
    unit.write_text(
        re.sub(r"^(ProtectHome|Persistent)=", r"\1X=", unit.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )
    assert re.search("ProtectHomeX|PersistentX", verify(analyse, runnable).stderr)


@pytest.mark.parametrize("name", SERVICES)
def test_the_services_are_hardly_exposed(analyse: str, runnable: Path, name: str) -> None:
    unit = runnable / name.replace("@", "@1")
    command = [analyse, "security", "--offline=true", f"--threshold={WORST_EXPOSURE}", str(unit)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_confined_and_gets_its_secrets(root: Path, name: str) -> None:
    found = settings(root, name)
    assert {key: found[key] for key in CONFINED} == {key: [value] for key, value in CONFINED.items()}
    assert found["SystemCallFilter"] == ["@system-service", "~@privileged @resources @obsolete"]
    assert found["ConfigurationDirectory"] == ["riwaya"]
    assert found["LoadCredential"] == ["riwaya:/etc/riwaya/credentials"]


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_and_started_again(root: Path, name: str) -> None:
    assert setting(root, name, "Type") == "notify"
    assert setting(root, name, "Restart") == "on-failure"
    assert setting(root, name, "WantedBy") == "multi-user.target"
    # A wrong configuration is not tried again.
    assert setting(root, name, "RestartPreventExitStatus") == str(Misconfigured.exit_code)
    assert setting(root, name, "WorkingDirectory") == "%t/" + setting(root, name, "RuntimeDirectory")
    # A sign of life every ten seconds may be late for as long as a tick waits for a store that is locked.
    assert seconds(setting(root, name, "WatchdogSec")) >= 3 * watchdog.LONGEST_PAUSE_S + 60
    # Fetches may finish, and those that are broken off are recorded; then a batch of the clusterer may end.
    assert seconds(setting(root, name, "TimeoutStopSec")) >= 2 * (service.DRAIN_S + service.DRAIN_S / 2)
    assert setting(root, name, "KillMode") == "mixed"


def test_the_states_are_where_the_commands_look(root: Path) -> None:
    assert setting(root, "riwaya.service", "StateDirectory") == "riwaya"
    # The copies are made by the user whose store it is.
    assert "User" not in settings(root, "riwaya.service")
    for other in SERVICES[1:]:
        assert setting(root, other, "User") == "riwaya"
    store, copies = setting(root, "riwaya-backup.service", "StateDirectory").split()
    assert store == "riwaya"
    assert f"%S/{copies}" in setting(root, "riwaya-backup.service", "ExecStart").split()
    # Two services with one such folder: the first to stop would delete it.
    folders = [setting(root, name, "RuntimeDirectory") for name in LASTING]
    assert len(set(folders)) == len(folders)


@pytest.mark.parametrize(
    ("unit", "key", "command", "options"),
    [
        ("riwaya.service", "ExecStart", "run", {"only": None}),
        ("riwaya-fetch@.service", "ExecStart", "run", {"only": "fetch"}),
        (
            "riwaya-backup.service",
            "ExecStart",
            "backup",
            {"keep": 7, "force": False, "path": Path("%S/riwaya-backups")},
        ),
        ("riwaya.service", "ExecReload", "check", {"quiet": True}),
        ("riwaya-fetch@.service", "ExecReload", "check", {"quiet": True}),
    ],
)
def test_the_commands_are_such_that_riwaya_knows(
    root: Path, unit: str, key: str, command: str, options: dict[str, object]
) -> None:
    words = shlex.split(settings(root, unit)[key][0])
    words = words[words.index(PROGRAM) :]
    context = riwaya.make_context("riwaya", words[1:])
    assert context.params["config_path"] == Path("%E/riwaya/config.yaml")
    name, found, rest = riwaya.resolve_command(context, [*context._protected_args, *context.args])
    assert found is not None
    assert name == command
    assert options.items() <= found.make_context(command, rest, parent=context).params.items()


def test_the_pages_may_listen_where_they_are_told_to(root: Path) -> None:
    (allowed,) = settings(root, "riwaya.service")["SocketBindAllow"]
    first, last = map(int, allowed.removeprefix("tcp:").split("-"))
    assert first == 1024  # what is below needs a privilege that the service does not have
    assert first <= WebConfig().port <= last
    assert "SocketBindAllow" not in settings(root, "riwaya-fetch@.service")


def test_a_reload_checks_first_and_then_signals(root: Path) -> None:
    for name in LASTING:
        check, signal = settings(root, name)["ExecReload"]
        # systemd shuts the secrets off from everything but the daemon itself.
        assert check.startswith(f"env -u CREDENTIALS_DIRECTORY {PROGRAM} ")
        assert signal == "/bin/kill -HUP $MAINPID"


class TestInstallScript:
    @pytest.fixture
    def script(self, root: Path) -> str:
        return str(root / "systemd/install.sh")

    def test_every_unit_is_installed(self, root: Path) -> None:
        text = (root / "systemd/install.sh").read_text("utf-8")
        (listed,) = re.findall(r"^unit_files='(.*)'$", text, re.MULTILINE)
        shipped = {path.name for path in (root / "systemd").iterdir() if path.suffix in (".service", ".timer")}
        assert set(listed.split()) == shipped == set(UNITS)

    def test_the_line_that_it_changes_in_the_configuration_is_there(self, root: Path) -> None:
        (before,) = re.findall(
            r"sed 's\|\^(database: .*)\$\|database: ", (root / "systemd/install.sh").read_text("utf-8")
        )
        assert (root / "config.yaml").read_text("utf-8").splitlines().count(before) == 1

    @pytest.mark.parametrize("words", [[], ["instal"], ["install", "x"], ["uninstall", "--purg"], ["rollback", "1"]])
    def test_it_does_nothing_that_was_not_asked_for(self, script: str, words: list[str], tmp_path: Path) -> None:
        environ = {**os.environ, "DESTDIR": str(tmp_path)}
        done = subprocess.run(["/bin/sh", script, *words], check=False, capture_output=True, text=True, env=environ)
        assert done.returncode in (1, 2)
        assert done.stderr
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("word", ["install", "rollback", "uninstall"])
    def test_it_says_why_it_wants_root(self, script: str, word: str) -> None:
        nobody = 65534 if os.geteuid() == 0 else None
        text = Path(script).read_text("utf-8")  # the checkout may be closed to others
        done = subprocess.run(
            ["/bin/sh", "-s", word],
            input=text,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
        )
        assert done.returncode == 1
        assert "only root may write to /opt, /etc and /usr/local" in done.stderr

    def test_nothing_to_go_back_to(self, script: str, tmp_path: Path) -> None:
        environ = {**os.environ, "DESTDIR": str(tmp_path)}
        done = subprocess.run(["/bin/sh", script, "rollback"], check=False, capture_output=True, text=True, env=environ)
        assert done.returncode == 1
        assert "there is no release before the first to go back to" in done.stderr

    def test_wheels_that_are_not_there(self, script: str, tmp_path: Path) -> None:
        environ = {**os.environ, "DESTDIR": str(tmp_path), "WHEELS": "/nowhere"}
        done = subprocess.run(["/bin/sh", script, "install"], check=False, capture_output=True, text=True, env=environ)
        assert done.returncode == 1
        assert "WHEELS=/nowhere is no folder" in done.stderr

    def test_shellcheck_finds_no_fault(self, root: Path) -> None:
        shellcheck = shutil.which("shellcheck")
        if shellcheck is None:
            pytest.skip("shellcheck is not installed here")
        scripts = sorted(str(path) for path in (root / "systemd").glob("*.sh"))
        done = subprocess.run([shellcheck, *scripts], check=False, capture_output=True, text=True)
        assert done.stdout == ""
