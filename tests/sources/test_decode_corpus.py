"""Real headlines in every character set, declared wrongly, come back as they were."""

import gzip
import json
import re

import pytest

from sources.parsing.decode import decode
from tests.corpus import corpus_folder

HEADLINES = 1_000
LABELS = ("utf-8", "windows-1256", "iso-8859-6", "x-mac-arabic", "iso-8859-1")


def headlines() -> list[str]:
    with gzip.open(corpus_folder() / "ant-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["title"] for line, _ in zip(lines, range(HEADLINES), strict=False)]


def feeds(charset: str, each: int) -> list[str]:
    """Documents of so many headlines, of what the charset can write."""
    able = [title.encode(charset, "ignore").decode(charset) for title in headlines()]
    return [
        "<rss>" + "".join(f"<title>{title}</title>" for title in able[start : start + each]) + "</rss>"
        for start in range(0, len(able) - each + 1, each)
    ]


@pytest.mark.parametrize("declared", [None, *LABELS])
@pytest.mark.parametrize("actual", ["utf-8", "cp1256", "iso-8859-6", "mac_arabic", "utf-16-le", "utf-16-be"])
def test_documents_of_five_headlines_come_back(actual: str, declared: str | None) -> None:
    documents = feeds(actual, 5)
    wrong = [
        document
        for document in documents
        if decode(document.encode(actual), declared and f"text/xml; charset={declared}").text != document
    ]
    assert wrong == []


@pytest.mark.parametrize("actual", ["cp1256", "iso-8859-6"])
def test_single_headlines_come_back_but_for_one_in_a_hundred(actual: str) -> None:
    documents = feeds(actual, 1)
    wrong = [document for document in documents if decode(document.encode(actual), None).text != document]
    assert len(wrong) <= len(documents) / 100, [re.sub("<[^>]*>", "", document) for document in wrong]
