"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import songwright

MODULES = sorted(
    m.name
    for m in pkgutil.walk_packages(songwright.__path__, "songwright.")
    if "__main__" not in m.name and "migrations" not in m.name
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    assert sum(len(doctest.DocTestFinder().find(importlib.import_module(m))) > 0 for m in MODULES) > 10
