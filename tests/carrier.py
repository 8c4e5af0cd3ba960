"""A carrier for tests: a real HTTP server on a free port that answers as it is told, and signs as Twilio does."""

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    form: Mapping[str, list[str]]


@dataclass
class Carrier:
    url: str
    answers: deque[Answer] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def will(self, *answers: Answer) -> None:
        self.answers.extend(answers)

    def stall(self, request: BaseHTTPRequestHandler) -> None:
        """Says nothing until the test is over."""
        self.released.wait(30)


def answer(status: int, body: object = b"", **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def write(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return write


def reset(request: BaseHTTPRequestHandler) -> None:
    """Breaks the connection (RST) without an answer."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.rfile.close()
    request.wfile.close()
    request.connection.close()


@contextmanager
def running_carrier() -> Iterator[Carrier]:
    carrier = Carrier("")

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            carrier.asked.append(
                Asked(
                    self.command,
                    parts.path,
                    parse_qs(parts.query),
                    {name.lower(): value for name, value in self.headers.items()},
                    parse_qs(body.decode(), keep_blank_values=True),
                )
            )
            self.close_connection = True
            carrier.answers.popleft()(self)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 (names that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's own name)
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Quiet: a client that broke off is what some tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        carrier.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield carrier
        finally:
            carrier.released.set()
            server.shutdown()
            thread.join()


def sign(url: str, form: Mapping[str, str], token: str, digest: str = "sha1") -> str:
    """The signature of a request, computed here from the scheme's description and not with the library under test."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), getattr(hashlib, digest)).digest()).decode()
