"""Files that hold further sources."""

from pathlib import Path

import pytest

from daemon.config import ConfigError, load_config


def source(name: str) -> str:
    url = f"https://{name}.example"
    return (
        f"  - id: {name}\n    name: {name}\n    homepage: {url}\n    country: JO\n    feeds:\n      - url: {url}/rss\n"
    )


def write(folder: Path, **files: str) -> Path:
    """Write files (double underscores in a name are slashes) and return the path of the main one."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "config.yaml"


def ids(path: Path) -> list[str]:
    return [source.id for source in load_config(path, {}).sources]


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    return [str(problem).replace(f"{path.parent}/", "") for problem in caught.value.problems]


def test_included_sources_follow_those_of_the_file_in_the_order_named(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [d/*.yaml, one.yaml, d/b.yaml]\nsources:\n" + source("main"),
        one="sources:\n" + source("one"),
        d__b="sources:\n" + source("b"),
        d__a="sources:\n" + source("a"),
    )
    assert ids(path) == ["main", "a", "b", "one"]


def test_paths_may_be_absolute_and_reach_into_subfolders(tmp_path: Path) -> None:
    other = tmp_path / "else[where]"
    write(other, config="sources:\n" + source("far"), deep__er__x="sources:\n" + source("deep"))
    path = write(tmp_path / "etc", config=f'include: ["{tmp_path}/else[[]where]/**/x.yaml"]')
    assert ids(path) == ["deep"]
    path = write(other, config="include: deep/**/*.yaml")
    assert ids(path) == ["deep"]


def test_what_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    path = write(tmp_path, config="include:\n  - none.yaml\n  - none/*.yaml\nsources: []\n")
    assert problems(path) == [
        'config.yaml:3: include[1]: no file matches "none/*.yaml"',
        "none.yaml: cannot be read: No such file or directory",
    ]


def test_an_included_file_holds_sources_and_nothing_else(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [a.yaml, b.yaml, c.yaml, d.yaml]\n",
        a="sources: []\ninclude: [config.yaml]\nfetch: {every: 1h}\n",
        b="- id: x\n",
        c="source: []\n",
        d="sources:\n",
    )
    assert problems(path) == [
        'a.yaml:2: include: an included file holds only "sources"; this belongs into config.yaml',
        'a.yaml:3: fetch: an included file holds only "sources"; this belongs into config.yaml',
        'b.yaml:1: an included file holds "sources:" and nothing else',
        'c.yaml:1: an included file needs "sources:"',
        'c.yaml:1: source: an included file holds only "sources"; this belongs into config.yaml',
        'd.yaml:1: sources: nothing in it; write "sources: []" if that is meant',
    ]


def test_a_file_that_includes_itself_is_told_so(tmp_path: Path) -> None:
    path = write(tmp_path, config='include: ["*.yaml"]\nsources: []\n', other="sources: []\n")
    assert problems(path) == ['config.yaml:1: include[0]: "*.yaml" includes this very file']


def test_names_that_lead_nowhere_are_mistakes_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("x")  # a short name: long paths are shown shortened
    (folder / "loop.yaml").symlink_to("loop.yaml")
    path = write(folder, config='include:\n  - loop.yaml\n  - "zero\\0.yaml"\nsources: []\n')
    assert problems(path) == [
        "config.yaml:3: include[1]: must be one line without control characters",
        "loop.yaml: cannot be read: Too many levels of symbolic links",
        '"zero\\x00.yaml": cannot be read: embedded null byte',
    ]


def test_mistakes_of_all_files_come_together_each_with_its_own_place(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [a.yaml, b.yaml]\nfetch: {every: 15}\nsources:\n" + source("main"),
        a="# one\nsources:\n" + source("a") + source("main"),
        b="sources:\n" + source("b").replace("JO", "XX").replace("https://b.example/rss", "https://a.example/rss"),
    )
    assert problems(path) == [
        'a.yaml:9: sources[1].id: the source id "main" is taken; first in config.yaml:4 (sources[0].id)',
        "a.yaml:14: sources[1].feeds[0].url: this feed stands twice; first in config.yaml:9 (sources[0].feeds[0].url)",
        'b.yaml:5: sources[0].country: not a two-letter ISO 3166 country code: "XX"',
        "b.yaml:7: sources[0].feeds[0].url: this feed stands twice; first in a.yaml:8 (sources[0].feeds[0].url)",
        'config.yaml:2: fetch.every: a number without a unit: 15; write "15s" or "15m"',
    ]


def test_wrong_yaml_in_one_file_does_not_hide_the_mistakes_of_another(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        config="include: [a.yaml, b.yaml]\nweb: {port: x}\nsources: []\n",
        a="sources: [\n",
        b="sources:\n" + source("B"),
    )
    found = problems(path)
    assert found[0].startswith("a.yaml:2: wrong YAML: ")
    assert found[1].startswith("b.yaml:2: sources[0].id: must begin with a-z")
    assert found[2] == 'config.yaml:2: web.port: must be a whole number, got "x"'
    assert len(found) == 3
