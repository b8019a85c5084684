"""Who is in which cluster inside the window, held beside a plain model of it."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from clustering.membership import LONG_AGO, Member, Window


def test_a_cluster_begins_with_its_earliest_article_and_forgets_one_that_leaves() -> None:
    window = Window()
    window.add(Member(1, 11, 1, 50.0), began=20.0)
    window.add(Member(2, 12, 1, 60.0), began=60.0)
    assert window.began(1) == 20.0
    window.move(11, into=7)
    assert (window.began(1), window.began(7)) == (60.0, 20.0)
    assert (window.members(1, 0.0), window.members(7, 0.0)) == ([2], [1])


def test_what_a_cluster_held_before_the_window_counts_for_its_beginning() -> None:
    window = Window()
    window.add(Member(5, 11, 3, 90.0), began=90.0)
    window.began_before(3, 10.0)
    assert window.began(3) == 10.0
    window.move(11, into=4)
    assert (window.began(4), window.knows(3)) == (90.0, False)


def test_a_cluster_outside_the_window_began_long_ago() -> None:
    window = Window()
    assert (window.began(9), window.knows(9)) == (LONG_AGO, False)
    window.add(Member(1, 11, 2, 5.0), began=5.0)
    window.merge(gone=9, into=2)
    assert (window.living(9), window.began(2)) == (2, LONG_AGO)


def test_the_last_article_takes_the_cluster_along() -> None:
    window = Window()
    window.add(Member(1, 11, 1, 5.0), began=5.0)
    window.add(Member(2, 11, 1, 6.0), began=5.0)
    window.move(11, into=2)
    assert (window.knows(1), window.members(2, 0.0), window.cluster_of_article(11)) == (False, [1, 2], 2)
    window.move(11, into=2)
    window.move(99, into=1)
    assert window.members(2, 0.0) == [1, 2]


@dataclass
class Model:
    """Every version with its article, cluster, time and the beginning of its article."""

    rows: dict[int, tuple[int, int, float]] = field(default_factory=dict)
    began: dict[int, float] = field(default_factory=dict)


class Windows(RuleBasedStateMachine):
    """Adds, moves, merges and expires in any order; nothing leaves the window before its whole cluster does."""

    def __init__(self) -> None:
        super().__init__()
        self.window, self.model, self.next = Window(), Model(), 1

    @rule(article=st.integers(1, 4), cluster=st.integers(1, 4), at=st.integers(0, 9))
    def add(self, article: int, cluster: int, at: int) -> None:
        """A version goes where its article is."""
        cluster = self.window.living(self.window.cluster_of_article(article) or cluster)
        self.model.began.setdefault(article, float(at))
        self.model.began[article] = min(self.model.began[article], at)
        self.window.add(Member(self.next, article, cluster, float(at)), began=self.model.began[article])
        self.model.rows[self.next] = (article, cluster, float(at))
        self.next += 1

    @precondition(lambda self: self.model.rows)
    @rule(article=st.integers(1, 4), into=st.integers(1, 4))
    def move(self, article: int, into: int) -> None:
        """An article goes elsewhere with all its versions."""
        into = self.window.living(into)
        self.window.move(article, into)
        self.model.rows = {
            number: (one, into if one == article else cluster, at)
            for number, (one, cluster, at) in self.model.rows.items()
        }

    @precondition(lambda self: len({cluster for _, cluster, _ in self.model.rows.values()}) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Of two clusters the older one goes on."""
        there = sorted({cluster for _, cluster, _ in self.model.rows.values()})
        into, gone = sorted(data.draw(st.lists(st.sampled_from(there), min_size=2, max_size=2, unique=True)))
        self.window.merge(gone, into)
        self.model.rows = {
            number: (article, into if cluster == gone else cluster, at)
            for number, (article, cluster, at) in self.model.rows.items()
        }

    @invariant()
    def members_and_beginnings_are_those_of_the_model(self) -> None:
        """Every question is answered as by going through all rows."""
        clusters = {cluster for _, cluster, _ in self.model.rows.values()}
        for cluster in range(1, 5):
            rows = {number: row for number, row in self.model.rows.items() if row[1] == cluster}
            assert self.window.knows(cluster) == (cluster in clusters)
            for since in (0.0, 5.0):
                assert self.window.members(cluster, since) == [n for n, row in sorted(rows.items()) if row[2] >= since]
            if rows:
                assert self.window.began(cluster) == min(self.model.began[article] for article, _, _ in rows.values())
        for article in range(1, 5):
            numbers = [number for number, row in self.model.rows.items() if row[0] == article]
            expected = self.model.rows[max(numbers)][1] if numbers else None
            assert self.window.cluster_of_article(article) == expected


Windows.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_a_window_is_what_its_model_is = Windows.TestCase
