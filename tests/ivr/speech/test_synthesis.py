import os
from pathlib import Path

import numpy as np
import pytest

from ivr.locale import locales
from ivr.speech import synthesis
from ivr.speech.synthesis import SynthesisError, synthesise

SENTENCES = {
    "nl": "Vertel in uw eigen woorden wat er gebeurt en waar het is, en druk daarna op een toets.",
    "en": "Tell us in your own words what is happening and where it is, and then press any key.",
    "tr": "Ne olduğunu ve nerede olduğunu kendi sözlerinizle anlatın, sonra bir tuşa basın.",
    "ar": "أخبرنا بكلماتك ما الذي يحدث وأين يحدث، ثم اضغط على أي زر.",
    "pl": "Proszę powiedzieć własnymi słowami, co się dzieje i gdzie to jest, a potem nacisnąć klawisz.",
    "uk": "Розкажіть своїми словами, що сталося і де це, а потім натисніть будь-яку кнопку.",
    "de": "Sagen Sie in eigenen Worten, was passiert und wo es ist, und drücken Sie dann eine Taste.",
    "fr": "Dites avec vos mots ce qui se passe et où cela se passe, puis appuyez sur une touche.",
    "es": "Diga con sus palabras qué pasa y dónde pasa, y después pulse una tecla.",
}


@pytest.mark.parametrize("locale", sorted(locales()))
def test_every_language_is_spoken_slowly_enough(locale: str) -> None:
    text = SENTENCES[locale]
    pcm = synthesise(text, locale)
    assert pcm.rate == 8_000
    assert np.abs(pcm.samples).max() > 3_000
    assert len(text.split()) * 60 / pcm.seconds <= 130


def test_another_rate_is_the_same_speech() -> None:
    assert synthesise("Goedemorgen", "nl", rate=16_000).seconds == pytest.approx(
        synthesise("Goedemorgen", "nl").seconds, abs=0.01
    )


@pytest.mark.parametrize(
    "text",
    ["<speak>Goedemorgen</speak>", "Goede\x00morgen".replace("\x00", ""), "\x01Goedemorgen\x07", "<b>Goedemorgen"],
)
def test_markup_and_control_characters_are_not_spoken(text: str) -> None:
    assert np.array_equal(synthesise(text, "nl").samples, synthesise("Goedemorgen", "nl").samples)


def test_phonemes_and_shell_words_are_only_text(tmp_path: Path) -> None:
    written = tmp_path / "written"
    for text in ("[[h@l'oU]]", f"$(reboot); `id` -w {written}", "--version", "-f /etc/passwd"):
        assert synthesise(text, "en").seconds > 0.3
    assert not written.exists()


def test_a_lone_surrogate_is_left_out() -> None:
    assert synthesise("goede\ud800morgen", "nl").seconds > 0.3


def test_a_text_is_spoken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = synthesise("Goedemorgen", "nl", cache=tmp_path)
    monkeypatch.setenv("PATH", "")
    assert np.array_equal(synthesise("Goedemorgen", "nl", cache=tmp_path).samples, first.samples)


def test_nobody_else_hears_what_was_said_back(tmp_path: Path) -> None:
    synthesise("Molenweg 12", "nl", cache=tmp_path / "prompts")
    assert (tmp_path / "prompts").stat().st_mode & 0o777 == 0o700


def test_language_and_rate_are_part_of_the_name(tmp_path: Path) -> None:
    for locale, rate in (("nl", 8_000), ("de", 8_000), ("nl", 16_000)):
        synthesise("Morgen", locale, rate=rate, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_damaged_file_in_the_cache_is_spoken_anew(tmp_path: Path) -> None:
    first = synthesise("Morgen", "nl", cache=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"")
    assert np.array_equal(synthesise("Morgen", "nl", cache=tmp_path).samples, first.samples)


def test_the_cache_is_bounded_and_keeps_what_was_used_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "_MOST_CACHED", 2)
    names: dict[str, str] = {}
    for age, word in ((300, "een"), (200, "twee")):
        synthesise(word, "nl", cache=tmp_path)
        (names[word],) = {path.name for path in tmp_path.iterdir()} - set(names.values())
        past = (tmp_path / names[word]).stat().st_mtime - age
        os.utime(tmp_path / names[word], (past, past))
    synthesise("een", "nl", cache=tmp_path)  # used now, so that "twee" is the oldest
    synthesise("drie", "nl", cache=tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 2
    assert names["een"] in left


def test_without_espeak_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SynthesisError, match="apt-get install espeak-ng"):
        synthesise("Goedemorgen", "nl")


@pytest.mark.parametrize("locale", ["xx", "nl; reboot", ""])
def test_an_unknown_language_is_refused(locale: str) -> None:
    with pytest.raises(SynthesisError, match="no voice"):
        synthesise("Goedemorgen", locale)


@pytest.mark.parametrize("text", ["", "   ", "<break/>"])
def test_nothing_to_say_is_a_moment_of_silence(text: str) -> None:
    pcm = synthesise(text, "nl")
    assert not pcm.samples.any()
    assert 0 < pcm.seconds < 1
