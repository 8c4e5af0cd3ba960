import pytest

from .conftest import Understand


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("er staat een vreemde auto in de straat", "nl"),
        ("there is a strange car in the street", "en"),
        ("sokakta yabancı bir araba var", "tr"),
        ("sokakta yabanci bi araba duruyo", "tr"),
        ("في سيارة غريبة بالشارع", "ar"),
        ("fi sayara ghariba bel share3 3am tet7arrak", "ar"),
        ("na ulicy stoi obce auto", "pl"),
        ("на вулиці стоїть чужа машина", "uk"),
        ("da steht ein fremdes auto auf der straße", "de"),
        ("il y a une voiture bizarre dans la rue", "fr"),
        ("hay un coche raro en la calle", "es"),
        ("bij de Kastanjelaan dorpsstraat", "nl"),
        ("çocuk düştü", "tr"),
    ],
)
def test_the_language_is_found(understand: Understand, text: str, language: str) -> None:
    guess = understand(text).language
    assert guess is not None
    assert guess.code == language


def test_street_names_say_nothing_about_the_language(understand: Understand) -> None:
    guess = understand("the noise, Laan van Meerzicht, Jacob van Lennepkade").language
    assert guess is not None
    assert guess.code == "en"


@pytest.mark.parametrize("text", ["", "  ", "12", "😀 !!", "\x00"])
def test_a_text_without_letters_has_no_language(understand: Understand, text: str) -> None:
    assert understand(text).language is None


@pytest.mark.parametrize("text", ["ja", "hallo", "ok", "afval Kerkstraat 5, bel +49 151 23456789", "bla bla", "asdf"])
def test_a_word_or_two_that_many_languages_have_are_told_to_be_unsure(understand: Understand, text: str) -> None:
    guess = understand(text).language
    assert guess
    assert guess.code == "nl" or guess.confidence < 0.6


@pytest.mark.parametrize(
    ("text", "code"),
    [("yangın var", "tr"), ("pożar", "pl"), ("bonjour", "fr"), ("guten Tag", "de"), ("حريق", "ar")],
)
def test_a_word_that_one_language_has_is_enough(understand: Understand, text: str, code: str) -> None:
    guess = understand(text).language
    assert guess
    assert guess.code == code
    assert guess.confidence >= 0.6


@pytest.mark.parametrize("command", ["START", "start", "STOP", "HELP", "INFO", "STATUS"])
def test_a_command_of_many_languages_tells_none_of_them_for_sure(understand: Understand, command: str) -> None:
    understood = understand(command)
    assert understood.language
    assert understood.language.confidence < 0.6
    assert not understood.emergency.suspected
