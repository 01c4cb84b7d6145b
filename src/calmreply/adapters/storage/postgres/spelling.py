"""How PostgreSQL spells the expressions of `storage.ways`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from calmreply.adapters.storage.ways import Among, AmongNumbers, Together


@compiles(Among, "postgresql")
def among(element: Among, compiler: SQLCompiler, **more: Any) -> str:
    """As an array that is there before the statement begins: so an index is used, however much or
    little the server knows of the table yet.
    """
    value, some = (compiler.process(one, **more) for one in element.clauses)
    each = f"jsonb_array_elements_text(CAST({some} AS jsonb))"
    kind = "bigint" if isinstance(element, AmongNumbers) else "text"
    return f"{value} = ANY (CAST(ARRAY(SELECT {each}) AS {kind}[]))"


@compiles(Together, "postgresql")
def together(element: Together, compiler: SQLCompiler, **more: Any) -> str:
    return f"string_agg(CAST({compiler.process(element.clauses, **more)} AS text), ' ')"
