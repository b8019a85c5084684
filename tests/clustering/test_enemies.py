"""What fools a careless grouping: each kind of enemy on texts written for the project, through the real clusterer."""

import pytest

from clustering.placement import Placement
from tests.clustering.enemy_scenes import FOLDER, Scene, scenes
from tests.clustering.placing import run

KINDS = (
    *("cables", "executions", "weather", "prices", "prayer_times", "league_tables", "relief_flights"),
    *("follow_up", "round_up", "furniture", "short_items", "live_pages", "reused_url"),
)


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: f"{scene.kind}-{scene.name}")
def test_texts_are_grouped_as_a_careful_reader_would(scene: Scene) -> None:
    wrong = scene.wrong()
    assert not wrong, "\n" + "\n".join(scene.told(pair) for pair in wrong)


def test_every_kind_of_enemy_has_its_file_and_many_pairs() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(KINDS)
    pairs = [pair for scene in scenes() for pair in scene.pairs]
    assert len(pairs) >= 100
    assert sum(not pair.together for pair in pairs) >= 50


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_stories_to_keep_apart_and_copies_to_keep_together(kind: str) -> None:
    found = [scene for scene in scenes() if scene.kind == kind]
    assert len(found) >= 2
    assert {pair.together for scene in found for pair in scene.pairs} == {True, False}


@pytest.mark.parametrize("scene", [one for one in scenes() if one.kind == "round_up"], ids=lambda scene: scene.name)
def test_a_round_up_is_recorded_as_carrying_its_item(scene: Scene) -> None:
    placements = run(list(scene.texts.values())).placements
    carried = [(one, inside) for placement in placements.values() for one, inside in _carried(placement)]
    assert carried
    assert {inside for _, inside in carried} == {True, False}  # the item before the round-up, and after it


def _carried(placement: Placement) -> list[tuple[int, bool]]:
    return [(one.other, one.inside) for one in placement.carried]
