"""The front door: / leads to the feed of the group that is open to everybody, where there is just one."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect
from werkzeug.wrappers import Response

from service.web.access import line
from service.web.pages import link

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def front() -> Response:
    """On to the one open feed; 404 where there are none or several, since a group's address is told by the group."""
    with line().store.read() as unit:
        open_groups = [group for group in unit.groups.list() if group.open_feed]
    if len(open_groups) != 1:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(link("feed.page", slug=open_groups[0].slug))
