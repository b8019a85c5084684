"""The unit for systemd: systemd finds no fault in it, and it fits what the daemon does."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon import service
from daemon.cli import root as riwaya
from daemon.cli.failure import Misconfigured
from daemon.config import load_config

UNIT = "systemd/riwaya.service"
WORST_EXPOSURE = 15
"""In tenths, on the scale of `systemd-analyze security` from 0 to 100: what calls out to the network keeps 1 or so."""


@pytest.fixture
def unit(root: Path) -> str:
    return (root / UNIT).read_text("utf-8")


@pytest.fixture
def analyse() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed here")
    return program


@pytest.fixture
def runnable(unit: str, tmp_path: Path) -> Path:
    """A copy whose program exists, since riwaya need not be installed under /opt where tests run."""
    copy = tmp_path / "riwaya.service"
    copy.write_text(unit.replace("/opt/riwaya/bin/riwaya", "/bin/true"), encoding="utf-8")
    return copy


def setting(unit: str, key: str) -> str:
    (value,) = re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)
    return str(value)


def seconds(value: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|min)", value).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "min": 60}[unit]


def test_systemd_finds_no_fault(analyse: str, runnable: Path) -> None:
    # It returns 0 for unknown keys and bad values too, and only prints them.
    done = subprocess.run([analyse, "verify", "--man=no", str(runnable)], check=False, capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


def test_systemd_would_find_a_fault(analyse: str, runnable: Path) -> None:
    runnable.write_text(runnable.read_text("utf-8").replace("ProtectHome=yes", "ProtectHone=yes"), encoding="utf-8")
    done = subprocess.run([analyse, "verify", "--man=no", str(runnable)], check=False, capture_output=True, text=True)
    assert "ProtectHone" in done.stderr


def test_the_service_is_hardly_exposed(analyse: str, runnable: Path) -> None:
    command = [analyse, "security", "--offline=true", f"--threshold={WORST_EXPOSURE}", str(runnable)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    assert done.returncode == 0, done.stdout


def test_the_command_is_one_that_riwaya_knows(unit: str) -> None:
    words = shlex.split(setting(unit, "ExecStart"))
    context = riwaya.make_context("riwaya", words[1:])
    name, command, rest = riwaya.resolve_command(context, [*context._protected_args, *context.args])
    assert command is not None
    assert (name, rest) == ("run", [])
    assert command.make_context("run", rest, parent=context).params == {"only": None, "until_input_ends": False}


def test_the_store_lies_in_the_state_directory(unit: str, tmp_path: Path) -> None:
    name, _, value = setting(unit, "Environment").partition("=")
    config = tmp_path / "config.yaml"
    config.write_text("sources: []\n", encoding="utf-8")
    loaded = load_config(config, {name: value.replace("%S", "/var/lib")})
    assert loaded.database == f"sqlite:////var/lib/{setting(unit, 'StateDirectory')}/riwaya.db"


def test_there_is_time_to_stop(unit: str) -> None:
    # Fetches may finish, and those that are broken off are recorded; then a batch of the clusterer may end.
    assert seconds(setting(unit, "TimeoutStopSec")) >= 2 * (service.DRAIN_S + service.DRAIN_S / 2)
    assert setting(unit, "KillMode") == "mixed"


def test_a_sign_of_life_is_not_expected_too_soon(unit: str) -> None:
    # While a configuration is read again no tick runs, and a tick may wait for a store that is locked.
    assert seconds(setting(unit, "WatchdogSec")) >= 60 > service.TICK_S


def test_a_wrong_configuration_is_not_tried_again(unit: str) -> None:
    assert setting(unit, "RestartPreventExitStatus") == str(Misconfigured.exit_code)
