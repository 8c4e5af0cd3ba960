"""Migrations make what the tables say, and run up, down and up again over data."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Text, inspect, text

from service.domain.group import Landmark, Places, Street
from service.domain.permissions import Role
from service.settings import Settings
from service.store.engine import WRITES, connect
from service.store.migrate import NewerDatabase, alembic_config, check_references, migrate
from service.store.tables import metadata
from tests.service.store.conftest import PHONE, Place


def downgrade(settings: Settings, revision: str = "base") -> None:
    engine = connect(settings, migrating=True)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        command.downgrade(alembic_config(connection), revision)
    engine.dispose()


def test_the_migrations_make_exactly_the_tables(place: Place) -> None:
    with place.store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
        checks = inspect(connection).get_check_constraints("reports")
    assert [check["name"] for check in checks] == ["ck_reports_practice_stays_inside"]


def test_down_and_up_again_over_data(place: Place) -> None:
    place.report()
    with place.store.begin() as unit:
        unit.groups.import_streets(place.group.id, [Street("Kerkstraat")])
    downgrade(place.settings)
    with place.store.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate(place.settings)
    with place.store.begin() as unit:
        assert unit.groups.list() == ()
        group = unit.groups.add("again", "Opnieuw", ["nl"])
        assert unit.residents.find_or_add(group.id, PHONE).pseudonym


def test_accounts_stay_when_sign_ins_come_and_go(place: Place) -> None:
    with place.store.begin() as unit:
        user = unit.users.add(place.group.id, "anna", Role.MODERATOR, "argon2")
        unit.sign_ins.add(user.id)
    downgrade(place.settings, "0001")
    with place.store.engine.connect() as connection:
        assert "sign_ins" not in inspect(connection).get_table_names()
    with place.store.read() as unit:
        assert unit.users.by_id(user.id) == user
    migrate(place.settings)
    with place.store.begin() as unit:
        assert unit.users.by_id(user.id) == user
        again = unit.sign_ins.add(user.id)
        assert unit.sign_ins.find(again.id) == again


def test_streets_stay_when_landmarks_come_and_go(place: Place) -> None:
    zeeweg = Street("Zeeweg", ("2511AB",), 52.5, 4.25, "77", ("Strandweg",), ((1, 99),))
    mark = Landmark("Moskee An-Noor", ("An-Noor",), "Zeeweg", 52.5, 4.5, "m1")
    with place.store.begin() as unit:
        unit.groups.import_streets(place.group.id, [zeeweg], [mark])
    with place.store.read() as unit:
        assert unit.groups.places(place.group.id) == Places((zeeweg,), (mark,))
    downgrade(place.settings, "0002")
    migrate(place.settings)
    with place.store.begin() as unit:
        kept = replace(zeeweg, spoken=(), numbers=())
        assert unit.groups.places(place.group.id) == Places((kept,), ())
        assert unit.groups.street(place.group.id, "Zeeweg") == kept
        unit.groups.import_streets(place.group.id, [zeeweg], [mark])
        assert unit.groups.landmark(place.group.id, mark.name) == mark


def test_migrating_again_changes_nothing(place: Place) -> None:
    report = place.report()
    migrate(place.settings)
    with place.store.read() as unit:
        assert unit.reports.by_id(report.id) == report


def test_several_processes_may_migrate_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [settings] * 4))
    engine = connect(settings)
    with engine.connect() as connection:
        assert "reports" in inspect(connection).get_table_names()
    engine.dispose()


def test_a_database_of_newer_code_is_left_alone(place: Place) -> None:
    with place.store.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="newer version"):
        migrate(place.settings)


def test_a_table_that_others_refer_to_may_be_changed_by_copying_it(place: Place) -> None:
    report = place.report()
    engine = connect(place.settings, migrating=True)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        with Operations(MigrationContext.configure(connection)).batch_alter_table("groups", recreate="auto") as table:
            table.alter_column("name", new_column_name="called")
            table.add_column(Column("motto", Text, nullable=False, server_default=""))
        check_references(connection)
        assert connection.execute(text("SELECT called FROM groups")).scalars().all()
    engine.dispose()
    with place.store.read() as unit:
        assert unit.reports.by_id(report.id).group_id == place.group.id


def test_a_migration_that_breaks_references_is_refused(place: Place) -> None:
    place.report()
    engine = connect(place.settings, migrating=True)
    refused = pytest.raises(Exception, match=r"refer to nothing|foreign key")
    with refused, engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text("DELETE FROM groups"))
        check_references(connection)
    engine.dispose()
