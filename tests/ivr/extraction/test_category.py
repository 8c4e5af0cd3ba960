import pytest

from ivr.categories import Category
from ivr.extraction.category import scores
from ivr.extraction.lexicon import lexicon
from ivr.extraction.patterns import Hit
from ivr.locale import locales

from .conftest import Understand


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("de prullenbak staat in de fik", Category.FIRE),
        ("mijn schuurtje is opengebroken en het gereedschap is weg", Category.BURGLARY),
        ("my bike light was nicked from the shed, door forced", Category.BURGLARY),
        ("they threatened him with a knife and took his phone", Category.ROBBERY),
        ("parkta uyuşturucu satıyorlar", Category.DRUGS),
        ("komşunun köpeği bütün gece havlıyor", Category.NOISE),
        ("في حفرة كبيرة بالرصيف", Category.STREET_DEFECT),
        ("7aflet el jiran soota 3ali", Category.NOISE),
        ("ktoś pomalował sprayem ścianę", Category.VANDALISM),
        ("zginął mi kot", Category.ANIMAL),
        ("сусіди виїхали у відпустку, нагляньте за будинком", Category.HOLIDAY),
        ("хтось вкрав велосипед з підвалу", Category.BURGLARY),
        ("ich möchte wissen wann ihr euch trefft", Category.OTHER),
        ("des sacs poubelle partout devant le conteneur", Category.LITTER),
        ("conducen muy rápido delante del colegio", Category.TRAFFIC),
    ],
)
def test_what_a_text_is_about(understand: Understand, text: str, category: Category) -> None:
    found = understand(text)
    guess = found.category or found.category_options[0]
    assert guess.category is category
    assert all(text[span.start : span.end].strip() for span in guess.spans)


def ranked(**weights: float) -> list[Category]:
    return list(
        scores(Hit(f"category.{name}", weight, ((at, at),)) for at, (name, weight) in enumerate(weights.items()))
    )


def test_the_higher_row_wins_where_two_fit() -> None:
    assert ranked(noise=3.0, fire=2.5) == [Category.FIRE, Category.NOISE]
    assert ranked(noise=3.0, fire=1.5) == [Category.NOISE, Category.FIRE]


def test_force_and_threats_make_taking_a_robbery() -> None:
    assert ranked(violence=6.0, robbery=3.0) == [Category.ROBBERY]
    assert ranked(violence=3.0, robbery=1.5)[0] is Category.VIOLENCE


def test_words_count_once_for_a_category() -> None:
    fires = [Hit("category.fire", 3.0, ((0, 1),)), Hit("category.fire", 1.5, ((1, 1),))]
    assert scores(fires) == {Category.FIRE: 3.0}


def test_what_is_not_clear_is_offered(understand: Understand) -> None:
    found = understand("muziek en een dief")
    assert found.category is None
    assert [guess.category for guess in found.category_options] == [Category.BURGLARY, Category.NOISE]


def test_nothing_said_is_nothing_guessed(understand: Understand) -> None:
    found = understand("goedemiddag")
    assert (found.category, found.category_options) == (None, ())


@pytest.mark.parametrize("code", list(locales()))
def test_every_language_has_words_for_every_category(code: str) -> None:
    labels = {rule.label for rule in lexicon(code).index.rules}
    assert {f"category.{category}" for category in Category} <= labels
