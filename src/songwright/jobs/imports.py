"""Objects named by text, ``package.module:name``."""

from __future__ import annotations

import importlib
from typing import Any


def load_object(text: str) -> Any:
    """Import what ``text`` names. Raises ValueError when the text or the name is wrong, ImportError for the module.

    >>> load_object("math:tau") > 6
    True
    """
    module, _, name = text.partition(":")
    if not module or not name:
        raise ValueError(f"{text!r} does not name an object: write package.module:name")
    found = importlib.import_module(module)
    for part in name.split("."):
        if not hasattr(found, part):
            raise ValueError(f"{module} has no {name!r}")
        found = getattr(found, part)
    return found
