"""Answers to programs that may ask twice, where every node finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "given_answers",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("asked", sa.LargeBinary, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.PrimaryKeyConstraint("key", name="pk_given_answers"),
    )
    op.create_index("ix_given_answers_since", "given_answers", ["since"])
