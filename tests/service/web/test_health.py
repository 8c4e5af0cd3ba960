import os
import resource
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from ivr.categories import Category
from service.store.migrate import migrate
from tests.service.web.public_line import PublicLine, public_line

OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}


def samples(answer: TestResponse) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def take_the_database_away(public: PublicLine) -> None:
    public.line.store.close()
    database = public.line.settings.data_dir / "buurtlijn.db"
    for file in database.parent.glob("buurtlijn.db*"):
        file.unlink()
    database.mkdir()


class TestReady:
    def test_a_line_that_can_work_is(self, visitor: FlaskClient) -> None:
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()) == (200, {"status": "ready", "missing": []})
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_line_without_its_database_is_not(self, public: PublicLine, visitor: FlaskClient) -> None:
        take_the_database_away(public)
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["database"])
        assert visitor.get("/healthz").get_json() == {"status": "ok"}

    def test_a_database_of_another_form_is_not(self, public: PublicLine, visitor: FlaskClient) -> None:
        with public.line.store.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["migrations"])

    def test_an_empty_database_is_not(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.line.store.close()
        for file in public.line.settings.data_dir.glob("buurtlijn.db*"):
            file.unlink()
        assert visitor.get("/readyz").get_json()["missing"] == ["migrations"]
        migrate(public.line.settings)
        assert visitor.get("/readyz").status_code == 200

    def test_keys_that_are_gone_are_not_made_anew(self, public: PublicLine, visitor: FlaskClient) -> None:
        keyring = public.line.settings.keyring
        keyring.unlink()
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["keys"])
        assert not keyring.exists()

    @pytest.mark.parametrize("mode", [0o644, 0o600])
    def test_keys_that_are_open_or_broken_are_none(self, public: PublicLine, visitor: FlaskClient, mode: int) -> None:
        keyring = public.line.settings.keyring
        if mode == 0o600:
            keyring.write_text("no keys")
        os.chmod(keyring, mode)  # noqa: PTH101
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["keys"])

    @pytest.mark.parametrize("name", ["spool", "recordings"])
    def test_a_folder_that_cannot_be_written_is_missing(
        self, public: PublicLine, visitor: FlaskClient, name: str
    ) -> None:
        (public.line.settings.data_dir / name).touch()
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["data_folder"])
        assert visitor.get("/healthz").status_code == 200

    def test_a_disk_that_takes_no_more_is_missing(self, visitor: FlaskClient) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))  # Python ignores the signal and gets an error instead
        try:
            answer = visitor.get("/readyz")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["disk_space"])

    def test_a_disk_that_is_nearly_full_is_missing(
        self, public: PublicLine, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        disk = os.statvfs(public.line.settings.data_dir)
        monkeypatch.setattr("service.store.disk.LEAST_FREE", disk.f_bavail * disk.f_frsize * 2)
        answer = visitor.get("/readyz")
        assert (answer.status_code, answer.get_json()["missing"]) == (503, ["disk_space"])
        assert str(public.line.settings.data_dir.parent) not in answer.get_data(as_text=True)

    def test_leaves_nothing_in_the_folders(self, public: PublicLine, visitor: FlaskClient) -> None:
        assert visitor.get("/readyz").status_code == 200
        settings = public.line.settings
        assert [*settings.spool.iterdir(), *settings.recordings.iterdir()] == []

    def test_tells_no_paths(self, public: PublicLine, visitor: FlaskClient) -> None:
        take_the_database_away(public)
        public.line.settings.keyring.unlink()
        answer = visitor.get("/readyz")
        assert answer.get_json()["missing"] == ["database", "keys"]
        assert str(public.line.settings.data_dir.parent) not in answer.get_data(as_text=True)

    def test_keys_may_come_from_the_settings(self, public: PublicLine, tmp_path: Path) -> None:
        keys = public.line.keys.generate()
        with public_line(tmp_path / "other", keys=keys) as line:
            assert line.app.test_client().get("/readyz").status_code == 200


class TestMetrics:
    def test_count_what_there_is(self, public: PublicLine, visitor: FlaskClient) -> None:
        resident = public.resident()
        public.published(category=Category.LITTER)
        public.file(practice=True)
        with public.line.store.begin() as unit:
            unit.outbox.add(public.group.id, resident, "simulator", "+31850000001", "Dag", unique_key="k")
        visitor.get("/nowhere")
        found = samples(visitor.get("/metrics"))
        reports = {labels: value for (name, labels), value in found.items() if name == "buurtlijn_reports"}
        labels = {"category": "litter", "status": "received", "publication": "published"}
        assert reports == {frozenset(labels.items()): 1}
        assert found["buurtlijn_messages", frozenset({("gateway", "simulator"), ("status", "queued")})] == 1
        assert found["buurtlijn_jobs", frozenset({("queue", "fast"), ("state", "due")})] == 0
        assert found["buurtlijn_database_up", frozenset()] == 1
        assert found["buurtlijn_request_seconds_count", frozenset({("route", "(none)"), ("status", "404")})] == 1

    def test_are_there_without_the_database_too(self, public: PublicLine, visitor: FlaskClient) -> None:
        take_the_database_away(public)
        found = samples(visitor.get("/metrics"))
        assert found["buurtlijn_database_up", frozenset()] == 0
        assert "buurtlijn_reports" not in {name for name, _ in found}

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
    def test_are_not_for_the_outside(self, visitor: FlaskClient, header: str) -> None:
        assert visitor.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
        assert visitor.get("/metrics", environ_base=OUTSIDE).status_code == 403
        wrong = {"Authorization": "Bearer no"}
        assert visitor.get("/metrics", headers=wrong, environ_base=OUTSIDE).status_code == 403

    @pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
    def test_are_for_this_machine(self, visitor: FlaskClient, address: str) -> None:
        assert visitor.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 200

    def test_are_for_whoever_has_the_token(self, public: PublicLine, visitor: FlaskClient) -> None:
        token = {"Authorization": f"Bearer {public.line.keys.internal_token}", "X-Forwarded-For": "203.0.113.7"}
        assert visitor.get("/metrics", headers=token, environ_base=OUTSIDE).status_code == 200
