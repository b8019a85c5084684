"""The whole configuration, and the door through which plain values become one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, field_validator

from daemon.config.alerting import AlertConfig, TargetConfig, Targets
from daemon.config.duration import format_duration
from daemon.config.outlets import FeedConfig, SourceConfig
from daemon.config.problems import KeyPath
from daemon.config.sections import (
    ClusteringConfig,
    FetchConfig,
    LimitsConfig,
    MetricsConfig,
    PagesConfig,
    RetentionConfig,
    Section,
    WebConfig,
)
from daemon.config.values import Database, Text, nothing, section, several


class Config(Section):
    """Everything that config.yaml, its included files and the environment say."""

    # Not in repr: the URL may hold a password, and settings end up in logs.
    database: Database = Field(
        default="sqlite:///riwaya.db", repr=False, description="Where everything is stored: SQLite or PostgreSQL."
    )
    fetch: Annotated[FetchConfig, BeforeValidator(section)] = Field(
        default=FetchConfig(), description="How feeds are fetched."
    )
    pages: Annotated[PagesConfig, BeforeValidator(section)] = Field(
        default=PagesConfig(), description="How the pages of articles are read."
    )
    clustering: Annotated[ClusteringConfig, BeforeValidator(section)] = Field(
        default=ClusteringConfig(), description="How copies of one story are found."
    )
    web: Annotated[WebConfig, BeforeValidator(section)] = Field(default=WebConfig(), description="The web interface.")
    metrics: Annotated[MetricsConfig, BeforeValidator(section)] = Field(
        default=MetricsConfig(), description="What a monitoring system may ask."
    )
    limits: Annotated[LimitsConfig, BeforeValidator(section)] = Field(
        default=LimitsConfig(), description="What the service may use of the machine."
    )
    retention: Annotated[RetentionConfig, BeforeValidator(section)] = Field(
        default=RetentionConfig(), description="How long records are kept."
    )
    include: Annotated[tuple[Text, ...], BeforeValidator(several)] = Field(
        default=(), description="Further files with sources, as paths or patterns seen from the file that names them."
    )
    sources: tuple[SourceConfig, ...] = Field(description="The outlets to watch.")
    targets: Targets = Field(default={}, description="Where alerts go, by name.")
    alerts: Annotated[tuple[AlertConfig, ...], BeforeValidator(nothing)] = Field(
        default=(), description="The rules that say what rings, and where."
    )

    @field_validator("retention")
    @classmethod
    def _compared_first(cls, value: RetentionConfig, info: ValidationInfo) -> RetentionConfig:
        clustering = info.data.get("clustering")
        if clustering and value.lone_articles is not None and value.lone_articles <= clustering.window:
            raise ValueError(
                f"lone_articles must be longer than clustering.window ({format_duration(clustering.window)}), in which"
                " an article may still find company"
            )
        return value


SECTIONS: Mapping[str, type[Section]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
"""The sections of settings by name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that does not fit: where, what kind of misfit (pydantic's word), the value, and the message."""

    path: KeyPath
    kind: str
    value: object
    message: str


def validate(values: Mapping[str, object]) -> Config | tuple[Fault, ...]:
    """Make a Config of plain values, or name everything that is wrong with them."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        return tuple(
            Fault(
                detail["loc"],
                detail["type"],
                detail["input"],
                str(detail["ctx"]["error"]) if detail["type"] == "value_error" else detail["msg"],
            )
            for detail in error.errors(include_url=False)
        )


def scalar_settings() -> dict[str, KeyPath]:
    """Name every setting that one value can express: `fetch_every` stands at ("fetch", "every")."""
    found: dict[str, KeyPath] = {}
    for name, model in SECTIONS.items():
        found |= {f"{name}_{key}": (name, key) for key in model.model_fields}
    return {"database": ("database",), **found}


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """Return the keys that may stand in the mapping at this path."""
    return tuple(_model_at(path).model_fields)


def _model_at(path: KeyPath) -> type[Section]:
    match path:
        case ():
            return Config
        case ("sources", _):
            return SourceConfig
        case ("sources", _, "feeds", _):
            return FeedConfig
        case ("targets", _):
            return TargetConfig
        case ("alerts", _):
            return AlertConfig
        case _:
            return SECTIONS[str(path[0])]
