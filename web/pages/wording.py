"""The words of the pages in each language: the source is English, catalogues hold the rest.

Catalogues are read as they are written (.po) when the application is made, so that nothing compiled lies about. `N_`
marks words that are looked up later.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
LANGUAGES = ("ar", SOURCE_LANGUAGE)
"""The languages of the interface; the first is the one of readers who ask for none of them."""

RIGHT_TO_LEFT = frozenset({"ar"})


def N_(message: str) -> str:  # noqa: N802 - the name that gettext knows
    """Mark a message for the catalogues."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """Return the messages of a language."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    written = files("web").joinpath("locale", language, "LC_MESSAGES", "riwaya.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(written), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
