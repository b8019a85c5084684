"""The catalogues: whole, in step with the pages, and right in their plurals."""

import re
import subprocess
import sys
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from web.pages.wording import LANGUAGES, SOURCE_LANGUAGE, translations

ROOT = Path(__file__).resolve().parents[3]
_PLACES = re.compile(r"%\((\w+)\)s")


def _catalogue(language: str) -> Catalog:
    written = files("web").joinpath("locale", language, "LC_MESSAGES", "riwaya.po").read_bytes()
    return read_po(BytesIO(written), locale=language, abort_invalid=True)


def _extracted(folder: Path) -> Catalog:
    template = folder / "riwaya.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "pyproject.toml", "-k", "N_"]
    subprocess.run([*command, "-o", template, "web"], cwd=ROOT, check=True)
    return read_po(BytesIO(template.read_bytes()))


def _forms(message: Message) -> list[str]:
    string = message.string
    return list(string) if isinstance(string, tuple | list) else [string or ""]


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != SOURCE_LANGUAGE])
def test_every_message_is_translated_and_none_is_left_over(language: str, tmp_path: Path) -> None:
    catalogue = _catalogue(language)
    translated = {message.id for message in catalogue if message.id and all(_forms(message))}
    assert translated == {message.id for message in _extracted(tmp_path) if message.id}
    assert not any(message.fuzzy for message in catalogue if message.id)
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != SOURCE_LANGUAGE])
def test_translations_fill_in_the_same_words(language: str) -> None:
    for message in _catalogue(language):
        if not message.id:
            continue
        asked = message.id if isinstance(message.id, str) else message.id[1]
        for form in _forms(message):
            # One and two are said in words; nothing else may be lost.
            lost = set(_PLACES.findall(asked)) - set(_PLACES.findall(form))
            assert lost <= ({"n"} if isinstance(message.id, tuple | list) else set()), (asked, form)
            assert set(_PLACES.findall(form)) <= set(_PLACES.findall(asked)), (asked, form)


def test_arabic_counts_in_six_ways() -> None:
    told = translations("ar")
    counted = [
        told.ngettext("%(n)s outlet", "%(n)s outlets", n) % {"n": n} for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103)
    ]
    assert counted == [
        "لا مصادر", "مصدر واحد", "مصدران", "3 مصادر", "10 مصادر", "11 مصدرًا", "99 مصدرًا", "100 مصدر", "102 مصدر",
        "103 مصادر",
    ]  # fmt: skip
    assert translations("en").ngettext("%(n)s outlet", "%(n)s outlets", 1) == "%(n)s outlet"
