"""What Spanish-speaking residents, of Spain and of Latin America, write and say is understood."""

from datetime import UTC, datetime

import pytest

from ivr.categories import Category
from ivr.extraction.extractor import Extractor
from ivr.extraction.gazetteer import Gazetteer
from ivr.messages import Intent, Slot, Understanding, WhenLabel

NOW = datetime(2025, 6, 12, 12, 0, tzinfo=UTC)
STREETS = Gazetteer(["Kerkstraat", "Molenweg", "Lindelaan", "Schoolstraat", "Havenkade"])


@pytest.fixture(scope="module", name="extractor")
def _extractor() -> Extractor:
    return Extractor(["nl", "en", "es"])


def _likeliest(understood: Understanding) -> Category | None:
    likely = understood.category or (understood.category_options[0] if understood.category_options else None)
    return likely.category if likely else None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Se está quemando un contenedor y sale mucho humo negro", Category.FIRE),
        ("Mi vecino le está pegando a su mujer, se oyen gritos", Category.VIOLENCE),
        ("me acaban de arrancar la cadena del cuello, eran dos en moto", Category.ROBBERY),
        ("Ayer me quitaron el celular de la mano en la parada", Category.ROBBERY),
        ("nos forzaron la puerta del trastero y se llevaron dos bicis", Category.BURGLARY),
        ("Mi abuelo tiene alzheimer, salió hace dos horas y no ha vuelto a casa", Category.MISSING_PERSON),
        ("unos chavales venden bolsitas de polvo blanco desde un coche", Category.DRUGS),
        ("Hay un tipo probando las manijas de los carros", Category.SUSPICIOUS),
        ("Un hombre va de puerta en puerta, dice que es del gas, sin identificación", Category.SUSPICIOUS),
        ("me han rayado el coche y roto los dos retrovisores", Category.VANDALISM),
        ("al perro lo atropelló un coche pero está vivo", Category.ANIMAL),
        ("los coches pasan a toda velocidad y nadie para en el paso de cebra", Category.TRAFFIC),
        ("xq no hacen nada? musica a todo volumen y no podemos dormir", Category.NOISE),
        ("Han tirado un colchón y bolsas de basura al lado del contenedor", Category.LITTER),
        ("caca de perro por toda la vereda", Category.LITTER),
        ("hay un bache enorme, casi me caigo con la bici", Category.STREET_DEFECT),
        ("se me escapó la perra, es blanca con collar rojo", Category.ANIMAL),
        ("nos vamos a Colombia tres semanas, pueden echar un ojo a la casa?", Category.HOLIDAY),
        ("quisiera saber cómo puedo apuntarme al grupo del barrio", Category.OTHER),
        ("todavía nadie me ha contestado sobre mi aviso de hace un mes", Category.OTHER),
    ],
)
def test_category(extractor: Extractor, text: str, category: Category) -> None:
    understood = extractor.understand(text, STREETS, NOW)
    assert understood.language is not None
    assert (understood.language.code, _likeliest(understood)) == ("es", category)


@pytest.mark.parametrize(
    ("text", "street", "number", "suffix"),
    [
        ("hay basura en la Kerkstraat 12", "Kerkstraat", "12", ""),
        ("la farola frente al numero treinta y seis de la Molenweg no funciona", "Molenweg", "36", ""),
        ("nos robaron en Lindelaan veintitrés", "Lindelaan", "23", ""),
        ("coches en la acera en Lindelaan nº 9", "Lindelaan", "9", ""),
        ("forzaron la cerradura en Kerkstraat 31B", "Kerkstraat", "31", "B"),
        ("un bache en la Schoolstraat a la altura del ciento dos", "Schoolstraat", "102", ""),
        ("Kerkstraat 12, no perdón, 21, hay un colchón tirado", "Kerkstraat", "21", ""),
        ("eh bueno pues es en la Molenweg digo en la Lindelaan, número diesiseis", "Lindelaan", "16", ""),
        ("en la Havenkade tres chicos fuman porros desde las 10", "Havenkade", "", ""),
    ],
)
def test_place(extractor: Extractor, text: str, street: str, number: str, suffix: str) -> None:
    place = extractor.understand(text, STREETS, NOW).place
    assert (place.streets[0].street, place.number, place.suffix) == (street, number, suffix)


def test_a_number_in_words_answers_which_number(extractor: Extractor) -> None:
    understood = extractor.understand("el cuarenta y cinco", STREETS, NOW, language="es", awaiting=Slot.NUMBER)
    assert understood.place.number == "45"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Esta mañana me pincharon las ruedas del coche", WhenLabel.THIS_MORNING),
        ("Ayer por la noche rompieron el buzón", WhenLabel.YESTERDAY_EVENING),
        ("anoche entraron a robar en mi garaje", WhenLabel.LAST_NIGHT),
        ("ayer pintaron grafitis en la pared del colegio", WhenLabel.YESTERDAY),
        ("Hay un hombre mirando dentro de los coches ahorita", WhenLabel.NOW),
        ("todas las noches hay jóvenes gritando hasta las tres de la madrugada", WhenLabel.EVENING),
        ("la farola no funciona desde hace tres semanas", None),
    ],
)
def test_when(extractor: Extractor, text: str, label: WhenLabel | None) -> None:
    when = extractor.understand(text, STREETS, NOW).when
    assert (when.label if when else None) == label


@pytest.mark.parametrize(
    "text",
    [
        "xfa ayuda mi papa no respira",
        "se desmayó una señora en la parada y no responde",
        "huele mucho a gas en el portal",
        "hay un chico en la barandilla del puente y dice que va a saltar",
        "mi marido se tomó una caja entera de pastillas",
        "un niño se cayó al canal",
        "un hombre con un machete anda amenazando a la gente",
        "se metió alguien en mi casa, estoy escondida en el baño",
        "le picó una avispa y se le hincha la garganta",
        "acaban de atropellar a una chica y no se mueve",
        "mi hija de cuatro años no aparece por ningún lado",
    ],
)
def test_emergency(extractor: Extractor, text: str) -> None:
    assert extractor.understand(text, STREETS, NOW).emergency.suspected


@pytest.mark.parametrize(
    "text",
    [
        "me muero de calor en este piso, la calefacción no se apaga",
        "el detector de humo pita porque se gastó la pila, quién me ayuda a cambiarla?",
        "el sábado hay jornada de puertas abiertas con los bomberos?",
        "el mes pasado atropellaron a un ciclista en el paso de cebra",
        "Anoche le prendieron fuego a una moto, ya la apagaron los bomberos",
        "no puedo salir del garaje, hay un coche tapando",
        "mañana se rueda una película con pistolas de mentira en la plaza",
    ],
)
def test_no_emergency(extractor: Extractor, text: str) -> None:
    assert not extractor.understand(text, STREETS, NOW).emergency.suspected


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Sí, correcto", Intent.YES),
        ("dale", Intent.YES),
        ("vale", Intent.YES),
        ("no está bien", Intent.NO),
        ("No, gracias", Intent.NO),
        ("parar", Intent.STOP),
        ("empezar", Intent.START),
        ("Ayuda por favor", Intent.HELP),
        ("estado de mi aviso", Intent.STATUS),
        ("borrar mis datos", Intent.DELETE),
        ("práctica", Intent.PRACTICE),
        ("cambiar de idioma", Intent.LANGUAGE),
    ],
)
def test_intent(extractor: Extractor, text: str, intent: Intent) -> None:
    assert extractor.understand(text, STREETS, NOW, language="es").intent is intent


@pytest.mark.parametrize(
    ("text", "code"), [("castellano", "es"), ("holandés", "nl"), ("idioma ucraniano", "uk"), ("en árabe", "ar")]
)
def test_language_is_chosen_by_its_name(extractor: Extractor, text: str, code: str) -> None:
    assert extractor.understand(text, STREETS, NOW).intent_language == code
