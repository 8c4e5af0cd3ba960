"""The demo group: streets, numbers, and a moderator."""

from service.domain.group import Group, GroupNumber, Street
from service.domain.permissions import Role
from service.store.store import Unit
from service.store.unit import AlreadyTaken
from service.usecases.line import Line
from service.usecases.sign_in import set_one_time_password

SLUG = "demo"
MODERATOR = "moderator"

_NAME = "Demobuurt"
_NUMBERS = (GroupNumber("+31850000001"), GroupNumber("+31850000002", practice=True))
_LOCALES = ("nl", "en", "tr", "ar", "pl", "uk", "de", "fr", "es")
_STREETS = (
    *("Kerkstraat", "Molenweg", "Lindelaan", "Schoolstraat", "Stationsweg", "Dorpsstraat", "Havenstraat"),
    *("Bakkerstraat", "Smidsteeg", "Torenstraat", "Marktstraat", "Brugweg", "Sluisweg", "Dorpsdijk"),
    *("Julianastraat", "Beatrixlaan", "Wilhelminaplein", "Nassaukade", "Thorbeckestraat", "Erasmusplein"),
    *("Kastanjelaan", "Esdoornstraat", "Berkenhof", "Wilgenpad", "Populierenlaan", "Acaciastraat"),
    *("Rozenstraat", "Anjerstraat", "Leliestraat", "Korenbloemweg", "Boomgaard", "Vijverlaan", "Akkerpad"),
    *("Nachtegaalstraat", "Zwaluwlaan", "Uilenweg", "Ooievaarshof", "Frans Halslaan", "Van Goghstraat"),
    *("Mondriaanweg", "Burgemeester de Vriesplein", "Tweede Molendwarsstraat"),
)


def seed_demo(line: Line) -> str:
    """Make the demo group and its moderator where they are not there yet; what is there stays as it is.

    Gives a fresh password for the login MODERATOR, which works once. Raises AlreadyTaken when another group has one of
    the demo's numbers or that login.
    """
    with line.store.begin() as unit:
        group = unit.groups.by_slug(SLUG) or _add_group(unit)
        user = unit.users.by_login(MODERATOR) or unit.users.add(group.id, MODERATOR, Role.MODERATOR)
        if user.group_id != group.id:
            raise AlreadyTaken(f"{MODERATOR} is another group's account")
        return set_one_time_password(line, unit, user)


def _add_group(unit: Unit) -> Group:
    group = unit.groups.add(SLUG, _NAME, _LOCALES, _NUMBERS, open_feed=True)
    unit.groups.import_streets(group.id, [Street(name) for name in _STREETS])
    return group
