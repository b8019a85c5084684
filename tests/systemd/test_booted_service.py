"""riwaya under a real systemd: Debian is booted in a container, riwaya installed in it as docs/operations.md says."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.daemon.newsroom import eventually
from tests.systemd.installed import CONFIG, STORE, WHEELS, Installation
from tests.systemd.relay import relay

pytestmark = [pytest.mark.slow, pytest.mark.boot, pytest.mark.xdist_group("boot")]

SERVICES = ("riwaya.service", "riwaya-fetch@1.service", "riwaya-backup.service")
UNITS = (*SERVICES, "riwaya-backup.timer")
WORST_EXPOSURE = 1.3
QUICK = "[Service]\nRestartSec=1s\n"


def test_the_service_is_active_and_says_how_it_does(installed: Installation) -> None:
    shown = installed.shows()
    assert (shown["ActiveState"], shown["SubState"], shown["Type"]) == ("active", "running", "notify")
    assert (shown["NRestarts"], shown["UnitFileState"]) == ("0", "enabled")
    assert shown["NotifyAccess"] == "main"
    line = r"2 feeds, 0 late, last cluster (\d+ s|\d+ min) ago"
    eventually(lambda: re.fullmatch(line, installed.shows()["StatusText"]), 30)
    assert {len(story["sources"]) for story in installed.stories()} == {1, 2}
    installed.machine.run("systemctl", "--full", "status", "riwaya")
    installed.machine.run("riwaya", "status")


def test_it_is_started_once_it_really_runs(installed: Installation) -> None:
    told = [str(entry["MESSAGE"]) for entry in installed.journal()]
    runs = next(place for place, message in enumerate(told) if message.startswith("riwaya runs: 2 sources"))
    started = next(place for place, message in enumerate(told) if message.startswith("Started riwaya.service"))
    assert runs < started


def test_systemd_finds_no_fault_and_little_exposure(installed: Installation) -> None:
    machine = installed.machine
    # It returns 0 for unknown keys and bad values too, and only prints them.
    assert machine.run("systemd-analyze", "verify", *UNITS) == ""
    for unit in SERVICES:
        printed = machine.run("systemd-analyze", "security", "--no-pager", unit)
        (figure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", printed)
        assert float(figure) <= WORST_EXPOSURE, unit


def test_it_works_without_privileges_in_its_own_folder(installed: Installation) -> None:
    machine, pid = installed.machine, installed.shows()["MainPID"]
    status = machine.run("cat", f"/proc/{pid}/status")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {facts[name].strip("0") for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {""}
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2")
    uid = facts["Uid"].split()[0]
    assert machine.run("stat", "--format=%u %a", "/var/lib/private/riwaya").split() == [uid, "700"]
    assert machine.run("stat", "--format=%u %a", STORE).split() == [uid, "600"]
    # The parser's workers run in the same confines.
    children = machine.run("cat", f"/proc/{pid}/task/{pid}/children").split()
    assert children
    for child in children:
        assert f"Uid:\t{uid}\t" in machine.run("cat", f"/proc/{child}/status", noted=False)
    # Nothing but its own folders can be written to, not even by root in its place.
    inside = ("nsenter", "-t", pid, "-m", "--")
    for path in ("/etc/x", "/usr/x", "/opt/riwaya/x", "/root/x", "/home/x"):
        code, said = machine.ended(*inside, "touch", path)
        assert code != 0, path
        assert re.search("Read-only file system|Permission denied|No such file", said), said


def test_the_pages_are_served(installed: Installation) -> None:
    ask = "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8080/api/v1/clusters').status)"
    eventually(lambda: installed.machine.ended("python3", "-c", ask, noted=False)[1].strip() == "200", 60)
    assert installed.said("the web interface listens on http://127.0.0.1:8080/")


def test_the_journal_knows_how_grave_a_line_is(installed: Installation) -> None:
    machine = installed.machine
    machine.path("/srv/feeds/one.xml").rename(machine.path("/srv/feeds/away.xml"))
    eventually(lambda: installed.said("404", "--priority=warning"), 60)
    machine.path("/srv/feeds/away.xml").rename(machine.path("/srv/feeds/one.xml"))
    machine.run("journalctl", "--unit=riwaya", "--priority=warning", "--output=short-iso")
    pid = installed.shows()["MainPID"]
    own = [entry for entry in installed.journal(f"_PID={pid}") if entry["_TRANSPORT"] == "stdout"]
    assert {entry["PRIORITY"] for entry in own} >= {"4", "6"}
    for entry in own:
        # The journal has the time and the priority already; Arabic letters stay letters.
        assert isinstance(entry["MESSAGE"], str)
        assert not re.match(r"[<{\[]?\d", entry["MESSAGE"])
    assert any(str(entry["MESSAGE"]).startswith("[one] http://127.0.0.1") for entry in own)


def test_a_reload_takes_a_new_source_in(installed: Installation) -> None:
    pid = installed.shows()["MainPID"]
    installed.feed("three", 1)
    installed.machine.run("systemctl", "reload", "riwaya")
    eventually(lambda: installed.asked("three") > 0, 60)
    eventually(lambda: installed.said("the configuration was read again: 3 sources, 3 feeds"))
    eventually(lambda: installed.shows()["ActiveState"] == "active")
    eventually(lambda: installed.shows()["StatusText"].startswith("3 feeds, "), 30)
    shown = installed.shows()
    assert (shown["MainPID"], shown["NRestarts"]) == (pid, "0")


def test_a_wrong_configuration_is_refused_and_the_old_one_stays(installed: Installation) -> None:
    machine, pid = installed.machine, installed.shows()["MainPID"]
    installed.write(fetsch={})
    code, _ = machine.ended("systemctl", "reload", "riwaya")
    assert code != 0
    refusal = f"{CONFIG}:"
    assert [entry for entry in installed.journal("--priority=err") if refusal in str(entry["MESSAGE"])]
    # The same when the signal comes without systemctl's check.
    machine.run("systemctl", "kill", "--kill-whom=main", "--signal=HUP", "riwaya")
    eventually(lambda: installed.said("the configuration has mistakes, the old one stays:", "--priority=err"))
    eventually(lambda: "a reload was refused" in installed.shows()["StatusText"], 30)
    machine.run("systemctl", "--full", "status", "riwaya")
    assert (installed.shows()["ActiveState"], installed.shows()["MainPID"]) == ("active", pid)
    installed.fetches_again()
    # A start is refused for good: starting again would not mend it.
    assert machine.ended("systemctl", "restart", "riwaya")[0] != 0
    shown = installed.shows()
    assert (shown["ActiveState"], shown["ExecMainStatus"], shown["NRestarts"]) == ("failed", "2", "0")
    installed.write()
    machine.run("systemctl", "start", "riwaya")
    installed.healthy()
    assert "refused" not in installed.shows()["StatusText"]


def test_it_is_started_again_after_a_kill(installed: Installation) -> None:
    before, stories = installed.shows(), installed.stories()
    installed.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "riwaya")
    eventually(lambda: int(installed.shows()["NRestarts"]) == int(before["NRestarts"]) + 1, 60)
    installed.healthy()
    assert installed.shows()["MainPID"] != before["MainPID"]
    assert installed.keeps(stories)


def test_it_is_started_again_when_it_hangs(installed: Installation) -> None:
    machine = installed.machine
    installed.drop_in("riwaya.service", QUICK + "WatchdogSec=10s\n")
    machine.run("systemctl", "restart", "riwaya")
    installed.healthy()
    pid = installed.shows()["MainPID"]
    machine.run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "riwaya")
    eventually(lambda: installed.shows()["NRestarts"] == "1", 60)
    installed.healthy()
    assert installed.shows()["MainPID"] != pid
    machine.run("journalctl", "--unit=riwaya", "--lines=60", "--output=cat")
    assert installed.said("Watchdog timeout")
    # What every thread was doing when it hung.
    assert installed.said("Fatal Python error: Aborted", f"_PID={pid}")
    assert installed.said("Thread 0x", f"_PID={pid}")
    installed.drop_in("riwaya.service", QUICK)


def test_the_timer_makes_copies_and_one_of_them_can_be_put_back(installed: Installation) -> None:
    machine = installed.machine
    installed.drop_in("riwaya-backup.timer", "[Timer]\nOnActiveSec=1s\nAccuracySec=1s\nRandomizedDelaySec=0\n")
    installed.by_the_book("Backups", "/root")
    machine.run("systemctl", "list-timers", "riwaya-backup.timer")
    copies = machine.path("/var/lib/private/riwaya-backups")
    eventually(lambda: copies.exists() and [file for file in copies.iterdir() if file.suffix == ".db"], 60)
    eventually(lambda: installed.shows("riwaya-backup.service")["Result"] == "success")
    (copy,) = copies.glob("*.db")
    stories = installed.stories()
    machine.run("systemctl", "stop", "riwaya")
    machine.run("riwaya", "restore", f"/var/lib/riwaya-backups/{copy.name}", "--force")
    machine.run("systemctl", "start", "riwaya")
    installed.healthy()
    eventually(lambda: installed.keeps(stories))
    machine.run("riwaya", "db", "check")
    # What root does in the folder of the service leaves it usable.
    owner = machine.run("stat", "--format=%u", "/var/lib/private/riwaya")
    assert set(machine.run("sh", "-c", "stat --format=%u /var/lib/private/riwaya/*").splitlines()) == {owner.strip()}


def test_a_secret_reaches_the_service_and_nobody_else(installed: Installation) -> None:
    machine = installed.machine
    secret = machine.path("/etc/riwaya/credentials/database")
    secret.write_text("sqlite:////var/lib/riwaya/secret.db\n", "utf-8")
    secret.chmod(0o600)
    assert machine.path("/etc/riwaya/credentials").stat().st_mode & 0o777 == 0o700
    machine.run("systemctl", "restart", "riwaya")
    installed.healthy()
    assert machine.path("/var/lib/private/riwaya/secret.db").exists()
    pid = installed.shows()["MainPID"]
    for told in ("environ", "cmdline"):
        assert "secret.db" not in machine.run("cat", f"/proc/{pid}/{told}")
    # The command of the machine's people uses it too; a reload works with it.
    assert "secret.db" in machine.run("riwaya", "check", "--json")
    machine.run("systemctl", "reload", "riwaya")
    secret.unlink()
    machine.run("systemctl", "restart", "riwaya")
    installed.healthy()


def test_more_workers_fetch_into_postgresql(
    installed: Installation, postgresql_server: URL, postgresql_databases: Callable[[str], URL]
) -> None:
    machine = installed.machine
    database = postgresql_databases("TEMPLATE template0 ENCODING 'UTF8'").database
    outer = Path(str(postgresql_server.query["host"]), ".s.PGSQL.5432")
    inner = machine.path("/srv/postgresql")
    inner.mkdir()
    secret = machine.path("/etc/riwaya/credentials/database")
    url = f"postgresql+psycopg://{postgresql_server.username}@/{database}?host=/srv/postgresql"
    with relay(inner / outer.name, outer):
        secret.write_text(f"{url}\n", "utf-8")
        installed.by_the_book("Databases", "/root")
        workers = ("riwaya-fetch@1.service", "riwaya-fetch@2.service")
        for worker in workers:
            eventually(lambda: installed.shows(worker)["ActiveState"] == "active", 60)  # noqa: B023 - called at once
        eventually(lambda: len(installed.stories()) == 2, 60)
        # The workers are enough: what comes in now is grouped when the service is back.
        machine.run("systemctl", "stop", "riwaya")
        installed.feed("one", 2, 1, 0)
        said = "1 new, 0 changed"
        eventually(lambda: any(installed.said(f"one.xml {said}", unit=worker) for worker in workers), 60)
        machine.run("systemctl", "status", *workers)
        machine.run("systemctl", "start", "riwaya")
        eventually(lambda: len(installed.stories()) == 3, 60)
        machine.run("systemctl", "disable", "--now", *workers)
        assert {installed.shows(worker)["Result"] for worker in workers} == {"success"}
        machine.run("systemctl", "stop", "riwaya")
    # Without PostgreSQL a worker has no store: the one in SQLite belongs to one process, and is out of its reach.
    secret.unlink()
    assert machine.ended("systemctl", "start", workers[0])[0] != 0
    why = "cannot open the store /var/lib/riwaya/riwaya.db: it cannot be reached: Permission denied"
    assert installed.said(why, "--priority=err", unit=workers[0])
    machine.run("systemctl", "stop", workers[0])
    machine.run("systemctl", "start", "riwaya")
    installed.healthy()


def test_an_update_keeps_the_data_and_can_be_taken_back(installed: Installation) -> None:
    machine = installed.machine
    first = machine.path("/opt/riwaya/current").readlink()
    config = machine.path(CONFIG).read_text("utf-8")
    stories = installed.stories()
    # The same release once more changes nothing.
    machine.run("make", "-C", "/root/riwaya", "install", env=WHEELS)
    assert machine.path("/opt/riwaya/current").readlink() == first
    assert not machine.path("/opt/riwaya/previous").exists()

    installed.put_source("/root/newer")
    version = machine.path("/root/newer/daemon/__init__.py")
    version.write_text(re.sub(r"(?m)^__version__ = .*", '__version__ = "99.0"', version.read_text("utf-8")), "utf-8")
    installed.by_the_book("Updating, going back, removing", "/root/newer")
    assert machine.run("riwaya", "--version").strip() == "riwaya, version 99.0"
    installed.healthy()
    assert "/opt/riwaya/99.0-" in machine.run("cat", f"/proc/{installed.shows()['MainPID']}/cmdline") or (
        "99.0" in machine.run("readlink", f"/proc/{installed.shows()['MainPID']}/root/opt/riwaya/current")
    )
    assert installed.keeps(stories)
    assert machine.path(CONFIG).read_text("utf-8") == config

    machine.run("/opt/riwaya/current/systemd/install.sh", "rollback")
    assert machine.path("/opt/riwaya/current").readlink() == first
    installed.healthy()
    assert installed.keeps(stories)
    assert machine.run("systemd-analyze", "verify", *UNITS) == ""

    # A store that a newer release has changed is not given to an older one.
    machine.run("/opt/riwaya/current/systemd/install.sh", "rollback")
    machine.run("systemctl", "stop", "riwaya")
    schema = "import sqlite3, sys; store = sqlite3.connect(sys.argv[1]); "
    schema += "store.execute('UPDATE alembic_version SET version_num = ?', sys.argv[2:]); store.commit()"
    machine.run("python3", "-c", schema, STORE, "9999")
    code, said = machine.ended("/opt/riwaya/current/systemd/install.sh", "rollback")
    assert code == 1
    assert f"the store has schema 9999, which {first} does not know" in said
    assert "99.0" in str(machine.path("/opt/riwaya/current").readlink())
    (stored,) = {json.loads(machine.run("riwaya", "db", "version", "--json"))["release"]}
    machine.run("python3", "-c", schema, STORE, stored)
    machine.run("systemctl", "start", "riwaya")
    installed.healthy()


def test_it_can_be_taken_off_the_machine(installed: Installation) -> None:
    machine = installed.machine
    machine.run("make", "-C", "/root/riwaya", "uninstall")
    for gone in ("/opt/riwaya", "/usr/local/bin/riwaya", *(f"/etc/systemd/system/{unit}" for unit in UNITS)):
        assert not machine.path(gone).exists(), gone
    assert installed.shows()["LoadState"] in ("not-found", "loaded")
    assert installed.shows()["ActiveState"] == "inactive"
    assert machine.path(CONFIG).exists()
    assert machine.path(STORE).exists()
    assert machine.ended("systemctl", "start", "riwaya")[0] != 0
    # Twice is no error; with --purge nothing is left.
    machine.run("/root/riwaya/systemd/install.sh", "uninstall", "--purge")
    for gone in ("/etc/riwaya", STORE, "/var/lib/riwaya", "/var/lib/riwaya-backups", "/opt/riwaya"):
        assert not machine.path(gone).exists(), gone
