"""Articles that go on where a corpus ends: as many as wanted, as long, as often copied and as close in time.

Every round takes the corpus once more, later by its span and with each word replaced by another word of the corpus that
is as long, the same one within the round. So the copies of a story stay copies of one another, and resemble nothing of
other rounds.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from daemon.corpus import CorpusArticle, read_articles

_GAP = timedelta(hours=1)
_GROUP = 5_000  # articles of a row group


def corpus_articles(directory: Path) -> list[CorpusArticle]:
    """Read every article in a directory, one outlet's years behind another's, in the order of their times.

    Raises FileNotFoundError when there is none, CorpusError when one cannot be read.
    """
    articles = [article for file in sorted(directory.glob("*.jsonl.gz")) for article in read_articles(file)]
    if not articles:
        raise FileNotFoundError(f"{directory} holds no *.jsonl.gz with articles")
    return sorted(articles, key=lambda article: (article.published, article.id))


def continued(articles: Sequence[CorpusArticle], count: int, seed: int = 1) -> Iterator[CorpusArticle]:
    """Yield so many articles: those given first, then rounds of invented ones."""
    return islice(_rounds(articles, seed), count)


def _rounds(articles: Sequence[CorpusArticle], seed: int) -> Iterator[CorpusArticle]:
    yield from articles
    random = np.random.default_rng(seed)
    kinds = _kinds({word for article in articles for word in f"{article.title} {article.text}".split()})
    span = articles[-1].published - articles[0].published + _GAP
    turn = 0
    while True:
        turn += 1
        others = {
            word: alike[place]
            for alike in kinds
            for word, place in zip(alike, random.permutation(len(alike)), strict=True)
        }
        for one in articles:
            yield CorpusArticle(
                id=f"{turn}/{one.id}",
                source=one.source,
                title=_replaced(one.title, others),
                text=_replaced(one.text, others),
                published=one.published + turn * span,
            )


def _kinds(words: Collection[str]) -> list[list[str]]:
    """Part words by their length, and numbers from the others: common words are short, and stay so."""
    kinds: dict[tuple[int, bool], list[str]] = {}
    for word in sorted(words):
        kinds.setdefault((len(word), word.isdigit()), []).append(word)
    return list(kinds.values())


def _replaced(text: str, others: dict[str, str]) -> str:
    return "\n".join(" ".join(others[word] for word in line.split()) for line in text.split("\n"))


def write_articles(path: Path, articles: Iterator[CorpusArticle]) -> None:
    """Write a Parquet file as `riwaya recluster --engine` reads it."""
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("id", "source", "title", "text")),
            ("published", pa.timestamp("us", tz="UTC")),
        ]
    )
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while some := list(islice(articles, _GROUP)):
            columns = [[getattr(article, name) for article in some] for name in schema.names]
            writer.write_table(pa.table(columns, schema=schema))
