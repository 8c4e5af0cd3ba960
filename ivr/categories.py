"""The codes of what a report can be about, the higher one winning where two fit."""

from enum import StrEnum


class Category(StrEnum):
    """Category codes in order of precedence, most urgent first."""

    FIRE = "fire"
    VIOLENCE = "violence"
    ROBBERY = "robbery"
    BURGLARY = "burglary"
    MISSING_PERSON = "missing_person"
    DRUGS = "drugs"
    SUSPICIOUS = "suspicious"
    VANDALISM = "vandalism"
    TRAFFIC = "traffic"
    NOISE = "noise"
    LITTER = "litter"
    STREET_DEFECT = "street_defect"
    ANIMAL = "animal"
    HOLIDAY = "holiday"
    OTHER = "other"


NEEDS_STREET = frozenset(Category) - {Category.OTHER}
"""Categories that are worth little without a street, so that the street is asked for."""

EXACT_PLACE_PUBLIC = frozenset({Category.STREET_DEFECT, Category.LITTER, Category.TRAFFIC})
"""Categories of which the house number and the coordinates may leave the group's own people."""

SECOND_DECISION = frozenset({Category.HOLIDAY, Category.VIOLENCE, Category.MISSING_PERSON})
"""Categories never published by a single decision of a moderator (homes left empty, people in danger)."""
