"""What the agencies are called in the languages of the pages."""

from clustering.agencies import AGENCIES
from web.pages.wording import LANGUAGES


def agency_name(agency: str, language: str) -> str:
    """Return the name of an agency; an id that this edition does not know is its own name."""
    return _NAMES[language].get(agency, agency)


def agencies(language: str) -> list[tuple[str, str]]:
    """Return the name and the id of every agency, in the order of the names."""
    return sorted((name, agency) for agency, name in _NAMES[language].items())


# In Latin letters where texts write the agency so too («Reuters», «AFP»); the others have no name but the Arabic one.
_LATIN = {
    agency.id: next(
        (spelling for spelling in (*agency.names, *agency.marks, *agency.words) if spelling.isascii()), agency.name
    )
    for agency in AGENCIES
}
_NAMES = {
    language: {agency.id: agency.name for agency in AGENCIES} if language == "ar" else _LATIN for language in LANGUAGES
}
