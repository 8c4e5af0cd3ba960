"""The speech worker: takes recordings, has its model process recognise them, and gives the transcripts back."""

import time
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import structlog

from service.domain.delivery import Queue
from service.jobs.heartbeat import heartbeat
from service.jobs.ledger_client import LedgerClient, NotOurs, RefusedByWeb, WebAway
from service.jobs.model_messages import Answer
from service.jobs.model_process import ModelProcess
from service.jobs.seldom import Seldom
from service.jobs.transport import Transport, TransportDown
from service.usecases.delegate_transcription import Assignment

GRACE = 30.0
"""Seconds that recognition may take beside three times the length of the recording."""

_ASK_EVERY = 2.0  # seconds between two questions for a job whose id never came
_POLL = 0.1  # seconds between two looks for an id
_FIRST_WAIT = 0.5  # seconds before trying the web service again, doubled each time
_LONGEST_WAIT = 10.0

_log = structlog.get_logger(__name__)


@dataclass
class SpeechWorker:
    """One worker with one model process. Runs in the main thread."""

    ledger: LedgerClient
    transport: Transport
    model: ModelProcess
    stopped: Event
    grace: float = GRACE
    _asked: float = field(default=0.0, init=False)
    _away: Seldom = field(default_factory=Seldom, init=False)

    def run(self) -> None:
        """Work until stopped. The web service and the transport may come, go and come back."""
        _log.info("speech.started", worker=self.ledger.worker)
        wait = _FIRST_WAIT
        while not self.stopped.is_set():
            try:
                asked, assignment = self._next()
                if assignment is not None:
                    self._transcribe(assignment)
                if asked:
                    wait = _FIRST_WAIT
                    if self._away.is_over():
                        _log.info("speech.web_back")
            except (WebAway, RefusedByWeb, NotOurs) as error:
                wait = self._pause(wait, error)
        _log.info("speech.stopped", worker=self.ledger.worker)

    def give_back(self, assignment: Assignment, answer: Answer) -> None:
        """Hand an answer over, however long the web service is away, until stopped.

        Raises NotOurs, RefusedByWeb, and WebAway once stopped.

        No heartbeat goes with it: what the web service takes from nobody is given to the next worker, then given up.
        """
        wait = _FIRST_WAIT
        patience = time.monotonic() + self.ledger.lease_seconds
        while True:
            try:
                if answer.transcript is not None:
                    self.ledger.done(assignment, answer.transcript)
                else:
                    self.ledger.failed(assignment, answer.reason, retryable=answer.retryable)
            except WebAway as error:
                if self.stopped.is_set():
                    raise
                wait = self._pause(wait, error)
            except RefusedByWeb as error:
                if self.stopped.is_set() or time.monotonic() > patience:
                    raise
                wait = self._pause(wait, error)
            else:
                return

    def _pause(self, wait: float, reason: Exception) -> float:
        """Wait, and give how long to wait the next time."""
        if self._away.is_due():
            _log.warning("speech.web_away", reason=str(reason))
        self.stopped.wait(wait)
        return min(2 * wait, _LONGEST_WAIT)

    def _next(self) -> tuple[bool, Assignment | None]:
        """Whether the web service was asked, and the job whose id comes first, or any due one every other second."""
        job_id = None
        try:
            job_id = self.transport.take(Queue.SPEECH)
        except TransportDown:  # it has been logged
            self.stopped.wait(_ASK_EVERY)
        if job_id is None and time.monotonic() - self._asked < _ASK_EVERY:
            self.stopped.wait(_POLL)
            return False, None
        self._asked = time.monotonic()
        return True, self.ledger.claim(job_id)

    def _transcribe(self, assignment: Assignment) -> None:
        log = _log.bind(job_id=str(assignment.job_id), audio_seconds=round(assignment.seconds, 2))
        log.info("speech.taken", worker=self.ledger.worker)
        started = time.monotonic()
        with heartbeat(partial(self.ledger.extend, assignment), self.ledger.lease_seconds / 3):
            answer = self._recognised(assignment)
        log.info("speech.answered", seconds=round(time.monotonic() - started, 2), reason=answer.reason)
        self.give_back(assignment, answer)

    def _recognised(self, assignment: Assignment) -> Answer:
        try:
            audio = self.ledger.audio(assignment.media_id)
        except NotOurs:
            return Answer(reason="the recording is gone")
        return self.model.recognise(audio, assignment.language, 3 * assignment.seconds + self.grace)
