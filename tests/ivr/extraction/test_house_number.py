import pytest

from ivr.messages import Slot

from .conftest import Understand


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("afval bij turfmarkt 12", "12"),
        ("afval bij turfmarkt 12b", "12B"),
        ("afval bij turfmarkt 12 B, naast de kerk", "12B"),
        ("afval bij turfmarkt 12-2", "12-2"),
        ("afval bij turfmarkt 12 hoog", "12hoog"),
        ("afval bij turfmarkt nummer eenentwintig", "21"),
        ("noise at number forty five turfmarkt", "45"),
        ("turfmarkt otuz altı numarada gürültü", "36"),
        ("turfmarkt'ta on iki numara", "12"),
        ("ضجة في turfmarkt رقم ٢٧", "27"),
        ("ضجة في turfmarkt رقم خمسة وعشرين", "25"),
        ("hałas na turfmarkt sto dwadzieścia trzy", "123"),
        ("шум на turfmarkt будинок сорок сім", "47"),
        ("lärm am turfmarkt siebenundachtzig", "87"),
        ("bruit au turfmarkt numéro quatre vingt douze", "92"),
        ("ruido en turfmarkt treinta y uno", "31"),
        ("turfmarkt 19 nee wacht 21", "21"),
        ("au 5 turfmarkt il y a du bruit", "5"),
        ("afval bij turfmarkt 14 schuurdeur kapot", "14"),
        ("rubbish at dorpsstr. 26", "26"),
        ("herrie turfmarkt acht streepje twee", "8-2"),
        ("herrie turfmarkt acht twee hoog", "8-2"),
        ("hałas na turfmarkt osiem kreska dwa", "8-2"),
        ("ضجة في turfmarkt ١٢أ", "12A"),
        ("шум на turfmarkt 9б", "9B"),
        ("noise at turfmarkt two one seven", "217"),
        ("noise at turfmarkt seventeen b", "17B"),
        ("ruido en turfmarkt quince letra b", "15B"),
        ("el ruido viene de la casa del 33. turfmarkt", "33"),
        ("herrie op turfmarkt (de markt dus) 72", "72"),
        ("herrie turfmarkt honderd en zes", "106"),
        ("lärm turfmarkt vierzig nein warte fünfzig", "50"),
        ("ضجة في turfmarkt ستة لا ثمانية", "8"),
    ],
)
def test_a_house_number_in_digits_or_words(understand: Understand, text: str, number: str) -> None:
    place = understand(text).place
    assert place.number + place.suffix == number


@pytest.mark.parametrize(
    "text",
    [
        "om 12 uur herrie op de turfmarkt",
        "3 jongens vechten op turfmarkt",
        "turfmarkt, 2 fietsen gestolen",
        "turfmarkt saat 10 da kavga",
        "na turfmarkt 3 facetów się bije",
        "turfmarkt about 20 people shouting",
        "bel 0610012345 over turfmarkt",
        "turfmarkt op 12-10-2026",
        "afval op turfmarkt 2x per week",
        "auto met kenteken XR-12 op turfmarkt",
        "on turfmarkt, three boys are fighting",
        "na turfmarkt jeden facet krzyczy",
        "bus nummer 4 rijdt te hard over turfmarkt",
    ],
)
def test_what_is_counted_or_timed_is_no_house_number(understand: Understand, text: str) -> None:
    assert understand(text).place.number == ""


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [("17", "nl", "17"), ("twelve", "en", "12"), ("7 c", "nl", "7C"), ("сім", "uk", "7")],
)
def test_a_bare_number_answers_the_question(understand: Understand, text: str, language: str, number: str) -> None:
    place = understand(text, language, Slot.NUMBER).place
    assert place.number + place.suffix == number


@pytest.mark.parametrize(
    ("text", "postcode"),
    [("2511 AB turfmarkt", "2511 AB"), ("2511ab", "2511 AB"), ("2511 ab", ""), ("0511 AB", ""), ("1234 SS", "")],
)
def test_a_dutch_postcode(understand: Understand, text: str, postcode: str) -> None:
    assert understand(f"afval op {text}").place.postcode == postcode
