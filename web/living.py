"""Old ids of stories lead to the story that took them over."""

import re

from sqlalchemy import Connection
from starlette.requests import Request

from storage.clusters import resolve
from web.problems import refuse


class MovedTo(Exception):  # noqa: N818 - reads as a fact
    """What is asked for has another address now."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def living_cluster(conn: Connection, request: Request, cluster_id: int) -> None:
    """Make sure that an id is the one of a living story.

    Raises MovedTo for one that was merged, with the rest of path and query kept, and a problem for an unknown one.
    """
    living = resolve(conn, cluster_id)
    if living is None:
        raise refuse("not-found", f"There is no story {cluster_id}.")
    if living != cluster_id:
        path = re.sub(rf"/0*{cluster_id}(?=/|$)", f"/{living}", request.url.path, count=1)
        query = request.scope["query_string"].decode("latin-1")
        raise MovedTo(f"{path}?{query}" if query else path)
