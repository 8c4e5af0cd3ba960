"""The ledger of speech jobs as a worker sees it: over HTTP, at the web service's internal address."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import requests
from pydantic import TypeAdapter

from ivr.messages import Transcript
from service.usecases.delegate_transcription import Assignment

_TIMEOUT = (2.0, 15.0)  # seconds to connect, to answer
_ASSIGNMENT: TypeAdapter[Assignment] = TypeAdapter(Assignment)
_TRANSCRIPT: TypeAdapter[Transcript] = TypeAdapter(Transcript)


class WebAway(Exception):
    """The web service, or its database, cannot be reached just now."""


class NotOurs(Exception):
    """The job isn't in our hands any more, or doesn't exist."""


class RefusedByWeb(Exception):
    """The web service answered with an error of its own."""


@dataclass(frozen=True, slots=True)
class LedgerClient:
    """Speaks for one worker. All methods raise WebAway and RefusedByWeb, those of a job in hand NotOurs too."""

    url: str
    token: str
    worker: str
    lease_seconds: float

    def claim(self, job_id: UUID | None) -> Assignment | None:
        """Take that job, or any due one, into hand; None when there is none."""
        path = "/internal/jobs/next?queue=speech" if job_id is None else f"/internal/jobs/{job_id}/claim"
        answer = self._ask("POST", path, {"worker": self.worker, "lease_seconds": self.lease_seconds})
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return None
        return _ASSIGNMENT.validate_json(answer.content)

    def audio(self, media_id: UUID) -> bytes:
        """The bytes of a recording."""
        return self._ask("GET", f"/internal/media/{media_id}").content

    def extend(self, assignment: Assignment) -> None:
        """Heartbeat."""
        self._tell(assignment, "heartbeat", {"lease_seconds": self.lease_seconds})

    def done(self, assignment: Assignment, transcript: Transcript) -> None:
        """Give the transcript back."""
        self._tell(assignment, "done", {"transcript": _TRANSCRIPT.dump_python(transcript, mode="json")})

    def failed(self, assignment: Assignment, reason: str, *, retryable: bool) -> None:
        """Say why there is no transcript."""
        self._tell(assignment, "failed", {"reason": reason, "retryable": retryable})

    def _tell(self, assignment: Assignment, what: str, body: dict[str, Any]) -> None:
        self._ask("POST", f"/internal/jobs/{assignment.job_id}/{what}", body | {"lease": str(assignment.lease)})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> requests.Response:
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy has no business on the loopback address
                headers = {"Authorization": f"Bearer {self.token}"}
                answer = session.request(method, self.url + path, json=body, headers=headers, timeout=_TIMEOUT)
        except requests.RequestException as error:
            raise WebAway(type(error).__name__) from error
        if answer.status_code in {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}:
            raise WebAway(f"{method} {path}: {answer.status_code}")
        if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
            raise NotOurs(f"{method} {path}: {answer.status_code}")
        if not answer.ok:
            raise RefusedByWeb(f"{method} {path}: {answer.status_code}")
        return answer
