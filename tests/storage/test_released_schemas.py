"""Stores of every released schema open in this release: none of them is left behind."""

import gzip
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from clustering.clitics import SEARCH_EDITION
from clustering.fold import FOLD_VERSION
from storage.check import check
from storage.engine import open_engine, reading
from storage.migrate import REVISIONS, current, head, upgrade
from storage.schema import metadata

RELEASED = Path(__file__).parent / "released"
OLDER = REVISIONS[:-1]


def test_every_older_revision_has_its_store() -> None:
    """Whoever adds a revision keeps a store of the one before."""
    assert {path.name.removesuffix(".db.gz") for path in RELEASED.glob("*.db.gz")} >= set(OLDER)


@pytest.mark.parametrize("path", sorted(RELEASED.glob("*.db.gz")), ids=lambda path: path.name)
def test_a_released_store_comes_up_to_date(path: Path, tmp_path: Path) -> None:
    store = tmp_path / "riwaya.db"
    store.write_bytes(gzip.decompress(path.read_bytes()))
    engine = open_engine(f"sqlite:///{store}")
    upgrade(engine)
    assert current(engine) == head()
    with reading(engine) as conn:
        found = list(check(conn, fold_version=FOLD_VERSION, search_edition=SEARCH_EDITION))
        counts = {
            name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }
    engine.dispose()
    assert [one.rule for one in found if one.count and one.remedy is None] == []
    assert counts["version"] > 0


if __name__ == "__main__":
    packed = gzip.compress(Path(sys.argv[1]).read_bytes(), mtime=0)
    (RELEASED / f"{head()}.db.gz").write_bytes(packed)
