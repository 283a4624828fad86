"""Signatures, held against the reference implementation of Standard Webhooks."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from services.notify.domain.signature import SECRET_BYTES, UnfitSecret, key_of_secret, secret_from, sign


def test_a_signature_is_accepted_by_the_reference_implementation() -> None:
    secret, now = secret_from(bytes(range(SECRET_BYTES))), int(datetime.now(UTC).timestamp())
    body = '{"type":"alert.opened","data":{"title":"每周报送"}}'.encode()

    signature = sign(key_of_secret(secret), "msg_1", now, body)

    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signature}
    assert Webhook(secret).verify(body, headers)["type"] == "alert.opened"


def test_the_vector_of_the_specification() -> None:
    key = key_of_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "text",
    ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64 at all, though long enough"],
)
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(UnfitSecret, match="24 to 64 random bytes"):
        key_of_secret(text)


def test_a_secret_that_is_too_long_is_refused() -> None:
    with pytest.raises(UnfitSecret):
        key_of_secret(secret_from(bytes(65)))
