"""What happened to a story or an article, as the commands say it."""

from typing import TYPE_CHECKING, Any

from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the commands themselves
    from storage.events import EventRow

_WORDS = {
    "born": "became story {story}",
    "joined": "joined story {story}",
    "moved": "moved from story {other} to story {story}",
    "merged": "story {story} took story {other} over",
    "split": "story {other} came out of story {story}",
    "grew_to_n": "story {story} is carried by {outlets} outlets",
    "vanished": "vanished from its feed",
}


def event_in_words(event: "EventRow") -> str:
    """Return a short sentence without the time."""
    cause: Any = event.cause
    if event.kind == "figure_change":
        changes = dict.fromkeys((one["was"], one["now"]) for one in cause["changes"])
        return "changed " + ", ".join(f"{isolated(plain(was))} -> {isolated(plain(now))}" for was, now in changes)
    return _WORDS[event.kind].format(story=event.cluster_id, other=event.other_cluster_id, outlets=cause.get("sources"))
