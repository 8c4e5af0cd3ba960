"""Installing speech models: fetching with resumption, unpacking without trust, and putting in place at once."""

import hashlib
import re
import shutil
import stat
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from ivr.speech.models import vosk_folder, vosk_models, write_sums
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.vosk import is_vosk_model, load_vosk_model
from ivr.speech.weights import sha256_of

MOST_BYTES = 4 << 30
_TRIES = 5
_TIMEOUT = (10.0, 60.0)  # seconds to connect, and without a byte
_CHUNK = 1 << 14  # what breaks off within one is fetched again
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_UNSATISFIABLE = 416

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes in all (0 while unknown)."""


def install_vosk(
    models: Path, language: str, source: str = "", sha256: str = "", progress: Progress = lambda _done, _all: None
) -> str:
    """Install the Vosk model of ``language`` from a folder, an archive or an address (empty: its makers' own).

    Returns the SHA-256 of the archive ("" for a folder). ``sha256``, where given, must be that. The model is loaded
    before it takes the place of an older one. Raises SpeechModelError when anything isn't as it should be.
    """
    if not _LANGUAGE.fullmatch(language):
        raise SpeechModelError(f"{language!r} is no language code such as nl")
    source = source or _official(language)
    target = vosk_folder(models, language)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".install-") as temporary:
        unpacked = Path(temporary) / "new"
        found = ""
        if Path(source).is_dir():
            shutil.copytree(source, unpacked)
        else:
            archive = _archive(models, source, progress)
            found = sha256_of(archive)
            if sha256 and found != sha256.lower():
                _forget(archive, source)
                raise SpeechModelError(f"{source} has SHA-256 {found}, not {sha256}: it is not the file that you want")
            try:
                unpack(archive, unpacked)
            except SpeechModelError:
                _forget(archive, source)
                raise
        root = _root(unpacked, source)
        load_vosk_model(root)
        write_sums(root)
        if target.exists():
            target.rename(Path(temporary) / "old")
        root.rename(target)
    if _is_address(source):
        _forget(archive, source)
    return found


def download(url: str, target: Path, progress: Progress = lambda _done, _all: None, wait: float = 2.0) -> None:
    """Fetch ``url`` into ``target``, going on where an earlier attempt, or run, broke off.

    Tries five times, ``wait`` seconds after the first failure and twice as long after each further one. Raises
    SpeechModelError when the address can't be reached, answers with an error or offers over 4 GiB.
    """
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(wait * 2 ** (attempt - 1))
        try:
            if _fetch(url, part, progress):
                part.replace(target)
                return
            reason = "the connection breaks off"
        except requests.RequestException as error:
            reason = str(error)
    raise SpeechModelError(
        f"can't fetch {url}: {reason}. Fetch it on another machine, then run the same command with --from FILE"
    )


def _fetch(url: str, part: Path, progress: Progress) -> bool:
    """Append what is missing to ``part``; whether that is everything."""
    there = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={there}-"} if there else {})}
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
        if response.status_code == _UNSATISFIABLE and there:  # what is there is not of this file
            part.unlink()
            return False
        if not response.ok:
            raise requests.HTTPError(f"it answers {response.status_code} {response.reason}")
        if response.status_code != requests.codes.partial_content:  # a server that can't go on starts again
            there = 0
        length = int(response.headers.get("Content-Length", 0))
        whole = there + length if length else 0
        with part.open("ab" if there else "wb") as file:
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                there += len(chunk)
                if max(there, whole) > MOST_BYTES:
                    raise SpeechModelError(f"{url} is larger than any speech model")
                progress(there, whole)
    return there > 0 and there >= whole


def unpack(archive: Path, target: Path) -> None:
    """Unpack a zip or tar archive into the new folder ``target``.

    Raises SpeechModelError for anything else, and for archives with links, devices or names that lead out of the
    folder, or of more than 4 GiB.
    """
    target.mkdir()
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, target)
        elif tarfile.is_tarfile(archive):
            _unpack_tar(archive, target)
        else:
            raise SpeechModelError(f"{archive.name} is neither a zip nor a tar archive")
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise SpeechModelError(f"{archive.name} can't be unpacked: {error}") from error


def _unpack_zip(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            _check(archive, member.filename, target, plain=kind in {0, stat.S_IFREG, stat.S_IFDIR})
        _check_size(archive, sum(member.file_size for member in members))
        packed.extractall(target)  # noqa: S202 - each member has been checked


def _unpack_tar(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as packed:
        size = 0
        for member in packed:
            _check(archive, member.name, target, plain=member.isfile() or member.isdir())
            size += member.size
            _check_size(archive, size)
        packed.extractall(target, filter="data")


def _check(archive: Path, name: str, target: Path, *, plain: bool) -> None:
    inside = (target / name).resolve().is_relative_to(target.resolve())
    if not inside or not plain or Path(name).is_absolute() or "\\" in name:
        raise SpeechModelError(f"{archive.name} holds {name!r}, which no model does: it is not unpacked")


def _check_size(archive: Path, size: int) -> None:
    if size > MOST_BYTES:
        raise SpeechModelError(f"{archive.name} is larger than any speech model")


def _root(unpacked: Path, source: str) -> Path:
    for folder in (unpacked, *(path for path in unpacked.iterdir() if path.is_dir())):
        if is_vosk_model(folder):
            return folder
    raise SpeechModelError(f"{source} holds no Vosk model (am/final.mdl and conf/model.conf are what makes one)")


def _official(language: str) -> str:
    models = vosk_models()
    if language not in models:
        known = ", ".join(sorted(models))
        raise SpeechModelError(f"we know of no Vosk model for {language} (only for {known}): name one with --from")
    return models[language].url


def _is_address(source: str) -> bool:
    return urlsplit(source).scheme in {"http", "https"}


def _archive(models: Path, source: str, progress: Progress) -> Path:
    if _is_address(source):
        name = re.sub(r"[^\w.-]", "_", Path(urlsplit(source).path).name) or "model"
        archive = models / "downloads" / f"{hashlib.sha256(source.encode()).hexdigest()[:8]}-{name}"
        if not archive.exists():
            download(source, archive, progress)
        return archive
    if not Path(source).is_file():
        raise SpeechModelError(f"{source} is no folder, archive or http address")
    return Path(source)


def _forget(archive: Path, source: str) -> None:
    """Delete a fetched archive; the operator's own files stay."""
    if _is_address(source):
        archive.unlink(missing_ok=True)
