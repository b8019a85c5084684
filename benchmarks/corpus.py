"""The labelled corpus: articles in `*.jsonl.gz` files and groups of them in `labels*.jsonl` files of one directory.

An article a line: `id, corpus, source, title, text, summary, published`. A group a line: `group` and `stories`, a
list of lists of article ids, each inner list one story.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clustering.evaluation import LabelledGroup
from clustering.version import Version


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles as a stream of versions in the order of publication, and what people said about some of them.

    `ids` gives the article's id by version number, `names` the corpus it comes from.
    """

    versions: Sequence[Version]
    ids: Mapping[int, str]
    names: Mapping[int, str]
    groups: Sequence[LabelledGroup]

    def part(self, name: str) -> "Corpus":
        """Return the articles and groups of one corpus; a group is where its articles are."""
        versions = [version for version in self.versions if self.names[version.number] == name]
        ids = {version.number: self.ids[version.number] for version in versions}
        known = set(ids.values())
        groups = [group for group in self.groups if known.issuperset(_articles(group))]
        return Corpus(versions, ids, dict.fromkeys(ids, name), groups)

    @property
    def parts(self) -> list[str]:
        """The names of its corpora."""
        return sorted(set(self.names.values()))


def read_corpus(directory: Path) -> Corpus:
    """Read every article and group in a directory.

    Raises FileNotFoundError when it holds no article or no label.
    """
    files = sorted(directory.glob("*.jsonl.gz"))
    labels = sorted(directory.glob("labels*.jsonl"))
    if not files or not labels:
        raise FileNotFoundError(f"{directory} holds no *.jsonl.gz with articles or no labels*.jsonl")
    rows = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    times = {row["id"]: datetime.fromisoformat(row["published"]).timestamp() for row in rows}
    rows.sort(key=lambda row: (times[row["id"]], row["id"]))
    versions = [
        Version(
            number=number,
            article=number,
            source=row["source"],
            title=row["title"],
            body=row["text"] or row["summary"],
            at=times[row["id"]],
        )
        for number, row in enumerate(rows, start=1)
    ]
    groups = []
    for file in labels:
        for line in file.read_text(encoding="utf-8").splitlines():
            group = json.loads(line)
            groups.append(LabelledGroup(group["group"], group["stories"]))
    return Corpus(
        versions=versions,
        ids={number: row["id"] for number, row in enumerate(rows, start=1)},
        names={number: row["corpus"] for number, row in enumerate(rows, start=1)},
        groups=groups,
    )


def _articles(group: LabelledGroup) -> set[str]:
    return {article for story in group.stories for article in story}
