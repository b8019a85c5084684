"""Work spread over processes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clustering.version import Version
from daemon.archive_engines.turn import Turn, with_candidates
from daemon.archive_engines.work_crew import WorkerLostError, spread


def doubled(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return number * 2


def ended(_number: int) -> int:
    os._exit(1)


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order_and_mistakes_come_through(processes: int) -> None:
    made = spread(doubled, range(20), processes)
    assert [next(made) for _ in range(13)] == [number * 2 for number in range(13)]
    with pytest.raises(ValueError, match="thirteen"):
        next(made)


def test_no_more_is_asked_for_than_is_under_way() -> None:
    asked = 0

    def endless() -> Iterator[int]:
        nonlocal asked
        while True:
            asked += 1
            yield 1

    made = spread(doubled, endless(), 2)
    assert next(made) == 2
    made.close()
    assert asked <= 6


def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(WorkerLostError, match="was there enough memory"):
        list(spread(ended, range(3), 2))


def test_workers_end_when_the_process_that_started_them_is_killed() -> None:
    program = (
        "import time; from daemon.archive_engines.work_crew import spread; list(spread(time.sleep, [0, 99, 99], 2))"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as running:
        workers: set[int] = set()
        begun = time.monotonic()
        while len(workers) < 3 and time.monotonic() < begun + 30:  # multiprocessing has one of its own beside the two
            workers = children_of(running.pid)
            time.sleep(0.05)
        assert len(workers) == 3
        time.sleep(1)  # they may still be starting
        running.kill()
    begun = time.monotonic()
    while left := {worker for worker in workers if is_running(worker)}:
        assert time.monotonic() < begun + 30, left
        time.sleep(0.05)


def children_of(process: int) -> set[int]:
    return {
        int(child)
        for children in Path(f"/proc/{process}/task").glob("*/children")
        for child in children.read_text("ascii").split()
    }


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, and nobody has asked how


def turn(number: int) -> Turn:
    return Turn(str(number), Version(number, number, "s", "", "", 0.0))


def test_articles_get_their_candidates() -> None:
    made = list(with_candidates([turn(3), turn(5), turn(9)], [(5, 3), (9, 5), (9, 3)]))
    assert [one.candidates for one in made] == [(), (3,), (5, 3)]


@pytest.mark.parametrize(
    ("numbers", "pairs"), [([5, 3], []), ([3, 3], []), ([3, 5], [(5, 3), (3, 1)]), ([3], [(4, 3)]), ([3], [(2, 1)])]
)
def test_what_is_out_of_order_is_refused(numbers: list[int], pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="article"):
        list(with_candidates([turn(number) for number in numbers], pairs))
