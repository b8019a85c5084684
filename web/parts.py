"""What the web interface is given: the store, its settings, and what only the daemon knows how to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from storage.search_query import Query
from web.desk import Desk


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the interface serves.

    `token` opens what is closed: corrections, and everything when `open_reading` is false, which it is unless the
    server listens on the loopback address alone. `public_url` is the address that people use, without a slash at its
    end; None when it is not known. `allow_origins` are the sites whose scripts may read the API. An address may make
    `requests_a_minute`, 0 for no limit. `free_disk` is how many bytes the service keeps free on the store's disk.
    """

    open_reading: bool
    token: str | None = field(default=None, repr=False)
    public_url: str | None = None
    allow_origins: tuple[str, ...] = ()
    requests_a_minute: int = 0
    free_disk: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What an application is made of. `engine` opens the store for reading only.

    `read_query` reads the search language (raises storage.search_query.QueryError); `read_moment` a duration back from
    a moment or a date (raises ValueError). `desk` takes corrections; None where nothing can be written.
    """

    engine: Engine
    settings: WebSettings
    version: str
    now: Callable[[], datetime]
    read_query: Callable[[str, datetime], Query]
    read_moment: Callable[[str, datetime], datetime]
    desk: Desk | None = None
