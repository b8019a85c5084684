"""Invented Arabic-like texts for the tests: words by the letters of the language, without a meaning."""

import re
from random import Random

_LETTERS = "ااااالللنننممميييوووررتتبعدسفقكحجهةىءأشصخضطذغزثظئؤ"


class Writer:
    """Writes texts; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - texts, not secrets

    def word(self) -> str:
        """Write a word of three to eight letters, some with the article."""
        letters = "".join(self._random.choices(_LETTERS, k=self._random.randint(3, 6)))
        return f"ال{letters}" if self._random.random() < 0.3 else letters

    def words(self, count: int) -> str:
        """Write words, now and then a number among them."""
        return " ".join(
            str(self._random.randint(2, 900)) if self._random.random() < 0.02 else self.word() for _ in range(count)
        )

    def paragraph(self) -> str:
        """Write a paragraph of 30 to 50 words."""
        return self.words(self._random.randint(30, 50)) + "."

    def story(self, paragraphs: int = 6) -> tuple[str, str]:
        """Write a title and a body."""
        return self.words(8), "\n".join(self.paragraph() for _ in range(paragraphs))

    def reworded(self, text: str, share: float) -> str:
        """Replace a share of the words of a text by others."""
        return "\n".join(
            " ".join(self.word() if self._random.random() < share else word for word in paragraph.split(" "))
            for paragraph in text.split("\n")
        )

    def glued(self, text: str, share: float) -> str:
        """Drop a share of the blanks of a text; not between two numbers, which would make another number."""
        return re.sub(r"(?<!\d) | (?!\d)", lambda blank: "" if self._random.random() < share else blank[0], text)


def respelled(text: str) -> str:
    """Write a text with bare alefs, ha for ta marbuta, dotless ya and Arabic-Indic digits."""
    return text.translate(str.maketrans("أإآةي0123456789", "ااا" + "هى" + "٠١٢٣٤٥٦٧٨٩"))


def first_paragraphs(text: str, count: int) -> str:
    """Cut a text after some paragraphs."""
    return "\n".join(text.split("\n")[:count])
