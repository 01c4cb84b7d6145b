"""How SQLite spells the expressions of `ways`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from calmreply.adapters.storage.ways import GivenNumbers, GivenWords, Together


@compiles(GivenNumbers, "sqlite")
@compiles(GivenWords, "sqlite")
def given(element: GivenNumbers | GivenWords, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **more)})"


@compiles(Together, "sqlite")
def together(element: Together, compiler: SQLCompiler, **more: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **more)}, ' ')"
