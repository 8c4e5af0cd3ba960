"""What speech workers ask of the web process: recordings to recognise, and somebody to give the transcripts to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Annotated, ParamSpec
from uuid import UUID

from flask import Blueprint, Response, abort, request, send_from_directory
from pydantic import Field, TypeAdapter, ValidationError

from ivr.messages import Transcript
from service.store.jobs import LeaseLost
from service.store.unit import Missing, StoreUnavailable
from service.usecases.delegate_transcription import Assignment, hand_out, hold, take_back, take_in
from service.web.access import line
from service.web.internal_auth import internal_only

LARGEST = 1024 * 1024
"""Bytes of a request; the transcript of five minutes with all its words is a tenth of that."""

_Seconds = Annotated[float, Field(gt=0, le=300)]
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claims, and for how long."""

    worker: Annotated[str, Field(max_length=200)]
    lease_seconds: _Seconds


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A worker that is still at it."""

    lease: UUID
    lease_seconds: _Seconds


@dataclass(frozen=True, slots=True)
class Done:
    """A transcript."""

    lease: UUID
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is no transcript. The reason is kept and logged: it quotes no resident."""

    lease: UUID
    reason: Annotated[str, Field(max_length=500)]
    retryable: bool


_CLAIM = TypeAdapter(Claim)
_HEARTBEAT = TypeAdapter(Heartbeat)
_DONE = TypeAdapter(Done)
_FAILED = TypeAdapter(Failed)
_ASSIGNMENT = TypeAdapter(Assignment)

blueprint = Blueprint("internal_jobs", __name__, url_prefix="/internal")


def _route(view: Callable[_P, Response]) -> Callable[_P, Response]:
    """For our own processes only: 404 what isn't there, 409 a lease lost, 422 a body that is none, 503 no database."""

    @internal_only
    @wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> Response:
        request.max_content_length = LARGEST
        try:
            return view(*args, **kwargs)
        except Missing:
            abort(HTTPStatus.NOT_FOUND)
        except LeaseLost:
            abort(HTTPStatus.CONFLICT)
        except ValidationError:
            abort(HTTPStatus.UNPROCESSABLE_ENTITY)
        except StoreUnavailable:
            abort(HTTPStatus.SERVICE_UNAVAILABLE)

    return guarded


@blueprint.post("/jobs/next")
@_route
def claim_next() -> Response:
    """Take the longest due recording into hand (``?queue=speech``); 204 when there is none."""
    if request.args.get("queue") != "speech":
        abort(HTTPStatus.UNPROCESSABLE_ENTITY)
    return _claimed(None)


@blueprint.post("/jobs/<uuid:job_id>/claim")
@_route
def claim(job_id: UUID) -> Response:
    """Take this job into hand; 204 when it isn't due, is done, or in somebody's hands."""
    return _claimed(job_id)


@blueprint.get("/media/<uuid:media_id>")
@_route
def audio(media_id: UUID) -> Response:
    """The bytes of a recording."""
    with line().store.read() as unit:
        media = unit.media.get(media_id)
    if not media.path or media.unwanted or media.deleted_at is not None:
        abort(HTTPStatus.NOT_FOUND)
    return send_from_directory(line().settings.recordings, media.path, max_age=0)


@blueprint.post("/jobs/<uuid:job_id>/heartbeat")
@_route
def heartbeat(job_id: UUID) -> Response:
    """Prolong a lease."""
    body = _HEARTBEAT.validate_json(request.get_data())
    hold(line(), job_id, body.lease, body.lease_seconds)
    return _nothing()


@blueprint.post("/jobs/<uuid:job_id>/done")
@_route
def done(job_id: UUID) -> Response:
    """Take a transcript in."""
    body = _DONE.validate_json(request.get_data())
    take_in(line(), job_id, body.lease, body.transcript)
    return _nothing()


@blueprint.post("/jobs/<uuid:job_id>/failed")
@_route
def failed(job_id: UUID) -> Response:
    """Take a recording back."""
    body = _FAILED.validate_json(request.get_data())
    take_back(line(), job_id, body.lease, body.reason, retryable=body.retryable)
    return _nothing()


def _claimed(job_id: UUID | None) -> Response:
    body = _CLAIM.validate_json(request.get_data())
    assignment = hand_out(line(), job_id, body.worker, body.lease_seconds)
    if assignment is None:
        return _nothing()
    return Response(_ASSIGNMENT.dump_json(assignment), content_type="application/json")


def _nothing() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT)
