"""The alert rules of the configuration and the targets that they ring at."""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from daemon.config.sections import Section
from daemon.config.url import check_url
from daemon.config.values import Duration, Text, Whole, number_between, one_of, seconds_between, several
from daemon.config.wording import any_of

EventKind = Literal["born", "joined", "merged", "split", "moved", "grew_to_n", "figure_change", "vanished"]
EVENT_WORDS = ("born", "joined", "merged", "split", "moved", "grew_to_n", "figure_change", "vanished")
CONDITIONS = ("event", "min_sources", "query", "source", "wire")
"""The keys of a rule that can be what it is about; `within` only narrows `min_sources`."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of all secrets, not one
# The bounds of the Standard Webhooks specification.
_SECRET_BYTES = (24, 64)
TARGET_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
"""What environment variables can be made of, without two names that would share one."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://.", re.IGNORECASE)
_LONGEST_ADDRESS = 2048


def secret_text(value: object) -> str:
    """Accept one line of text, without ever showing it."""
    if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= _LONGEST_ADDRESS:
        return value.strip()
    raise ValueError(f"must be one line of text, at most {_LONGEST_ADDRESS} characters")


def webhook_url(value: object) -> str:
    """Accept an http or https address. The reasons do not show it, since its path may be a password."""
    address = secret_text(value)
    try:
        return check_url(address)
    except ValueError as error:
        raise ValueError(str(error).partition(": ")[0]) from None


def apprise_url(value: object) -> str:
    """Accept what looks like an address of Apprise; which services there are only Apprise knows."""
    address = secret_text(value)
    if not _SCHEME.match(address):
        raise ValueError("must be an address of Apprise, such as tgram://BOT_TOKEN/CHAT_ID")
    return address


def signing_secret(value: object) -> str:
    """Accept a secret as the Standard Webhooks specification writes it."""
    secret = secret_text(value)
    try:
        key = secret_bytes(secret)
    except ValueError:
        key = b""
    low, high = _SECRET_BYTES
    if not low <= len(key) <= high:
        raise ValueError(
            f'must be "{SECRET_PREFIX}" and {low} to {high} bytes in base64; `openssl rand -base64 32` makes such'
        )
    return secret


def secret_bytes(value: str) -> bytes:
    """Return the key that a secret stands for. Raises ValueError."""
    if not value.startswith(SECRET_PREFIX):
        raise ValueError("not a secret")
    try:
        return base64.b64decode(value.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not a secret") from None


def mapping(value: object) -> object:
    """Take nothing as a mapping without keys; never show what is none, since it may be an address."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("must be a mapping of keys and values")  # noqa: TRY004 - pydantic wants ValueError
    return value


def rule_query(value: str) -> str:
    """Accept what `riwaya search` accepts."""
    from daemon.searching import read  # noqa: PLC0415 - loads the fold, which few configurations need
    from storage.search_query import QueryError  # noqa: PLC0415 - as above

    try:
        read(value, datetime.now(UTC))
    except QueryError as error:
        raise ValueError(f"cannot be read as a search: {error}") from None
    return value


class TargetConfig(Section):
    """Where alerts go: a webhook with its secrets, or an address of Apprise."""

    webhook: Annotated[SecretStr, BeforeValidator(webhook_url)] | None = Field(
        default=None, description="The address that alerts are posted to."
    )
    secret: Annotated[tuple[Annotated[SecretStr, BeforeValidator(signing_secret)], ...], BeforeValidator(several)] = (
        Field(default=(), description="What the posts are signed with; several while the receiver changes over.")
    )
    apprise: Annotated[SecretStr, BeforeValidator(apprise_url)] | None = Field(
        default=None, description="The address, in Apprise's spelling, of a chat, a mailbox or another service."
    )

    @model_validator(mode="after")
    def _one_way(self) -> "TargetConfig":
        if (self.webhook is None) == (self.apprise is None):
            raise ValueError("needs one of webhook and apprise" + (", not both" if self.webhook else ""))
        if self.webhook is not None and not self.secret:
            raise ValueError("a webhook needs a secret to sign with")
        if self.apprise is not None and self.secret:
            raise ValueError("a secret is for webhooks; an address of Apprise holds its own")
        return self

    @property
    def shown(self) -> str:
        """What people may see of the address."""
        if self.webhook is not None:
            parts = urlsplit(self.webhook.get_secret_value())
            port = f":{parts.port}" if parts.port else ""
            return f"{parts.scheme}://{parts.hostname}{port}/…"
        assert self.apprise is not None  # noqa: S101 - seen to above
        return f"{self.apprise.get_secret_value().partition('://')[0].lower()}://…"


class AlertConfig(Section):
    """A rule: its conditions must all hold."""

    name: Text = Field(description="The name of the rule; it remembers by it for which stories it rang.")
    min_sources: Annotated[Whole, number_between(2, 1000)] | None = Field(
        default=None, description="At least so many outlets carry the story."
    )
    within: Annotated[Duration, seconds_between(timedelta(minutes=1), timedelta(days=7))] | None = Field(
        default=None, description="They came to it within some span of this length."
    )
    wire: Annotated[tuple[Text, ...], BeforeValidator(several)] = Field(
        default=(), description="One of these agencies is credited."
    )
    source: Annotated[tuple[Text, ...], BeforeValidator(several)] = Field(
        default=(), description="One of these outlets carries it."
    )
    query: Annotated[Text, AfterValidator(rule_query)] | None = Field(
        default=None, description="An article of it is found by this search."
    )
    event: Annotated[tuple[Annotated[EventKind, one_of(*EVENT_WORDS)], ...], BeforeValidator(several)] = Field(
        default=(), description="One of these happens to it; without it, a rule rings once for each story."
    )
    to: Annotated[tuple[Text, ...], BeforeValidator(several)] = Field(description="The targets to ring at.")

    @field_validator("wire")
    @classmethod
    def _agencies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            return value
        from clustering.agencies import agency_id  # noqa: PLC0415 - loads the fold, which few configurations need

        return tuple(dict.fromkeys(agency_id(name) for name in value))

    @field_validator("within")
    @classmethod
    def _of_outlets(cls, value: timedelta | None, info: ValidationInfo) -> timedelta | None:
        if value is not None and info.data.get("min_sources", 0) is None:
            raise ValueError("needs min_sources: within says in which time so many outlets must come")
        return value

    @field_validator("to")
    @classmethod
    def _somewhere(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("a rule needs at least one target")
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _about_something(self) -> "AlertConfig":
        if all(getattr(self, condition) in (None, ()) for condition in CONDITIONS):
            raise ValueError(f"a rule needs a condition, one of {any_of(CONDITIONS)}")
        return self


Targets = Annotated[dict[Text, Annotated[TargetConfig, BeforeValidator(mapping)]], BeforeValidator(mapping)]


def target_settings(names: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Name the settings of these targets that a variable can give: `targets_desk_secret`."""
    return {
        f"targets_{name}_{key}": ("targets", name, key)
        for name in names
        if TARGET_NAME.fullmatch(name)
        for key in TargetConfig.model_fields
    }
