"""docs/api.md: its examples work, and its tables are whole."""

import json
import re
from pathlib import Path

from storage.engine import open_engine
from tests.daemon.newsroom import Newsroom
from tests.web.serving import asking, parts_on
from web.problems import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def test_the_examples_are_answered(archive: Newsroom) -> None:
    blocks = re.findall(r"```example\n(.+?)```", PAGE, re.DOTALL)
    addresses = [line for block in blocks for line in block.splitlines()]
    assert len(addresses) > 20
    engine = open_engine(f"sqlite:///{archive.folder / 'riwaya.db'}", read_only=True)
    with asking(parts_on(engine)) as client:
        for address in addresses:
            assert client.get(address).status_code == 200, address
        told = client.get("/api/v1/clusters?wire=reutters").json()
        assert " ".join(re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)[0].split()) == _spaced(told)
    engine.dispose()


def test_every_address_and_every_problem_is_named(archive: Newsroom) -> None:
    engine = open_engine(f"sqlite:///{archive.folder / 'riwaya.db'}", read_only=True)
    with asking(parts_on(engine)) as client:
        for path in client.app.openapi()["paths"]:
            assert path.startswith("/feeds/") or re.sub(r"\{\w+\}", "{id}", path) in PAGE, path
    engine.dispose()
    for kind, (status, _) in KINDS.items():
        assert f"| `{kind}` | {status} |" in PAGE


def _spaced(told: dict[str, object]) -> str:

    return json.dumps(told, ensure_ascii=False)
