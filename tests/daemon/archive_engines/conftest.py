"""An invented archive, and what the service makes of it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from clustering.settings import Settings
from daemon.backtest import backtest
from daemon.corpus import CorpusArticle
from tests.daemon.archive_engines.archive_files import invented_rows, write_parquet


@pytest.fixture(scope="module")
def articles() -> list[CorpusArticle]:
    return [CorpusArticle(**row) for row in invented_rows()]


@pytest.fixture(scope="module")
def archive(articles: list[CorpusArticle], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_parquet(tmp_path_factory.mktemp("archive") / "articles.parquet", [asdict(one) for one in articles])


@pytest.fixture(scope="module")
def expected(articles: list[CorpusArticle]) -> Mapping[str, int]:
    clusters = backtest(articles, Settings()).clusters
    sizes = [list(clusters.values()).count(cluster) for cluster in set(clusters.values())]
    assert max(sizes) > 3
    assert sizes.count(1) > 50
    return clusters
