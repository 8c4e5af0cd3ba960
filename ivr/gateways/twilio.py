"""The border to Twilio, and to carriers that speak its REST API and its markup."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.rest import Client

from ivr.gateways.gateway import Accepted, SendError
from ivr.gateways.recordings import download
from ivr.gateways.twilio_codes import meaning
from ivr.messages import Outbound
from ivr.rendering.reply import Body, Reply, SmsReply
from ivr.rendering.twiml import CallUrls, sms_twiml, voice_twiml

CONNECT_SECONDS, READ_SECONDS = 5, 10

NEWEST = 50
"""How many of the last messages to a number are searched for one that may have been sent already."""

_RECORDING = re.compile(r"/Recordings/([A-Za-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class RestHttp:
    """The REST client's transport: another host where configured, time limits, and no log of addresses or numbers."""

    base: str
    is_async: bool = False
    session: requests.Session = field(default_factory=requests.Session)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request. Raises requests.RequestException when there is no answer; what was asked may have been done."""
        parts = urlsplit(url)
        answer = self.session.request(
            method,
            self.base + parts.path + (f"?{parts.query}" if parts.query else ""),
            params=params,  # type: ignore[arg-type]
            data=data,
            headers=headers,
            auth=auth,
            timeout=timeout or (CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)


@dataclass(frozen=True)
class TwilioGateway:
    """One account at the carrier.

    ``web_url`` is our public address, ``api_base`` the REST API's, both without a slash at the end; ``recording_hosts``
    may serve recordings besides the API's own host. ``step`` is the step of the call that is being answered: pages are
    rendered by ``at_step``.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    web_url: str
    api_base: str = "https://api.twilio.com"
    recording_hosts: Collection[str] = ()
    step: int = 0
    name: str = "twilio"

    def at_step(self, step: int) -> "TwilioGateway":
        """The gateway that renders the answer to step ``step`` of a call."""
        return TwilioGateway(
            self.account_sid, self.auth_token, self.web_url, self.api_base, self.recording_hosts, step, self.name
        )

    def render(self, reply: Reply) -> Body:
        """The answer as TwiML."""
        if isinstance(reply, SmsReply):
            return sms_twiml(reply)
        return voice_twiml(reply, CallUrls(self.web_url, self.step))

    def send(self, message: Outbound) -> Accepted:
        """Hand a message to the carrier. Raises SendError.

        Sending again after a retryable SendError may send twice: the carrier may have taken the message and its answer
        been lost. Ask ``sent_since`` first.
        """
        try:
            sent = self._client.messages.create(
                to=message.recipient,
                from_=message.sender,
                body=message.text,
                status_callback=f"{self.web_url}/twilio/status",
            )
        except (TwilioException, requests.RequestException, ValueError) as error:
            raise _send_error(error) from error
        if not sent.sid:
            raise SendError("the carrier's answer names no message", retryable=True)
        return Accepted(str(sent.sid))

    def sent_since(self, message: Outbound, since: datetime) -> tuple[str, ...]:
        """The carrier's ids of messages like this one that it took since, oldest first. Raises SendError."""
        try:
            latest = self._client.messages.list(to=message.recipient, from_=message.sender, limit=NEWEST)
        except (TwilioException, requests.RequestException, ValueError) as error:
            raise _send_error(error) from error
        return tuple(
            str(sent.sid)
            for sent in reversed(latest)
            if sent.body == message.text and isinstance(sent.date_created, datetime) and sent.date_created >= since
        )

    def fetch_recording(self, url: str) -> bytes:
        """The recording's file. Raises RecordingMissing (try again), SendError for anything else."""
        return download(url, self._auth, {urlsplit(self.api_base).netloc, *self.recording_hosts})

    def delete_recording(self, url: str) -> None:
        """Remove the recording at the carrier; one that is gone already is no error. Raises SendError."""
        found = _RECORDING.search(url)
        if not found:
            raise SendError("the address names no recording", retryable=False)
        try:
            self._client.recordings(found[1]).delete()
        except (TwilioException, requests.RequestException, ValueError) as error:
            if getattr(error, "status", None) != 404:
                raise _send_error(error) from error

    @property
    def _auth(self) -> tuple[str, str]:
        return self.account_sid, self.auth_token

    @cached_property
    def _client(self) -> Client:
        if not self.account_sid or not self.auth_token:
            raise SendError("no account at the carrier is configured", retryable=False)
        return Client(*self._auth, http_client=RestHttp(self.api_base.rstrip("/")))


def _send_error(error: Exception) -> SendError:
    """The carrier's own words are left out: they repeat the recipient's number."""
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if status is None:
        return SendError("the carrier did not answer", retryable=True)
    known = meaning(code or 0, status)
    return SendError(known.reason, retryable=known.retryable, code=str(code or status))
