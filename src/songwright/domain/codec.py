"""Frozen values to JSON and back, by their own type annotations.

Tuples become lists, enums their values, dataclasses objects without their default-valued fields. Canonical
text (sorted keys, no spaces) makes equal values equal bytes, which content keys rest on.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def to_data(value: Any) -> Any:
    """A dataclass tree as plain JSON data. Raises TypeError on a value JSON has no form for."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: to_data(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if getattr(value, f.name) != f.default or f.default is dataclasses.MISSING
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_data(v) for v in typing.cast("tuple[Any, ...]", value)]
    if isinstance(value, dict):
        return {str(k): to_data(v) for k, v in typing.cast("dict[Any, Any]", value).items()}
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a plan cannot hold {type(value).__name__}")


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def from_data(cls: type[T], data: Any) -> T:
    """The inverse of :func:`to_data` for a dataclass type. Unknown keys are an error (ValueError)."""
    return typing.cast(T, _read(cls, data))


def _read(kind: Any, data: Any) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        return _read(next(a for a in args if a is not type(None)), data)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_read(args[0], v) for v in data)
        return tuple(_read(a, v) for a, v in zip(args, data, strict=True))
    if origin is dict:
        return {k: _read(args[1], v) for k, v in data.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        unknown = set(data) - set(hints)
        if unknown:
            raise ValueError(f"{kind.__name__} has no field {sorted(unknown)[0]!r}")
        return kind(**{name: _read(hints[name], v) for name, v in data.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is float:
        return float(data)
    return data


def canonical_json(value: Any) -> str:
    """The one text of a value: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(to_data(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_key(value: Any) -> str:
    """SHA-256 (hex) of the canonical text. No clock in it: equal requests, equal keys."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
