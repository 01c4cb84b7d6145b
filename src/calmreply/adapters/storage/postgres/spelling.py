"""How PostgreSQL spells the expressions of `storage.ways`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from calmreply.adapters.storage.ways import GivenNumbers, GivenWords, Together


@compiles(GivenNumbers, "postgresql")
def numbers(element: GivenNumbers, compiler: SQLCompiler, **more: Any) -> str:
    return _given("CAST(one AS bigint)", compiler.process(element.clauses, **more))


@compiles(GivenWords, "postgresql")
def words(element: GivenWords, compiler: SQLCompiler, **more: Any) -> str:
    return _given("one", compiler.process(element.clauses, **more))


@compiles(Together, "postgresql")
def together(element: Together, compiler: SQLCompiler, **more: Any) -> str:
    return f"string_agg(CAST({compiler.process(element.clauses, **more)} AS text), ' ')"


def _given(value: str, some: str) -> str:
    each = f"jsonb_array_elements_text(CAST({some} AS jsonb))"
    return f"(SELECT {value} AS value FROM {each} AS one)"  # noqa: S608 - words of our own
