"""Where the page of a story is. A file of its own: alerts name it too, in a process that serves no web."""


def story_path(cluster_id: int) -> str:
    """Return the path of a story's page."""
    return f"/clusters/{cluster_id}"
