"""Where tests put what is worth a look afterwards."""

import os
from pathlib import Path

VARIABLE = "RIWAYA_TEST_ARTEFACTS"
"""Names a folder; by default it is `build` in the project, which git does not see."""


def artefact(name: str, text: str) -> Path:
    """Write a text into the folder of artefacts and return where it is."""
    folder = Path(os.environ.get(VARIABLE) or Path(__file__).parents[2] / "build")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path
