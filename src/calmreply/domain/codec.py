"""Values to JSON and back, and the one canonical form that is hashed and signed.

Works on frozen dataclasses made of str, int, float, bool, bytes (as hex), datetime (RFC 3339,
UTC), enums (by value), tuples, optional and nested dataclasses. The canonical form is RFC 8785
for what we put into it: ASCII keys, no floats in what is signed.
"""

from __future__ import annotations

import hashlib
import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of JSON-able data with ASCII keys."""
    return canonical_text(value).encode("utf-8", "surrogatepass")


def canonical_text(value: Any) -> str:
    """The same before it is bytes. Raises ValueError for a number that is none."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds and a Z. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_json(value: Any) -> Any:
    """Plain JSON-able data for a value of ours."""
    if type(value) in _AS_IT_IS:
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(to_json(item) for item in value)
    return value


def from_json(kind: type[T], data: Any) -> T:
    """The value of type `kind` out of what `to_json` made. Raises ValueError if it does not fit.

    Fields missing in `data` take their default, so that old lines stay readable.
    """
    try:
        return typing.cast("T", _decode(kind, data))
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


@lru_cache(maxsize=256)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        inner = [arg for arg in typing.get_args(kind) if arg is not type(None)]
        return _decode(inner[0], data)
    if origin in (tuple, frozenset):
        if not isinstance(data, list):
            raise TypeError(f"{data!r} is no list")
        args = typing.get_args(kind)
        if origin is frozenset or (len(args) == 2 and args[1] is Ellipsis):
            return origin(_decode(args[0], item) for item in data)
        return tuple(_decode(arg, item) for arg, item in zip(args, data, strict=True))
    if isinstance(kind, typing.NewType):
        return _decode(kind.__supertype__, data)
    if kind is typing.Any:
        return data
    return _decode_plain(kind, data)


def _decode_plain(kind: Any, data: Any) -> Any:
    if is_dataclass(kind):
        if not isinstance(data, dict):
            raise TypeError(f"{data!r} is no {getattr(kind, '__name__', kind)}")
        hints = _hints(typing.cast("type", kind))
        known = {name: _decode(hint, data[name]) for name, hint in hints.items() if name in data}
        return typing.cast("type", kind)(**known)
    if issubclass(kind, Enum):
        return kind(data)
    if kind is datetime:
        moment = datetime.fromisoformat(data)
        if moment.tzinfo is None:
            raise ValueError(f"{data} has no zone")
        return moment.astimezone(UTC)
    if kind is bytes:
        return bytes.fromhex(data)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data
