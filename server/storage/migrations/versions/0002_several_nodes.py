"""Several nodes: who runs, snapshots, the audit, pages of files and used tickets where every node finds them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("ix_cases_owner", "cases", ["owner"])
    op.create_table(
        "nodes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("started", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("load", sa.Integer, nullable=False, server_default="0"),
        sa.Column("draining", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        sa.UniqueConstraint("name", name="uq_nodes_name"),
    )
    op.create_table(
        "snapshots",
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_snapshots"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_snapshots_case_id_cases"),
    )
    op.create_table(
        "audit",
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "position", name="pk_audit"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_audit_case_id_cases"),
    )
    op.create_table(
        "file_pages",
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_file_pages"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_file_pages_case_id_cases"),
    )
    op.create_table(
        "spent_tickets",
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_spent_tickets"),
    )
    op.create_index("ix_spent_tickets_ends", "spent_tickets", ["ends"])
