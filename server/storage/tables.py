"""Every table, as the newest migration leaves it (a test holds the two together).

Times are milliseconds since 1970. Nothing in here can be read without a key: content is sealed, secrets are hashed,
names of people occur only inside sealed content.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row: what binds this database to the master key beside it.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_check", LargeBinary, nullable=False),  # a known text sealed under the master key
    CheckConstraint("id = 1", name="one_row"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("wrapped_key", LargeBinary),  # NULL once the key is destroyed
    Column("fence", Integer, nullable=False, server_default="0"),  # grows by 1 whenever the case is taken
    Column("owner", Text),  # the node that holds the newest fence, for people who look for it
    Column("created", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("destroy_at", BigInteger),
    Column("swept", Boolean, nullable=False, server_default=false()),  # true when the destruction is finished
    Index("ix_cases_destroy_at", "destroy_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("command", Text),  # its alias under the case's key
    UniqueConstraint("case_id", "command"),
    CheckConstraint("position > 0", name="counted_from_one"),
)

# The sessions of a case follow one another under its id, so both tables below hang on the case and die with it.
links = Table(
    "links",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # SHA-256 of the secret
    Column("session", Text, ForeignKey("cases.id"), nullable=False, index=True),
    Column("seat", Text, nullable=False, index=True),
    Column("expires", BigInteger, nullable=False),
)

browsers = Table(
    "browsers",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # SHA-256 of the cookie
    Column("session", Text, ForeignKey("cases.id"), nullable=False, index=True),
    Column("seat", Text, nullable=False, index=True),
)
