import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.speech import installation
from ivr.speech.installation import download, install_vosk, unpack
from ivr.speech.models import SUMS
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.vosk import is_vosk_model

from .conftest import korean_model

DATA = bytes(range(256)) * 4_000  # 1 MB
LOST = 1 << 14  # at most, where a connection breaks off


class Server(ThreadingHTTPServer):
    """Serves ``DATA``, breaking off after each of ``breaks`` bytes in turn; notes where it was to start."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.breaks: list[int] = []
        self.starts: list[int] = []
        self.resumes = True
        self.status = 0
        self.data = DATA

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/model.zip"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.server.starts.append(start)
        start = start if self.server.resumes else 0
        if self.server.status or start > len(self.server.data):
            self.send_response(self.server.status or 416)
            self.end_headers()
            return
        body = self.server.data[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.breaks:
            body = body[: self.server.breaks.pop(0)]
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


MODEL = {"vosk-model-small-nl-0.22/am/final.mdl": b"m", "vosk-model-small-nl-0.22/conf/model.conf": b"c"}


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any model loads: these tests are about files."""
    monkeypatch.setattr(installation, "load_vosk_model", lambda _folder: None)


def test_a_download_that_breaks_off_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    server.breaks = [300_000, 200_000]
    seen: list[tuple[int, int]] = []
    download(server.url, tmp_path / "model.zip", lambda done, whole: seen.append((done, whole)), wait=0.01)
    assert (tmp_path / "model.zip").read_bytes() == DATA
    first, second, third = server.starts
    assert first == 0
    assert 300_000 - LOST < second <= 300_000
    assert second + 200_000 - LOST < third <= second + 200_000
    assert seen[-1] == (len(DATA), len(DATA))
    assert all(whole == len(DATA) for _, whole in seen)
    assert [path.name for path in tmp_path.iterdir()] == ["model.zip"]


def test_a_later_run_goes_on_too(server: Server, tmp_path: Path) -> None:
    server.breaks = [100_000] * 5
    with pytest.raises(SpeechModelError, match="--from FILE"):
        download(server.url, tmp_path / "model.zip", wait=0.01)
    assert not (tmp_path / "model.zip").exists()
    server.starts.clear()
    download(server.url, tmp_path / "model.zip", wait=0.01)
    assert len(server.starts) == 1
    assert server.starts[0] > 5 * (100_000 - LOST)
    assert (tmp_path / "model.zip").read_bytes() == DATA


def test_a_server_that_cannot_go_on_starts_again(server: Server, tmp_path: Path) -> None:
    server.resumes = False
    server.breaks = [300_000]
    download(server.url, tmp_path / "model.zip", wait=0.01)
    assert (tmp_path / "model.zip").read_bytes() == DATA


def test_remains_of_a_longer_file_are_thrown_away(server: Server, tmp_path: Path) -> None:
    (tmp_path / "model.zip.part").write_bytes(b"x" * (len(DATA) + 1))
    download(server.url, tmp_path / "model.zip", wait=0.01)
    assert (tmp_path / "model.zip").read_bytes() == DATA


def test_an_error_and_a_dead_address_are_told_with_the_way_out(server: Server, tmp_path: Path) -> None:
    server.status = 404
    with pytest.raises(SpeechModelError, match=r"answers 404.*--from FILE"):
        download(server.url, tmp_path / "a", wait=0)
    with pytest.raises(SpeechModelError, match=r"can't fetch http://127.0.0.1:9/x.*--from FILE"):
        download("http://127.0.0.1:9/x", tmp_path / "b", wait=0)


def test_an_endless_file_is_refused(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "MOST_BYTES", 1_000)
    with pytest.raises(SpeechModelError, match="larger than any"):
        download(server.url, tmp_path / "a", wait=0)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str, kind: str) -> None:
    archive = tmp_path / "archive"
    if kind == "zip":
        archive.write_bytes(zipped({"am/final.mdl": b"", name: b"evil"}))
    else:
        with tarfile.open(archive, "w") as packed:
            packed.addfile(tarfile.TarInfo(name))
    target = tmp_path / "deep" / "new"
    target.parent.mkdir()
    with pytest.raises(SpeechModelError, match="no model does"):
        unpack(archive, target)
    assert list(target.rglob("*")) == []
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("am")
    member.type, member.linkname = kind, "/etc"
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        packed.addfile(member)
    with pytest.raises(SpeechModelError, match="no model does"):
        unpack(tmp_path / "a.tar", tmp_path / "new")


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("am")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(link, "/etc")
    with pytest.raises(SpeechModelError, match="no model does"):
        unpack(tmp_path / "a.zip", tmp_path / "new")


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 no more", zipped(MODEL)[:60]])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(SpeechModelError):
        unpack(tmp_path / "a", tmp_path / "new")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "MOST_BYTES", 1_000)
    (tmp_path / "a.zip").write_bytes(zipped({"am/final.mdl": b"\0" * 1_001}))
    with pytest.raises(SpeechModelError, match="larger than any"):
        unpack(tmp_path / "a.zip", tmp_path / "new")
    assert list((tmp_path / "new").rglob("*")) == []


@pytest.mark.usefixtures("loads")
@pytest.mark.parametrize("kind", ["folder", "zip", "tar.gz", "address"])
def test_a_model_is_installed_from_each_source(server: Server, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "source"
    for name, content in MODEL.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    source = folder
    if kind == "zip":
        source = tmp_path / "a.zip"
        source.write_bytes(zipped(MODEL))
    elif kind == "tar.gz":
        source = tmp_path / "a.tar.gz"
        with tarfile.open(source, "w:gz") as packed:
            packed.add(folder, arcname=".")
    server.data = zipped(MODEL)
    install_vosk(tmp_path / "models", "nl", server.url if kind == "address" else str(source))
    installed = tmp_path / "models" / "vosk" / "nl"
    assert (installed / "am" / "final.mdl").read_bytes() == b"m"
    assert (installed / SUMS).is_file()
    assert [path.name for path in installed.parent.iterdir()] == ["nl"]
    assert not list((tmp_path / "models").glob("downloads/*"))
    assert source.exists()


@pytest.mark.usefixtures("loads")
def test_a_new_model_takes_the_place_of_the_old(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        (tmp_path / "a.zip").write_bytes(zipped({**MODEL, "vosk-model-small-nl-0.22/am/final.mdl": content}))
        install_vosk(tmp_path, "nl", str(tmp_path / "a.zip"))
    assert (tmp_path / "vosk" / "nl" / "am" / "final.mdl").read_bytes() == b"new"


@pytest.mark.usefixtures("loads")
def test_the_checksum_decides(server: Server, tmp_path: Path) -> None:
    server.data = zipped(MODEL)
    found = install_vosk(tmp_path, "nl", server.url)
    install_vosk(tmp_path, "nl", server.url, found.upper())
    with pytest.raises(SpeechModelError, match="not the file that you want"):
        install_vosk(tmp_path, "de", server.url, "0" * 64)
    assert not (tmp_path / "vosk" / "de").exists()
    assert not list(tmp_path.glob("downloads/*"))


def test_a_model_that_does_not_load_replaces_nothing(tmp_path: Path) -> None:
    old = tmp_path / "vosk" / "nl"
    old.mkdir(parents=True)
    (tmp_path / "a.zip").write_bytes(zipped(MODEL))
    with pytest.raises(SpeechModelError, match="can't load"):
        install_vosk(tmp_path, "nl", str(tmp_path / "a.zip"))
    assert [path.name for path in old.parent.iterdir()] == ["nl"]
    assert not is_vosk_model(old)


@pytest.mark.parametrize(
    ("language", "source", "reason"),
    [
        ("../nl", "", "no language code"),
        ("", "", "no language code"),
        ("zgh", "", "know of no Vosk model for zgh"),
        ("nl", "/no/such/file", "no folder, archive or http address"),
        ("nl", "ftp://127.0.0.1/x", "no folder, archive or http address"),
        ("nl", str(Path(__file__).parent), "no Vosk model"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, language: str, source: str, reason: str) -> None:
    with pytest.raises(SpeechModelError, match=reason):
        install_vosk(tmp_path, language, source)


@pytest.mark.model
def test_a_real_model_is_installed_from_a_folder_and_loads(tmp_path: Path) -> None:
    install_vosk(tmp_path, "ko", str(korean_model()))
    assert is_vosk_model(tmp_path / "vosk" / "ko")
