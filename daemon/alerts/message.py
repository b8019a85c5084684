"""An alert as a short text for people, Arabic first, made of its payload."""

from collections.abc import Mapping
from typing import Any

from daemon.alerts.outside_text import for_chat

_HEADINGS = {
    "story": ("خبر ينطبق عليه التنبيه", "A story that the rule asks for"),
    "born": ("خبر جديد", "A new story"),
    "joined": ("وسيلة جديدة تنقل الخبر", "An article joined the story"),
    "merged": ("خبران صارا خبرا واحدا", "Two stories became one"),
    "split": ("خبر انقسم إلى خبرين", "A story was split"),
    "moved": ("مقال انتقل إلى هذا الخبر", "An article moved to the story"),
    "grew_to_n": ("الخبر يتسع", "The story grows"),
    "figure_change": ("أرقام أو أسماء تغيرت", "Figures or names changed"),
    "vanished": ("مقال سحب", "An article was taken back"),
}
_SHOWN_OUTLETS = 8


def message_of(content: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and text. What came from outside is plain, bounded and cannot reorder the lines around it."""
    story = content["story"]
    arabic, english = _HEADINGS[content["event"]]
    if content["test"]:
        arabic, english = "تنبيه تجريبي، لا خبر وراءه", "A test, there is no story behind it"
    lines = [f"{arabic} · {english}", for_chat(story["title"])]
    for change in content.get("changes", ()):
        lines.append(f"{for_chat(change['was'] or '—')} ← {for_chat(change['now'] or '—')}")  # noqa: PERF401 - one of many
    lines.append(f"وسائل الإعلام · outlets: {story['sources']} ({_names(story['outlets'])})")
    if story["wires"]:
        lines.append(f"الوكالات · agencies: {_names(story['wires'])}")
    if article := content.get("article"):
        lines.append(f"{for_chat(article['outlet']['name'])}: {for_chat(article['title'])}")
        if article["url"]:
            lines.append(article["url"])
    if "url" in story:
        lines.append(story["url"])
    return f"رواية · {for_chat(content['rule'])}", "\n".join(lines)


def _names(named: list[Mapping[str, str]]) -> str:
    shown = "، ".join(for_chat(one["name"]) for one in named[:_SHOWN_OUTLETS])
    return shown + (" …" if len(named) > _SHOWN_OUTLETS else "")
