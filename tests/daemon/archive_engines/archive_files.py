"""Parquet files of invented articles, with all that makes grouping hard."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from tests.clustering.arabic_text import Writer, first_paragraphs

BEGIN = datetime(2026, 3, 1, 6, tzinfo=UTC)

Row = dict[str, Any]


def article(name: str, source: str, title: str, text: str, published: object) -> Row:
    return {"id": name, "source": source, "title": title, "text": text, "published": published}


def invented_rows(stories: int = 120, template: int = 150, seed: int = 3) -> list[Row]:
    """Write stories over twelve days with copies up to five days later, one template that an outlet uses again and
    again, texts without a body or without anything, and equal times; in no order."""
    random, writer = Random(seed), Writer(seed)  # noqa: S311 - texts, not secrets
    rows: list[Row] = []
    for story in range(stories):
        title, text = writer.story(paragraphs=random.randint(1, 6))
        at = BEGIN + timedelta(minutes=random.randrange(12 * 24 * 60))
        for copy in range(random.choice([1, 1, 1, 2, 3, 5])):
            told = writer.reworded(text, random.choice([0.0, 0.02, 0.1, 0.4]))
            told = first_paragraphs(told, random.randint(1, 6)) if random.random() < 0.4 else told
            late = timedelta(minutes=random.choice([0, 5, 90, 1500, 4319, 4320, 4321, 7000])) * bool(copy)
            rows.append(article(f"s{story}-{copy}", f"outlet-{copy}", title, told, at + late))
    title, text = writer.story(paragraphs=2)
    for turn in range(template):
        own = writer.reworded(text, 0.03)
        rows.append(article(f"t{turn}", "weather", title, own, BEGIN + timedelta(hours=2 * (turn % (template // 2)))))
    rows += [
        article(f"b{bare}", "outlet-1", title if bare % 3 else "", "", BEGIN + timedelta(days=bare % 4))
        for bare in range(12)
    ]
    random.shuffle(rows)
    return rows


def write_parquet(path: Path, rows: Sequence[Row], schema: pa.Schema | None = None) -> Path:
    parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), path, row_group_size=97)
    return path


def clusters_in(path: Path) -> dict[str, int]:
    """Read a grouped file: the cluster of each id."""
    table = parquet.read_table(path)
    assert table.column_names == ["id", "cluster", "articles"]
    return dict(zip(table["id"].to_pylist(), table["cluster"].to_pylist(), strict=True))
