"""From what a page tells to HTML: the templates, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from web import access
from web.asking import parts_of
from web.pages import figures
from web.pages.agency_names import agency_name
from web.pages.event_changes import changes
from web.pages.kinds import EXPLAINED
from web.pages.outlets import CopyingMemory
from web.pages.outside_text import LONGEST_TITLE, direction, isolated, one_line, web_address
from web.pages.reader import Reader, reader_of
from web.pages.static_files import StaticFiles, load_static_files
from web.pages.text_counts import TextCounts
from web.pages.wording import LANGUAGES, translations


@dataclass(slots=True)
class Site:
    """What all pages share."""

    static: StaticFiles = field(default_factory=load_static_files)
    text_counts: TextCounts = field(default_factory=TextCounts)
    copying: CopyingMemory = field(default_factory=CopyingMemory)
    environments: Mapping[str, Environment] = field(init=False)

    def __post_init__(self) -> None:
        self.environments = {language: _environment(language, self.static) for language in LANGUAGES}

    def page(self, request: Request, template: str, facts: Mapping[str, object], *, status: int = 200) -> Response:
        """Render a page for whoever asks; 304 where their browser has it already."""
        parts = parts_of(request)
        reader = reader_for(request)
        now = parts.now()
        html = (
            self.environments[reader.language]
            .get_template(template)
            .render(
                {
                    "reader": reader,
                    "now": now,
                    "here": _here(request),
                    "signed_in": access.signed_in(request),
                    "can_sign_in": parts.settings.token is not None,
                    "can_correct": parts.desk is not None and access.signed_in(request),
                    "public_url": parts.settings.public_url,
                    "version": parts.version,
                    **facts,
                }
            )
        )
        # Half a letter in an address is shown as the sign for it.
        body = html.encode("utf-8", "replace")
        headers = {
            "Content-Language": reader.language,
            # What is shown depends on who asks, and may change at any moment.
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie, Accept-Language",
            "X-Robots-Tag": "noindex, nofollow",
        }
        if status == 200:  # noqa: PLR2004 - OK
            tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
            headers["ETag"] = tag
            if tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
        return Response(body, status, headers, "text/html; charset=utf-8")


def reader_for(request: Request) -> Reader:
    """Return how whoever asks wants the pages."""
    return reader_of(request.cookies, request.headers.get("accept-language"))


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _environment(language: str, static: StaticFiles) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(str(files("web") / "templates"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # The extension adds these methods to the environment; no type knows of them.
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        number=_number,
        percent=_percent,
        moment=_moment,
        day=_day,
        clock=_clock,
        ago=_ago,
        span=_span,
        line=one_line,
        isolated=isolated,
        quoted=quoted,
        time=_time,
        agency=_agency,
        changes=changes,
        web_address=web_address,
        direction=direction,
    )
    environment.globals.update(static=static.address, explained=EXPLAINED)
    return environment


def quoted(text: str, most: int = LONGEST_TITLE) -> Markup:
    """Return words from outside as HTML: one harmless line that is isolated from what stands around it."""
    return Markup("<bdi>{}</bdi>").format(one_line(text, most))


def _reader(context: Context) -> Reader:
    reader = context["reader"]
    assert isinstance(reader, Reader)  # noqa: S101 - `page` put it there
    return reader


@pass_context
def _agency(context: Context, agency: str) -> str:
    return agency_name(agency, _reader(context).language)


@pass_context
def _number(context: Context, value: float) -> str:
    return figures.number(_reader(context), value)


@pass_context
def _percent(context: Context, share: float) -> str:
    return figures.percent(_reader(context), share)


@pass_context
def _moment(context: Context, at: datetime) -> str:
    return figures.moment(_reader(context), at)


@pass_context
def _day(context: Context, at: datetime) -> str:
    return figures.day(_reader(context), at)


@pass_context
def _clock(context: Context, at: datetime) -> str:
    return figures.clock(_reader(context), at)


@pass_context
def _ago(context: Context, at: datetime) -> str:
    return figures.ago(_reader(context), at, context["now"])


@pass_context
def _span(context: Context, length: timedelta) -> str:
    return figures.span(_reader(context), length)


@pass_context
def _time(context: Context, at: datetime, *, relative: bool = False) -> Markup:
    """Return a moment as HTML: as a date, or relative to now with the date in its title."""
    exact = figures.moment(_reader(context), at)
    shown = figures.ago(_reader(context), at, context["now"]) if relative else exact
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(timespec="seconds"), exact, shown)
