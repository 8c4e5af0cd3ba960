"""How alembic reaches the database: the connection it is given, else the database of the settings."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from service.settings import Settings
from service.store.engine import WRITES, connect
from service.store.migrate import check_references
from service.store.tables import metadata


def _render(kind: str, item: object, _autogen: object) -> str | bool:
    """Write plain types into migrations, which must not change when our column types do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=_render,
        render_as_batch=True,  # SQLite changes tables by copying them
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with connect(Settings(), migrating=True).connect().execution_options(**{WRITES: True}) as opened, opened.begin():
        _run(opened)
        check_references(opened)
