"""What German-speaking residents write and say is understood."""

from datetime import UTC, datetime

import pytest

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Intent, Slot, Understanding, WhenLabel

NOW = datetime(2025, 6, 12, 12, 0, tzinfo=UTC)
STREETS = Gazetteer(["Kerkstraat", "Molenweg", "Lindelaan", "Schoolstraat", "Stationsweg"])


@pytest.fixture(scope="module", name="extractor")
def _extractor() -> Extractor:
    return Extractor(["nl", "en", "de"])


def _likeliest(understood: Understanding) -> Category | None:
    likely = understood.category or (understood.category_options[0] if understood.category_options else None)
    return likely.category if likely else None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Bei uns im Hinterhof brennt ein Müllcontainer", Category.FIRE),
        ("Vor der Kneipe prügeln sich vier Männer", Category.VIOLENCE),
        ("Mir wurde grad das Handy aus der Hand gerissen", Category.ROBBERY),
        ("Jemand hat unsere Kellertuer aufgehebelt und zwei Raeder geklaut", Category.BURGLARY),
        ("Meine demente Mutter ist seit heute Mittag verschwunden", Category.MISSING_PERSON),
        ("Aus einem schwarzen Golf werden kleine Tütchen gegen Geld verkauft", Category.DRUGS),
        ("Ein Mann rüttelt an den Autotüren in unserer Strasse", Category.SUSPICIOUS),
        ("Mir wurden alle vier Reifen zerstochen", Category.VANDALISM),
        ("Die Autos parken immer aufm Gehweg, ich komm mit dem Rollstuhl nich durch", Category.TRAFFIC),
        ("Ich kann nicht schlafen, der Hund bellt die ganze Nacht", Category.NOISE),
        ("Neben dem Container liegen lauter Müllsäcke", Category.LITTER),
        ("Eine Gehwegplatte ist lose, meine Frau ist gestolpert", Category.STREET_DEFECT),
        ("Unsere Katze ist seit Montag weg", Category.ANIMAL),
        ("Wir sind vom 3. bis 17. August im Urlaub, könnt ihr auf unser Haus aufpassen", Category.HOLIDAY),
        ("Könnte jemand meiner Nachbarin beim Einkaufen helfen?", Category.OTHER),
    ],
)
def test_category(extractor: Extractor, text: str, category: Category) -> None:
    understood = extractor.understand(text, STREETS, NOW)
    assert understood.language is not None
    assert (understood.language.code, _likeliest(understood)) == ("de", category)


@pytest.mark.parametrize(
    ("text", "street", "number", "suffix"),
    [
        ("Die Laterne in der Kerkstraat 12 ist kaputt", "Kerkstraat", "12", ""),
        ("Sperrmüll vor Hausnummer 7b im Molenweg", "Molenweg", "7", "B"),
        ("Lärm in der Lindelaan einundzwanzig, schon wieder", "Lindelaan", "21", ""),
        ("Einbruch in der Lindelaan Nummer zwoundzwanzig", "Lindelaan", "22", ""),
        ("Die Ampel am Stationsweg hundertzwölf geht nicht", "Stationsweg", "112", ""),
        ("Molenweg fuenfunddreissig, der Gully ist verstopft", "Molenweg", "35", ""),
        ("Schoolstraat 4, nein warte, 14, da liegt Müll", "Schoolstraat", "14", ""),
        ("Nicht im Molenweg, sondern in der Kerkstraat 5 ist ein Schlagloch", "Kerkstraat", "5", ""),
        ("In der Kerkstraat stehen seit 20 Uhr 3 Typen rum", "Kerkstraat", "", ""),
        ("In der Lindelaan ein Einbrecher", "Lindelaan", "", ""),
    ],
)
def test_place(extractor: Extractor, text: str, street: str, number: str, suffix: str) -> None:
    place = extractor.understand(text, STREETS, NOW).place
    assert [match.street for match in place.streets[:1]] == [street]
    assert (place.number, place.suffix) == (number, suffix)


def test_number_awaited(extractor: Extractor) -> None:
    place = extractor.understand("ähm die hunderteinundzwanzig", STREETS, NOW, "de", Slot.NUMBER).place
    assert place.number == "121"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Gerade eben hat ein Mann an unserer Haustür gerüttelt", WhenLabel.NOW),
        ("Seit zwei Stunden bellt der Hund", WhenLabel.NOW),
        ("Heute früh lag Müll vor dem Haus", WhenLabel.THIS_MORNING),
        ("Heute Nachmittag wurde mein Auto zerkratzt", WhenLabel.TODAY),
        ("Jeden Abend sitzen sie da und lärmen", WhenLabel.EVENING),
        ("heut nacht wurde im Keller eingebrochen", WhenLabel.LAST_NIGHT),
        ("Gestern Nachmittag hat jemand Müll abgeladen", WhenLabel.YESTERDAY),
        ("Gestern Abend war hier eine Schlägerei", WhenLabel.YESTERDAY_EVENING),
        ("Seit Wochen ist die Laterne kaputt", None),
        ("Vor drei Tagen wurde mein Auto zerkratzt", None),
    ],
)
def test_when(extractor: Extractor, text: str, when: WhenLabel | None) -> None:
    found = extractor.understand(text, STREETS, NOW).when
    assert (found.label if found else None) is when


@pytest.mark.parametrize(
    ("text", "suspected"),
    [
        ("Er atmet nicht mehr", True),
        ("Hier riecht es stark nach Gas", True),
        ("Da steht einer auf dem Brückengeländer und will springen", True),
        ("Im Keller ist jemand, ich hör ihn, kommt schnell", True),
        ("mein mann bewegt sich nich mehr", True),
        ("Der Nachbar liegt am Boden und ist ganz blau", True),
        ("Mein Vater ist dement und wir finden ihn nicht", True),
        ("Der Rauchmelder piept, die Batterie ist leer", False),
        ("Gestern hat es gebrannt, die Feuerwehr hat alles gelöscht", False),
        ("Ich bin todmüde von dem Lärm", False),
        ("Letzte Woche wurde bei uns eingebrochen", False),
        ("Die Laterne brennt nicht", False),
        ("Unsere Katze ist weg", False),
    ],
)
def test_emergency(extractor: Extractor, text: str, suspected: bool) -> None:
    assert extractor.understand(text, STREETS, NOW).emergency.suspected is suspected


@pytest.mark.parametrize(
    ("text", "intent", "named"),
    [
        ("Ja, genau!", Intent.YES, ""),
        ("stimmt so danke", Intent.YES, ""),
        ("Nö", Intent.NO, ""),
        ("Nein, das stimmt nicht", Intent.NO, ""),
        ("Stopp", Intent.STOP, ""),
        ("Hilfe bitte", Intent.HELP, ""),
        ("alles loeschen", Intent.DELETE, ""),
        ("Übung", Intent.PRACTICE, ""),
        ("Sprache", Intent.LANGUAGE, ""),
        ("Türkisch bitte", Intent.LANGUAGE, "tr"),
        ("Sprache niederlaendisch", Intent.LANGUAGE, "nl"),
        ("Ja, hier brennt ein Auto", None, ""),
    ],
)
def test_intent(extractor: Extractor, text: str, intent: Intent | None, named: str) -> None:
    understood = extractor.understand(text, STREETS, NOW, "de")
    assert (understood.intent, understood.intent_language) == (intent, named)
