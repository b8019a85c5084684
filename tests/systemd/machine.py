"""A Debian that has booted its own systemd, in a container of its own without a network."""

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.systemd.base_tree import Base, CannotBootError

_CGROUPS = ("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd")
"""Where the hierarchies may be that an inner systemd needs: version 2 alone, or version 1 with both."""

_BOOT_S = 60
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "SYSTEMD_PAGER": "",
}


class Machine:
    """A copy of the base tree, booted. Whatever is run in it goes to the transcript, with what it printed."""

    def __init__(self, base: Base, folder: Path, transcript: Path, binds: Sequence[str] = ()) -> None:
        self.root = folder / "machine"
        self._transcript = transcript
        self._console = folder / "console.log"
        self._name = f"riwaya-{os.getpid()}"
        self._groups: list[Path] = []
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["/bin/cp", "-a", "--reflink=auto", str(base.tree), str(self.root)], check=True)
        self._nspawn = self._boot([f"--bind-ro={base.wheels}:/wheels", *binds])
        try:
            self._leader = self._wait_for_systemd()
        except CannotBootError:
            self.close()
            raise

    def run(self, *command: str, env: Mapping[str, str] | None = None, noted: bool = True) -> str:
        """Run a command inside, which must succeed, and return what it printed, errors included.

        What is asked again and again until it comes true is not `noted`.
        """
        code, printed = self.ended(*command, env=env, noted=noted)
        assert code == 0, f"{' '.join(command)} ended with {code}:\n{printed}"
        return printed

    def ended(self, *command: str, env: Mapping[str, str] | None = None, noted: bool = True) -> tuple[int, str]:
        """Run a command inside and return its exit code and what it printed."""
        variables = [f"{name}={value}" for name, value in {**_ENVIRONMENT, **(env or {})}.items()]
        enter = ["nsenter", "-t", str(self._leader), "-m", "-u", "-i", "-n", "-p", "-C", "--", "env", "-i", *variables]
        done = subprocess.run(
            [*enter, *command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600
        )
        given = " ".join([*(f"{name}={value}" for name, value in (env or {}).items()), *command])
        if noted:
            self.note(f"# {given}\n{done.stdout}" + (f"[exit code {done.returncode}]\n" if done.returncode else ""))
        return done.returncode, done.stdout

    def note(self, text: str) -> None:
        """Put a text into the transcript."""
        with self._transcript.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def path(self, inside: str) -> Path:
        """Return where a file of the machine is seen from outside."""
        return self.root / inside.lstrip("/")

    def close(self) -> None:
        """Power off and leave nothing behind."""
        self._nspawn.terminate()  # the inner systemd hears SIGRTMIN+3, its order to halt
        try:
            self._nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        for group in self._groups:
            for folder in sorted([group, *(path for path in group.rglob("*") if path.is_dir())], reverse=True):
                folder.rmdir()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _boot(self, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        command = ["systemd-nspawn", "--quiet", f"--machine={self._name}", f"--directory={self.root}", "--boot"]
        command += ["--private-network", "--console=passive", "--kill-signal=SIGRTMIN+3", *options]
        if not Path("/run/systemd/system").exists():
            # No systemd outside that would give the container a place: it gets one here, so that the inner systemd
            # sees no control group but its own.
            command += ["--register=no", "--keep-unit"]
            self._groups = [Path(base, self._name) for base in _CGROUPS if Path(base, "cgroup.procs").exists()]
        try:
            for group in self._groups:
                group.mkdir()
        except OSError as error:
            self._groups = []
            raise CannotBootError(f"no control group can be made: {error}") from error
        enter = "".join(f"echo $$ >{group}/cgroup.procs; " for group in self._groups)
        with self._console.open("wb") as console:
            return subprocess.Popen(
                # The machine goes down with the tests, also when they are killed.
                ["/bin/sh", "-ec", f'{enter}exec setpriv --pdeathsig TERM "$@"', "sh", *command],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )

    def _wait_for_systemd(self) -> int:
        until = time.monotonic() + _BOOT_S
        leader: int | None = None
        while time.monotonic() < until and self._nspawn.poll() is None:
            leader = leader or _systemd_under(self._nspawn.pid)
            if leader is not None:
                self._leader = leader
                # "degraded" is a unit of the base system that this kind of container does not let run.
                if self.ended("systemctl", "is-system-running", noted=False)[1].strip() in ("running", "degraded"):
                    return leader
            time.sleep(0.2)
        said = "\n".join(self._console.read_text("utf-8", "replace").splitlines()[-5:])
        raise CannotBootError(f"systemd did not come up in a container: {said}")


def _systemd_under(parent: int) -> int | None:
    """Return the process id, outside, of the systemd that a process has booted."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _, after = stat.read_text("utf-8", "replace").rpartition(")")
        except OSError:
            continue
        if int(after.split()[1]) == parent and before.partition("(")[2] == "systemd":
            return int(stat.parent.name)
    return None
