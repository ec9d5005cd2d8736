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
    Column("owner", Text),  # the node (`nodes.id`) that holds the newest fence; NULL: whoever has the least to do
    Column("created", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("destroy_at", BigInteger),
    Column("swept", Boolean, nullable=False, server_default=false()),  # true when the destruction is finished
    Index("ix_cases_destroy_at", "destroy_at"),
    Index("ix_cases_owner", "owner"),
)

# The nodes that run now. A case is owned by the node that it names as long as that node's lease holds; a node that
# could not renew it has closed every gate before (`host.lease`). Times are those of the database's own clock.
nodes = Table(
    "nodes",
    metadata,
    Column("id", Text, primary_key=True),  # a new one at every start
    Column("name", Text, nullable=False, unique=True),  # the operator's, for people; no two may run under one
    Column("started", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("load", Integer, nullable=False, server_default="0"),  # seats that are connected, and a bit for each session
    Column("draining", Boolean, nullable=False, server_default=false()),  # takes nothing any more
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

# A session as it was at a position of its log, so that a long one need not be read from its beginning. May be lost.
snapshots = Table(
    "snapshots",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# What was asked and done, without any content: one sealed line for each append, each chained to the one before it.
audit = Table(
    "audit",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),  # HMAC over the chain before it and what is sealed
)

# Pages of files, where there is no folder that all nodes share.
file_pages = Table(
    "file_pages",
    metadata,
    Column("case_id", Text, ForeignKey("cases.id"), primary_key=True),
    Column("name", Text, primary_key=True),  # an alias under the case's key
    Column("sealed", LargeBinary, nullable=False),
)

# Tickets that were used, until they would have ended anyway: one that was given by one node is used once on any.
spent_tickets = Table(
    "spent_tickets",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("ends", BigInteger, nullable=False, index=True),  # milliseconds since 1970
)

# Answers to programs that may ask again, for some minutes: whichever node they ask, it is the same one.
given_answers = Table(
    "given_answers",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # SHA-256 of the program's Idempotency-Key
    Column("asked", LargeBinary, nullable=False),  # SHA-256 of what it asked
    Column("since", BigInteger, nullable=False, index=True),  # when it was asked, milliseconds since 1970
    Column("sealed", LargeBinary),  # the answer; NULL while it is being made
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
