"""How SQLite spells the expressions of `ways`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from calmreply.adapters.storage.ways import Among, Together


@compiles(Among, "sqlite")
def among(element: Among, compiler: SQLCompiler, **more: Any) -> str:
    value, some = (compiler.process(one, **more) for one in element.clauses)
    return f"{value} IN (SELECT value FROM json_each({some}))"  # noqa: S608 - our own words


@compiles(Together, "sqlite")
def together(element: Together, compiler: SQLCompiler, **more: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **more)}, ' ')"
