"""Landmarks, other names of streets and their house numbers, so that people may say where in their own words."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("streets") as streets:
        streets.add_column(sa.Column("spoken", sa.JSON(), nullable=False, server_default="[]"))
        streets.add_column(sa.Column("numbers", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("streets") as streets:
        streets.alter_column("spoken", server_default=None)
        streets.alter_column("numbers", server_default=None)
    op.create_table(
        "landmarks",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("gazetteer_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_landmarks_group_id_groups")),
        sa.PrimaryKeyConstraint("group_id", "name", name=op.f("pk_landmarks")),
    )


def downgrade() -> None:
    op.drop_table("landmarks")
    with op.batch_alter_table("streets") as streets:
        streets.drop_column("numbers")
        streets.drop_column("spoken")
