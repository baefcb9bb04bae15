"""The direction of imports: who may know whom. Read from the source, so nothing has to be importable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "songwright"
LEAVES = {"__version__", "errors", "settings"}  # values without behaviour
NATIVE = "engines.native."

ALLOWED: dict[str, set[str]] = {
    "domain": set(),
    "errors": set(),
    "settings": set(),
    "logs": LEAVES,
    "assets": {"domain", *LEAVES},
    "policy": {"domain", *LEAVES},
    "store": {"domain", *LEAVES},
    "delivery": {"domain", "store", *LEAVES},
    "jobs": {"domain", "store", "delivery", *LEAVES},
    "http": {"domain", "jobs", "store", "assets", "policy", *LEAVES},
    "client": {"domain", *LEAVES},
    "engines": {"domain", *LEAVES},
    NATIVE + "styles": {"domain"},
    NATIVE + "voice": {"domain", "errors"},
    NATIVE + "lyrics": {"domain"},
    NATIVE + "play": {"domain"},
    NATIVE + "mix": {"domain"},
    NATIVE + "analyse": {"domain", NATIVE + "mix"},
    NATIVE + "separate": {"domain", NATIVE + "analyse"},
    NATIVE + "master": {"domain", NATIVE + "mix"},
    NATIVE + "interpret": {"domain", NATIVE + "styles", NATIVE + "lyrics"},
    NATIVE + "arrange": {"domain", NATIVE + "styles"},
    NATIVE + "compose": {"domain", NATIVE + "styles", NATIVE + "lyrics"},
    NATIVE + "perform": {"domain", NATIVE + "styles"},
}
"""What each part may import. Parts of the native engine that are not listed may import any of them."""

WIRES = {"app", "workshop", "cli", "evaluation", "__main__"}  # these put the parts together
NOBODY_IMPORTS = {"http": {"app"}, "cli": {"__main__"}, "studio": set(), "evaluation": {"cli"}}


def _part(names: tuple[str, ...]) -> str:
    if names[:2] == ("engines", "native"):
        return NATIVE + names[2] if len(names) > 2 else NATIVE + "__init__"
    return names[0] if names else "__init__"


def _imports(path: Path) -> Iterator[str]:
    """Parts that one module imports, absolute or relative, at any depth of its code."""
    container = path.relative_to(SOURCE).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ("songwright", *container[: len(container) - node.level + 1])
            module = ".".join((*base, *(node.module or "").split("."))).rstrip(".")
            found = [module] if node.module else [f"{module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [node.module or ""]
            if node.module == "songwright":
                found = [f"songwright.{alias.name}" for alias in node.names]
        else:
            continue
        for name in found:
            if name.split(".")[0] == "songwright":
                yield _part(tuple(name.split(".")[1:]))


def _edges() -> list[tuple[str, str, str]]:
    edges = []
    for path in sorted(SOURCE.rglob("*.py")):
        relative = path.relative_to(SOURCE).with_suffix("")
        names = relative.parts[:-1] if relative.name == "__init__" else relative.parts
        source = _part(names)
        edges += [(source, target, str(relative)) for target in _imports(path) if target != source]
    return edges


EDGES = _edges()


def test_the_walk_sees_the_package() -> None:
    assert len({module for _, _, module in EDGES}) > 30
    assert any(edge[:2] == ("assets", "domain") for edge in EDGES)


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_parts_import_only_what_they_may(part: str) -> None:
    wrong = [
        f"{module} imports {target}"
        for source, target, module in EDGES
        if source == part and target not in ALLOWED[part]
    ]
    assert not wrong, wrong


def test_engine_assembly_stays_inside_the_engine() -> None:
    wrong = [
        f"{module} imports {target}"
        for source, target, module in EDGES
        if source.startswith(NATIVE)
        and source not in ALLOWED
        and not target.startswith(NATIVE)
        and target not in {"domain", "engines", *LEAVES}
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("part", sorted(NOBODY_IMPORTS))
def test_outer_parts_are_not_imported(part: str) -> None:
    wrong = [module for source, target, module in EDGES if target == part and source not in NOBODY_IMPORTS[part]]
    assert not wrong, wrong


def test_every_part_has_a_rule() -> None:
    parts = {source for source, _, _ in EDGES if not source.startswith(NATIVE)}
    assert parts <= set(ALLOWED) | WIRES | {"__init__"}, parts - set(ALLOWED) - WIRES
