"""The database's own clock, which every node of an installation shares, whatever its own clock says."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class db_now(FunctionElement[int]):
    """Milliseconds since 1970 when the database comes to it; not the start of the transaction, which may have waited
    for a lock since.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(db_now, "sqlite")
def _sqlite(element: Any, compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(db_now, "postgresql")
def _postgresql(element: Any, compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
