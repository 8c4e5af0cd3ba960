from flask.testing import FlaskClient

from tests.service.web.public_line import PublicLine


def test_the_front_door_leads_to_the_one_open_feed(public: PublicLine, visitor: FlaskClient) -> None:
    response = visitor.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/g/{public.group.slug}/")
    assert visitor.get("/?lang=tr").headers["Location"] == f"/g/{public.group.slug}/?lang=tr"


def test_with_several_open_groups_the_front_door_tells_none(public: PublicLine, visitor: FlaskClient) -> None:
    with public.line.store.begin() as unit:
        unit.groups.add("another", "Another", ["nl"], open_feed=True)
    assert visitor.get("/").status_code == 404
