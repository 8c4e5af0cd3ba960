"""The JSON Schemas of a report, inside and outside, for whoever writes programs that read them."""

from pathlib import Path
from typing import Literal

from flask import Blueprint, Response, send_from_directory

from service.domain import public_report

SCHEMAS = Path(public_report.__file__).parent / "schemas"
MEDIA_TYPE = "application/schema+json"

blueprint = Blueprint("schema", __name__, url_prefix="/schema")


@blueprint.get("/<any('report', 'public-report'):name>.json")
def schema(name: Literal["report", "public-report"]) -> Response:
    """A schema, as it stands in service/domain/schemas."""
    response = send_from_directory(SCHEMAS, f"{name}.json", mimetype=MEDIA_TYPE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
