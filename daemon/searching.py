"""Texts and queries as the search index takes them: folded, and without what is written together with a word."""

from datetime import datetime
from functools import partial

from clustering.agencies import agency_id
from clustering.clitics import bare
from clustering.fold import words
from daemon.moments import moment_of
from storage.search_index import SearchText
from storage.search_query import Query, Reading, read_query


def index_form(text: str) -> list[str]:
    """Return the words of a text as they are indexed and searched for."""
    return [bare(word) for word in words(text)]


def search_text(title: str, body: str) -> SearchText:
    """Return what is indexed of a version."""
    return SearchText(" ".join(index_form(title)), " ".join(index_form(body)))


def read(text: str, now: datetime) -> Query:
    """Read what a person typed. Raises storage.search_query.QueryError."""
    return read_query(text, Reading(index_form, partial(moment_of, now=now), agency_id))
