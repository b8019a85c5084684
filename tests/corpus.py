"""The corpus of real articles that some machines have: where it lies."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "RIWAYA_TEST_CORPUS"
"""Names the folder of the article files; by default it is looked for in a folder `shared` beside the project."""


def corpus_folder() -> Path:
    """Return the folder of the article files; skips the test where there is none."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else ROOT.parent / "shared" / "data" / "arabic-wire"
    if not (folder / "ant-dev.jsonl.gz").is_file():
        pytest.skip(f"the labelled articles are not on this machine: no {folder}/ant-dev.jsonl.gz (see {VARIABLE})")
    return folder
