"""The first tables: cases with their keys and fences, their sealed entries, links and browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("key_check", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("owner", sa.Text),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("destroy_at", sa.BigInteger),
        sa.Column("swept", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_destroy_at", "cases", ["destroy_at"])
    op.create_table(
        "entries",
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("command", sa.Text),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_entries"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_entries_case_id_cases"),
        sa.UniqueConstraint("case_id", "command", name="uq_entries_case_id_command"),
        sa.CheckConstraint("position > 0", name=op.f("ck_entries_counted_from_one")),
    )
    for name, *more in (("links", sa.Column("expires", sa.BigInteger, nullable=False)), ("browsers",)):
        op.create_table(
            name,
            sa.Column("hash", sa.LargeBinary, nullable=False),
            sa.Column("session", sa.Text, nullable=False),
            sa.Column("seat", sa.Text, nullable=False),
            *more,
            sa.PrimaryKeyConstraint("hash", name=f"pk_{name}"),
            sa.ForeignKeyConstraint(["session"], ["cases.id"], name=f"fk_{name}_session_cases"),
        )
        op.create_index(f"ix_{name}_session", name, ["session"])
        op.create_index(f"ix_{name}_seat", name, ["seat"])
