"""The sources of the configuration and their feeds."""

from typing import Annotated

from pydantic import AfterValidator, Field

from daemon.config.sections import Section
from daemon.config.values import Country, FullText, Language, SourceId, Text, TimeZone, Url


def _at_least_one(feeds: "tuple[FeedConfig, ...]") -> "tuple[FeedConfig, ...]":
    if not feeds:
        raise ValueError("a source needs at least one feed")
    return feeds


class FeedConfig(Section):
    """One RSS, Atom or JSON Feed address."""

    url: Url = Field(description="The address of the feed, http or https.")
    category: Text | None = Field(
        default=None, description="What the feed carries, in your own words: general, sport, wire."
    )


class SourceConfig(Section):
    """One outlet."""

    id: SourceId = Field(description="The permanent short name of the source; everything stored hangs on it.")
    name: Text = Field(description="The name of the outlet as people read it.")
    homepage: Url = Field(description="The address of the outlet's front page.")
    country: Country = Field(description="The country that the outlet speaks from, as two letters of ISO 3166.")
    language: Language = Field(default="ar", description="The language of its texts (BCP 47).")
    timezone: TimeZone | None = Field(
        default=None, description="The IANA time zone of time stamps that carry none; without it they count as UTC."
    )
    full_text: FullText = Field(default="auto", description="Whether the article's page is read besides the feed.")
    feeds: Annotated[tuple[FeedConfig, ...], AfterValidator(_at_least_one)] = Field(
        description="The feeds of the source; an article that stands in several of them is stored once."
    )
