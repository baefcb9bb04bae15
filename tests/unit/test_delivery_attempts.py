"""Signatures, single attempts against a real receiver, back-off and rows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest
from job_server import receiver

from songwright.delivery.deliver import Deliverer
from songwright.delivery.guard import Guard
from songwright.delivery.schedule import delay_s
from songwright.delivery.send import send
from songwright.delivery.sign import headers
from songwright.domain.action import GenerateAction
from songwright.store import Store, deliveries, jobs
from songwright.store.records import Delivery, DeliveryState, Job, JobStatus

LOCAL = Guard(allow=["127.0.0.0/8"])


def test_the_signature_is_that_of_standard_webhooks() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the specification's own libraries
    found = headers(
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at_s=1614265330, payload=b'{"test": 2432232314}', secret=secret
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers(webhook_id="a", at_s=1, payload=b"", secret="") == {"webhook-id": "a", "webhook-timestamp": "1"}
    with pytest.raises(ValueError, match="Base64"):
        headers(webhook_id="a", at_s=1, payload=b"", secret="whsec_%%%")


@pytest.mark.parametrize(
    ("status", "delivered", "gone"), [(200, 1, 0), (204, 1, 0), (302, 0, 0), (410, 0, 1), (500, 0, 0)]
)
def test_only_2xx_is_delivered(status: int, delivered: int, gone: int) -> None:
    with receiver(status) as hook:
        answer = send(LOCAL, hook.url, b'{"a":1}', {"webhook-id": "x"}, timeout_s=5.0)
    assert (answer.http_status, answer.delivered, answer.gone) == (status, delivered, gone)
    ((got, body),) = hook.got  # a redirect was not followed
    assert body == b'{"a":1}'
    assert got["host"] == hook.url.split("/")[2]
    assert (got["content-type"], got["webhook-id"]) == ("application/json", "x")


def test_the_host_stays_while_the_connection_is_pinned() -> None:
    with receiver(200) as hook:
        port = hook.url.split(":")[2].split("/")[0]
        pinned = Guard(allow=["hook.example"], resolve=lambda _host, _port: ["127.0.0.1"])
        assert send(pinned, f"http://hook.example:{port}/x?y=1", b"{}", {}, timeout_s=5.0).delivered
    assert hook.got[0][0]["host"] == f"hook.example:{port}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://10.0.0.1/", "gopher://x"])
def test_what_cannot_be_reached_is_an_answer_too(url: str) -> None:
    answer = send(LOCAL, url, b"{}", {}, timeout_s=3.0)
    assert answer.http_status is None
    assert answer.error


def test_delays_grow_are_spread_and_end() -> None:
    delays = (5.0, 30.0, 120.0)
    found = [delay_s(delays, n, seed="one") for n in (1, 2, 3, 4)]
    assert found[3] is None
    assert all(d * 0.8 <= f <= d * 1.2 for d, f in zip(delays, found[:3], strict=True) if f is not None)
    assert found == [delay_s(delays, n, seed="one") for n in (1, 2, 3, 4)]
    assert found[0] != delay_s(delays, 1, seed="two")


class Recorder:
    """A queue that only notes what it was given."""

    def __init__(self) -> None:
        self.added: list[tuple[str, int, float]] = []

    def add_delivery(self, _connection: object, delivery_id: str, number: int, *, delay_s: float) -> None:
        self.added.append((delivery_id, number, delay_s))


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/test.db")
    store.upgrade()
    yield store
    store.close()


def a_delivery(store: Store, url: str) -> Delivery:
    job = Job(
        id=str(uuid.uuid4()),
        trace_id="",
        tenant="t",
        kind="audios",
        action=GenerateAction(),
        request={},
        public_base="",
        status=JobStatus.QUEUED,
        created_at=1.0,
    )
    delivery = Delivery(
        id=str(uuid.uuid4()),
        job_id=job.id,
        event="job.succeeded",
        url=url,
        payload=b'{"ok":true}',
        state=DeliveryState.PENDING,
        created_at=1.0,
        attempts=0,
        next_at=1.0,
    )
    with store.begin() as connection:
        jobs.insert(connection, job)
        deliveries.create(connection, delivery)
    return delivery


def test_attempts_follow_each_other_until_one_is_delivered(store: Store) -> None:
    queue = Recorder()
    with receiver(500, 503, 200) as hook:
        deliverer = Deliverer(store, queue, LOCAL, secret="whsec_c2VjcmV0", timeout_s=5.0, delays_s=(5.0, 30.0, 120.0))
        delivery = a_delivery(store, hook.url)
        for number in itertools.chain((1, 1, 2, 3), (4, 5)):  # a repeated or needless attempt does nothing
            deliverer.deliver(delivery.id, number)
    assert [n for _, n, _ in queue.added] == [2, 3]
    assert [a.http_status for a in store.attempts_of(delivery.id)] == [500, 503, 200]
    (done,) = store.deliveries_of(delivery.job_id)
    assert (done.state, done.next_at) == (DeliveryState.DELIVERED, None)
    assert len(hook.got) == 3
    for got, body in hook.got:
        assert got["webhook-id"] == delivery.id
        signed = f"{delivery.id}.{got['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(b"secret", signed, hashlib.sha256).digest()).decode()
        assert got["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize(("answers", "state", "sent"), [([410], "disabled", 1), ([500], "exhausted", 3)])
def test_the_end_of_attempts(store: Store, answers: list[int], state: str, sent: int) -> None:
    queue = Recorder()
    with receiver(*answers) as hook:
        deliverer = Deliverer(store, queue, LOCAL, secret="", timeout_s=5.0, delays_s=(5.0, 30.0))
        delivery = a_delivery(store, hook.url)
        for number in (1, 2, 3, 4):
            deliverer.deliver(delivery.id, number)
    assert len(hook.got) == sent
    assert store.deliveries_of(delivery.job_id)[0].state.value == state
