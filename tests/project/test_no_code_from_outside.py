"""Nothing that comes from outside can become code: no pickled objects, no shell, no text that is run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("clustering", "daemon", "sources", "storage", "web")

MODULES = {
    "cloudpickle", "code", "dbm", "dill", "joblib", "jsonpickle", "marshal", "multiprocessing", "pickle", "pty",
    "shelve",
}  # fmt: skip
"""They make objects of bytes, start a shell, or pass objects between processes as pickles."""

EXCEPTED = {"daemon/archive_engines/work_crew.py": "multiprocessing"}
"""Processes that one command starts for itself pass texts among themselves over pipes that nobody else can open."""

CALLS = {
    "__import__", "compile", "eval", "exec", "execfile",
    "os.popen", "os.system", "os.execvp", "os.spawnlp",
    "subprocess.getoutput", "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
    "yaml.full_load", "yaml.full_load_all", "yaml.unsafe_load", "yaml.unsafe_load_all",
    "runpy.run_path", "pandas.read_pickle",
}  # fmt: skip
SAFE_LOADERS = {"CSafeLoader", "SafeLoader"}


def faults(source: str) -> Iterator[str]:
    """Yield what of a module could run what it is given, with its line."""
    tree = ast.parse(source)
    safe = SAFE_LOADERS | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(_last(base) in SAFE_LOADERS for base in node.bases)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: {each.name}" for each in node.names if each.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            yield from (f"{node.lineno}: {name}" for name in names if name in CALLS or name.split(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            yield from (f"{node.lineno}: {fault}" for fault in _of_call(node, safe))


def _of_call(call: ast.Call, safe: set[str]) -> Iterator[str]:
    name = ast.unparse(call.func)
    if name in CALLS:
        yield name
    if name in {"yaml.load", "yaml.load_all"}:
        loaders = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "Loader")]
        if not loaders or _last(loaders[0]) not in safe:
            yield name
    for word in call.keywords:
        if word.arg in {"shell", "allow_pickle"} and not (
            isinstance(word.value, ast.Constant) and word.value.value is False
        ):
            yield f"{word.arg}={ast.unparse(word.value)}"


def _last(expression: ast.expr) -> str:
    return ast.unparse(expression).rpartition(".")[2]


def test_no_package_runs_what_it_is_given(root: Path, tracked: list[Path]) -> None:
    code = [file for file in tracked if file.suffix == ".py" and file.parts[0] in PACKAGES]
    assert len(code) > 200
    found = [
        f"{file}:{fault}"
        for file in code
        for fault in faults((root / file).read_text("utf-8"))
        if fault.rpartition(" ")[2] != EXCEPTED.get(str(file))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "import os, marshal",
        "from pickle import loads",
        "from multiprocessing.pool import Pool",
        "from os import system",
        "eval(text)",
        "exec(text)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "subprocess.run(text, shell=given)",
        "await asyncio.create_subprocess_shell(text)",
        "yaml.load(text)",
        "yaml.load(text, Loader=yaml.FullLoader)",
        "yaml.unsafe_load(text)",
        "numpy.load(file, allow_pickle=True)",
    ],
)
def test_such_a_line_would_be_noticed(line: str) -> None:
    assert list(faults(f"async def work():\n    {line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "re.compile(text)",
        "yaml.load(text, Loader=yaml.CSafeLoader)",
        "subprocess.run([program], shell=False)",
        "literal_eval(text)",
        "conn.execute(text)",
    ],
)
def test_what_is_harmless_is_left_alone(line: str) -> None:
    assert not list(faults(line))
