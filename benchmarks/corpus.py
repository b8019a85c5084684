"""The labelled corpus: every `*.jsonl.gz` file of a directory is one corpus of articles, `labels*.jsonl` its groups.

The files are those of `riwaya backtest`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clustering.evaluation import LabelledGroup
from clustering.version import Version
from daemon.corpus import read_articles, read_labels


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles as a stream of versions in the order of publication, and what people said about some of them.

    `ids` gives the article's id by version number, `names` the file it comes from.
    """

    versions: Sequence[Version]
    ids: Mapping[int, str]
    names: Mapping[int, str]
    groups: Sequence[LabelledGroup]

    def part(self, name: str) -> "Corpus":
        """Return the articles and groups of one file; a group is where all of its articles are."""
        versions = [version for version in self.versions if self.names[version.number] == name]
        ids = {version.number: self.ids[version.number] for version in versions}
        known = set(ids.values())
        groups = [group for group in self.groups if known.issuperset(labelled_articles([group]))]
        return Corpus(versions, ids, dict.fromkeys(ids, name), groups)

    @property
    def parts(self) -> list[str]:
        """The names of its files, without their endings."""
        return sorted(set(self.names.values()))


def read_corpus(directory: Path) -> Corpus:
    """Read every article and group in a directory.

    Raises FileNotFoundError when it holds no articles or no labels, CorpusError when one of them cannot be read.
    """
    files = sorted(directory.glob("*.jsonl.gz"))
    labels = sorted(directory.glob("labels*.jsonl"))
    if not files or not labels:
        raise FileNotFoundError(f"{directory} holds no *.jsonl.gz with articles or no labels*.jsonl")
    articles = [(file.name.split(".")[0], article) for file in files for article in read_articles(file)]
    articles.sort(key=lambda named: (named[1].published, named[1].id))
    return Corpus(
        versions=[article.as_version(number) for number, (_, article) in enumerate(articles, start=1)],
        ids={number: article.id for number, (_, article) in enumerate(articles, start=1)},
        names={number: name for number, (name, _) in enumerate(articles, start=1)},
        groups=[group for file in labels for group in read_labels(file)],
    )


def labelled_articles(groups: Sequence[LabelledGroup]) -> list[str]:
    """Return the ids of every article in some groups."""
    return [article for group in groups for story in group.stories for article in story]
