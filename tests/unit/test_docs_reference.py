"""The reference page names everything there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from songwright import errors
from songwright.app import openapi_document
from songwright.cli.commands import app, db_app, policy_app, token_app
from songwright.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "reference.md").read_text(encoding="utf-8")


def _subclasses(cls):
    return {cls}.union(*(_subclasses(sub) for sub in cls.__subclasses__()))


def _commands():
    for prefix, group in (("", app), ("token ", token_app), ("db ", db_app), ("policy ", policy_app)):
        for command in group.registered_commands:
            if not command.hidden:
                yield prefix + (command.name or command.callback.__name__)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_described(name):
    assert f"| `SONGWRIGHT_{name.upper()}` |" in PAGE
    assert Settings.model_fields[name].description


@pytest.mark.parametrize(
    "route", sorted(f"{m.upper()} {p}" for p, ms in openapi_document()["paths"].items() for m in ms)
)
def test_every_route_is_described(route):
    assert f"`{route}`" in PAGE


@pytest.mark.parametrize("code", sorted({cls.code for cls in _subclasses(errors.SongwrightError)}))
def test_every_error_code_is_described(code):
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_is_described(command):
    assert f"`songwright {command}`" in PAGE
