"""The OpenAPI document: complete, and every answer keeps to it, whatever is asked."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from sqlalchemy import Engine

from storage.corrections import CorrectionRow
from tests.web.hostile_strings import HOSTILE
from tests.web.serving import TOKEN, Client, asking, parts_on, served
from web.app import create_app
from web.desk import Decision, DecisionRefused

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
]
READS = (
    "compare_versions", "get_article", "get_article_history", "get_cluster", "get_cluster_timeline", "get_correction",
    "get_source", "get_status", "list_cluster_events", "list_clusters", "list_copying", "list_corrections",
    "list_events", "list_feeds", "list_sources", "list_wires", "search",
)  # fmt: skip
OTHERS = ("correct", "stream_events")
EXAMPLES = 12
"""Of each operation in each mode; what goes wrong goes wrong early."""

TAKEN = {
    "merge": ("kind", "author", "note", "clusters"),
    "split": ("kind", "author", "note", "cluster", "articles"),
    "pin": ("kind", "author", "note", "cluster"),
    "never": ("kind", "author", "note", "articles"),
    "undo": ("kind", "author"),
}

STRINGS = st.sampled_from([one for one in HOSTILE.values() if len(one) < 1_000 and "\ud800" not in one])


@pytest.fixture(scope="module")
def client(hostile_store: Engine) -> Iterator[Client]:
    with asking(parts_on(hostile_store)) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def schema(hostile_store: Engine) -> Iterator[Any]:
    with served(create_app(parts_on(hostile_store))) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the operations of the API; the output feeds have their own tests."""
    paths = [operations for path, operations in document["paths"].items() if path.startswith("/api/")]
    return {one["operationId"]: one for path in paths for one in path.values()}


def within(document: dict[str, Any], name: str) -> set[str]:
    """Return a schema and those that it is made of."""
    parts = re.findall(r"#/components/schemas/(\w+)", json.dumps(document["components"]["schemas"][name]))
    return {name}.union(*(within(document, part) for part in parts))


def test_every_operation_is_told_in_full(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = operations(document)
    assert sorted(found) == sorted([*READS, *OTHERS])
    for name, one in found.items():
        assert one["summary"], name
        assert one["description"], name
        assert one["tags"], name
        assert {"422", "503", "504"} <= one["responses"].keys(), name
        for status, answer in one["responses"].items():
            assert answer["description"], (name, status)
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_every_field_has_a_description(document: dict[str, Any]) -> None:
    # The figures of `status`, and shapes with a field called `from`, tell their fields in one text.
    in_one_text = {*within(document, "Overview"), "ChangeShape", "CopyingShape"}
    in_one_text |= {"Merge", "Split", "Pin", "Never", "Undo"}
    for name, schema in document["components"]["schemas"].items():
        assert "description" in schema, name
        for field, shape in schema.get("properties", {}).items():
            told = "description" in shape or "$ref" in shape  # a shape of its own tells itself
            assert told or name in in_one_text, (name, field)


@pytest.mark.parametrize("name", READS)
def test_answers_keep_to_the_document(schema: Any, name: str) -> None:
    operation = schema.find_operation_by_id(name)
    modes = schemathesis.GenerationMode
    names = [one.name for one in operation.query]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            operation.as_strategy(generation_mode=modes.POSITIVE), operation.as_strategy(generation_mode=modes.NEGATIVE)
        ),
        ours=st.dictionaries(st.sampled_from(names), STRINGS, max_size=2) if names else st.just({}),
    )
    def check(case: Any, ours: dict[str, str]) -> None:
        case.query = {**(case.query or {}), **ours}
        case.call_and_validate(checks=CHECKS, timeout=30)

    check()


class RefusingDesk:
    """Refuses what comes through as a decision."""

    def hand_in(self, decision: Decision) -> CorrectionRow:
        raise DecisionRefused(f"{decision.author}: {decision.note}")

    def take_back(self, number: int, author: str) -> CorrectionRow:
        raise DecisionRefused(f"{author} does not take {number} back")


def test_decisions_keep_to_the_document(hostile_store: Engine) -> None:
    with served(create_app(parts_on(hostile_store, desk=RefusingDesk()))) as address:
        operation: Any = schemathesis.openapi.from_url(f"{address}/openapi.json").find_operation_by_id("correct")
        modes = schemathesis.GenerationMode
        decisions = st.builds(
            lambda kind, author, note, numbers: {
                "kind": kind, "author": author, "note": note, "articles": numbers, "cluster": numbers[0],
                "clusters": numbers,
            },
            st.sampled_from(["merge", "split", "pin", "never", "undo"]), STRINGS, STRINGS,
            st.lists(st.integers(-1, 2**63), min_size=2, max_size=3),
        )  # fmt: skip

        @settings(
            max_examples=2 * EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of(
                operation.as_strategy(generation_mode=modes.POSITIVE),
                operation.as_strategy(generation_mode=modes.NEGATIVE),
            ),
            ours=st.one_of(st.none(), decisions),
        )
        def check(case: Any, ours: dict[str, Any] | None) -> None:
            if ours is not None:
                case.body = {name: value for name, value in ours.items() if name in TAKEN[ours["kind"]]}
                case.media_type = "application/json"
            case.call_and_validate(checks=CHECKS, timeout=30, headers={"Authorization": f"Bearer {TOKEN}"})

        check()
