"""What the extractor reads in French, with all the lexicons loaded that there are."""

from datetime import UTC, datetime

import pytest

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Intent, Slot, Understanding, WhenLabel

_NOW = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)
_GAZETTEER = Gazetteer(("Kerkstraat", "Molenweg", "Lindelaan", "Dorpsplein", "Eikenlaan", "Hoofdstraat"))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(("nl", "en", "fr"))


def _read(extractor: Extractor, text: str, language: str | None = None) -> Understanding:
    return extractor.understand(text, _GAZETTEER, _NOW, language)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Le conteneur du Dorpsplein crame, y'a des flammes partout", Category.FIRE),
        ("Deux mecs se tapent dessus devant le café, un des deux saigne", Category.VIOLENCE),
        ("on m'a arraché mon sac des mains ds la Kerkstraat, ils sont partis en scooter", Category.ROBBERY),
        ("En rentrant du boulot j'ai vu que la porte de la cave a été forcée et les vélos volés", Category.BURGLARY),
        ("Mon grand-père est parti en pantoufles, il a Alzheimer et on le trouve plus", Category.MISSING_PERSON),
        ("ça deale ts les soirs dans le hall, ils échangent des petits sachets", Category.DRUGS),
        ("Un type fait le tour des voitures et essaie les poignées Lindelaan", Category.SUSPICIOUS),
        ("Qqn a crevé les pneus de ma voiture et rayé la portière", Category.VANDALISM),
        ("Les scooters roulent bcp trop vite ds la rue, ma fille a failli se faire renverser", Category.TRAFFIC),
        ("le voisin met la musique a fond, impossible de dormir", Category.NOISE),
        ("des sacs poubelle et un vieux matelas trainent sur le trottoir depuis 3 jours", Category.LITTER),
        ("Le lampadaire devant chez moi ne marche plus, il fait noir", Category.STREET_DEFECT),
        ("j'ai trouvé un chaton blessé sous une haie", Category.ANIMAL),
        ("Nous partons deux semaines en vacances, pouvez-vous surveiller la maison ?", Category.HOLIDAY),
        ("Bonjour, j'aimerais devenir bénévole, comment m'inscrire ?", Category.OTHER),
        ("C'est réglé, la commune est passée, merci pour votre aide", Category.OTHER),
    ],
)
def test_the_category_of_a_report(extractor: Extractor, text: str, category: Category) -> None:
    understood = _read(extractor, text)
    assert understood.language is not None
    assert understood.language.code == "fr"
    assert understood.category is not None
    assert understood.category.category is category


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("Trou dans la chaussée devant le 14 de la Kerkstraat", "Kerkstraat", "14"),
        ("c'est Molenweg numéro soixante dix neuf", "Molenweg", "79"),
        ("Lindelaan quatre vingt douze, la dalle bouge", "Lindelaan", "92"),
        ("au nonante trois de la lindelaan svp", "Lindelaan", "93"),
        ("tapage à la Eikenlaan vingt et un", "Eikenlaan", "21"),
        ("Kerkstraat 12, euh non attendez, Molenweg 21", "Molenweg", "21"),
        ("Bagarre Dorpsplein, trois hommes", "Dorpsplein", ""),
        ("Il y a 2 voitures garées sur le trottoir Hoofdstraat vers 22h30", "Hoofdstraat", ""),
    ],
)
def test_the_street_and_the_house_number(extractor: Extractor, text: str, street: str, number: str) -> None:
    place = _read(extractor, text).place
    assert place.streets[0].street == street
    assert place.number == number


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("On a tagué le mur de l'école cette nuit", WhenLabel.LAST_NIGHT),
        ("hier soir qqn a cassé mon rétro", WhenLabel.YESTERDAY_EVENING),
        ("Ma cave a été fracturée hier après-midi", WhenLabel.YESTERDAY),
        ("ce matin un chauffard a grillé le feu rouge", WhenLabel.THIS_MORNING),
        ("auj des gamins ont jeté des cailloux sur le bus", WhenLabel.TODAY),
        ("tous les soirs la même bande de jeunes fait du bruit", WhenLabel.EVENING),
        ("un drone survole nos jardins en ce moment", WhenLabel.NOW),
        ("il y a dix minutes un homme a sonné à toutes les portes", WhenLabel.NOW),
        ("depuis trois semaines la lampe clignote", None),
        ("la semaine dernière on a volé mes outils dans le garage", None),
    ],
)
def test_when_it_happened(extractor: Extractor, text: str, label: WhenLabel | None) -> None:
    when = _read(extractor, text).when
    assert (when.label if when else None) is label


@pytest.mark.parametrize(
    "text",
    [
        "vite ma femme ne respire plus",
        "mon pere s'est ecroulé dans la cuisine il repond plus",
        "ça sent fort le gaz dans la cage d'escalier",
        "j'entends quelqu'un en bas, il est dans ma maison et je suis seule",
        "un homme avec un couteau menace les gens Kerkstraat",
        "un enfant est tombé dans le canal au secours",
        "elle a avalé toute une boîte de somnifères",
        "mon fils de cinq ans a disparu, on le trouve nulle part",
        "de la fumée noire sort du toit Molenweg 8",
        "une dame est debout sur la rambarde du pont, elle va sauter",
    ],
)
def test_an_emergency_is_suspected(extractor: Extractor, text: str) -> None:
    assert _read(extractor, text).emergency.suspected


@pytest.mark.parametrize(
    "text",
    [
        "On meurt de chaud dans cet immeuble, qui s'occupe du chauffage ?",
        "la pile du détecteur de fumée est morte, il bipe sans arrêt",
        "Portes ouvertes chez les pompiers samedi, c'est à quelle heure ?",
        "la semaine dernière il y a eu une bagarre, la police est venue et tout va bien",
        "le lampadaire est cassé et les poubelles débordent",
    ],
)
def test_no_emergency_is_suspected(extractor: Extractor, text: str) -> None:
    assert not _read(extractor, text).emergency.suspected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Oui, c'est ça", Intent.YES),
        ("d'accord merci", Intent.YES),
        ("ouais", Intent.YES),
        ("Non, ce n'est pas ça", Intent.NO),
        ("nan c'est faux", Intent.NO),
        ("ARRÊT", Intent.STOP),
        ("Aide svp", Intent.HELP),
        ("Où en est mon signalement ?", Intent.STATUS),
        ("effacer mes données", Intent.DELETE),
        ("changer de langue", Intent.LANGUAGE),
        ("s'entraîner", Intent.PRACTICE),
    ],
)
def test_a_command_or_an_answer(extractor: Extractor, text: str, intent: Intent) -> None:
    assert _read(extractor, text, "fr").intent is intent


@pytest.mark.parametrize(("text", "code"), [("Néerlandais", "nl"), ("langue polonais", "pl"), ("francais svp", "fr")])
def test_a_language_is_asked_for_by_its_french_name(extractor: Extractor, text: str, code: str) -> None:
    understood = _read(extractor, text, "fr")
    assert (understood.intent, understood.intent_language) == (Intent.LANGUAGE, code)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("soixante quinze", "75"),
        ("septante-deux", "72"),
        ("quatre vingts", "80"),
        ("cent trente quatre", "134"),
        ("le 7", "7"),
    ],
)
def test_the_answer_to_which_number(extractor: Extractor, text: str, number: str) -> None:
    place = extractor.understand(text, _GAZETTEER, _NOW, "fr", Slot.NUMBER).place
    assert place.number == number
