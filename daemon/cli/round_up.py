"""How commands print that one text carries another story as an item."""

from typing import TYPE_CHECKING

from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the commands themselves
    from storage.round_ups import RoundUp


def round_up_in_words(one: "RoundUp") -> str:
    """Tell which story a version carries among others, or which text carries it."""
    story, share = f"story {one.other_cluster_id} (article {one.other_article_id})", f"{one.share:.0%}"
    if one.carries:
        return f"carries {share} of {story} as well: {isolated(plain(one.other_title))}"
    return f"{share} of it is carried inside {story} of {isolated(plain(one.other_source_name))}"
