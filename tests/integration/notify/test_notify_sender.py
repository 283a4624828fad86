"""Sending one webhook to a real endpoint on this machine."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import pytest

from services.notify.adapters.connections import Connections, Limits, Resolver, resolve
from services.notify.adapters.webhooks import WebhookSender
from services.notify.application.dispatching import webhook_headers
from services.notify.domain.addresses import AddressRule, IPAddress, read_address
from services.notify.domain.retries import Answer as Answered
from services.notify.domain.retries import NoAnswer
from services.notify.domain.signature import key_of_secret, sign
from tests.integration.notify.receiving import SECRET, Answer, Receiver

LOOPBACK = AddressRule((ip_network("127.0.0.0/8"),))
BODY = b'{"type":"alert.opened"}'


def send(
    address: str,
    rule: AddressRule = LOOPBACK,
    total_s: float = 2.0,
    resolver: Resolver = resolve,
    times: int = 1,
) -> list[Answered | NoAnswer]:
    limits = Limits(connect_s=1.0, total_s=total_s)
    connections = Connections(rule, limits, resolver, ssl.create_default_context)
    sender = WebhookSender(connections, limits)
    now = int(time.time())
    headers = webhook_headers("msg_1", now, sign(key_of_secret(SECRET), "msg_1", now, BODY))
    try:
        return [sender.send(read_address(address), headers, BODY) for _ in range(times)]
    finally:
        connections.close()


@contextmanager
def talking(*pieces: bytes, pause_s: float = 0.0) -> Iterator[str]:
    """An endpoint that says these bytes whatever it is asked, and then waits."""
    server, ended = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    if ended.wait(pause_s):
                        return
                ended.wait(10)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    finally:
        ended.set()
        server.close()
        thread.join(2)


def test_a_message_arrives_with_a_signature_that_the_reference_implementation_accepts() -> None:
    with Receiver() as receiver:
        (result,) = send(receiver.address)

    assert result == Answered(200)
    assert receiver.ids() == ["msg_1"]


def test_connections_are_kept_open() -> None:
    with Receiver() as receiver:
        send(receiver.address, times=3)

    assert len({each.port for each in receiver.received}) == 1


def test_a_connection_that_the_endpoint_closed_is_made_anew() -> None:
    with Receiver(Answer(headers={"Connection": "close"})) as receiver:
        results = send(receiver.address, times=3)

    assert results == [Answered(200)] * 3


def test_redirects_are_not_followed() -> None:
    with Receiver() as elsewhere, Receiver(Answer(302, {"Location": elsewhere.address})) as receiver:
        (result,) = send(receiver.address)

    assert result == Answered(302)
    assert elsewhere.received == []


def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    waits = ("120", "Wed, 21 Oct 2115 07:28:00 GMT", "soon")
    with Receiver(*(Answer(503, {"Retry-After": wait}) for wait in waits)) as receiver:
        results = send(receiver.address, times=3)

    seconds, date, nonsense = (each.retry_after for each in results if isinstance(each, Answered))
    assert seconds is not None
    assert seconds.total_seconds() == 120
    assert date is not None
    assert date.days > 30_000
    assert nonsense is None


def test_a_huge_body_is_not_read() -> None:
    with Receiver(Answer(200, {"Content-Length": str(2**40)}, b"x" * 2**20)) as receiver:
        results = send(receiver.address, times=2)

    assert results == [Answered(200)] * 2
    assert len({each.port for each in receiver.received}) == 2


def test_an_endpoint_that_hangs_is_left_in_time() -> None:
    with talking() as address:
        (result,) = send(address, total_s=0.3)

    assert result == NoAnswer("no answer within 0.3 seconds")


def test_an_endpoint_that_drips_is_left_in_time() -> None:
    with talking(*(bytes([letter]) for letter in b"HTTP/1.1 200 OK" * 10), pause_s=0.05) as address:
        (result,) = send(address, total_s=0.4)

    assert result == NoAnswer("no answer within 0.4 seconds")


def test_a_body_that_never_ends_does_not_spoil_a_success() -> None:
    with talking(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as address:
        (result,) = send(address, total_s=0.3)

    assert result == Answered(200)


def test_endless_headers_are_cut_off() -> None:
    endless = [b"X-Filler: " + b"y" * 60_000 + b"\r\n"] * 20
    with talking(b"HTTP/1.1 200 OK\r\n", *endless) as address:
        (result,) = send(address)

    assert isinstance(result, NoAnswer)
    assert "headers are over" in result.reason


def test_what_is_not_http_is_told() -> None:
    with talking(b"220 mail.example.org ESMTP\r\n") as address:
        (result,) = send(address)

    assert isinstance(result, NoAnswer)
    assert "not HTTP" in result.reason


@pytest.mark.parametrize(
    "noise",
    [
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"\xff\xfe\x00" * 50 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 503 No\r\nRetry-After: Wed, 21 Oct 99999999999 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 No\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\xff: \xff\r\n : x\r\nfolded\r\n  line\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_whatever_an_endpoint_says_the_sender_stays_calm(noise: bytes) -> None:
    with talking(noise) as address:
        (result,) = send(address, total_s=0.3)

    assert isinstance(result, Answered | NoAnswer)


def test_a_closed_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert send(f"http://127.0.0.1:{port}/") == [NoAnswer("connection refused")]


def test_a_name_that_does_not_exist_is_told() -> None:
    def unknown(host: str, port: int) -> list[IPAddress]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    (result,) = send("https://hooks.example.org/", resolver=unknown)

    assert result == NoAnswer("no connection: Name or service not known")


def test_a_private_address_is_never_connected_to() -> None:
    with Receiver() as receiver:
        (result,) = send(receiver.address.replace("http://", "https://"), rule=AddressRule())

    assert result == NoAnswer("127.0.0.1 leads to 127.0.0.1, which is not a public address")
    assert receiver.received == []


def test_a_name_that_is_bound_to_a_private_address_at_its_second_resolution_gains_nothing() -> None:
    """DNS rebinding: every connection goes to an address that was judged after the resolution that gave it."""
    asked = []
    with Receiver() as receiver:

        def rebinding(host: str, port: int) -> list[IPAddress]:
            asked.append(host)
            return [ip_address("203.0.113.7" if len(asked) == 1 else "127.0.0.1")]

        rule = AddressRule((ip_network("203.0.113.0/24"),))
        address = receiver.address.replace("127.0.0.1", "rebound.example.org")
        first, second = send(address, rule=rule, total_s=0.3, resolver=rebinding, times=2)

    assert isinstance(first, NoAnswer)
    assert isinstance(second, NoAnswer)
    assert "leads to 127.0.0.1" in second.reason
    assert asked == ["rebound.example.org"] * 2
    assert receiver.received == []


def test_the_name_is_resolved_once_a_connection_and_stays_in_the_host_header() -> None:
    asked = []

    def local(host: str, port: int) -> list[IPAddress]:
        asked.append(host)
        return [ip_address("127.0.0.1")]

    with Receiver() as receiver:
        address = receiver.address.replace("127.0.0.1", "hooks.example.org")
        results = send(address, resolver=local, times=3)

    assert results == [Answered(200)] * 3
    assert asked == ["hooks.example.org"]


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as receiver, Receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.address)
        assert send(receiver.address) == [Answered(200)]

    assert proxy.received == []


def test_an_endpoint_without_tls_is_told() -> None:
    with talking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as address:
        (result,) = send(address.replace("http://", "https://"))

    assert isinstance(result, NoAnswer)
    assert result.reason.startswith("no TLS connection")
