"""Code that sends WhatsApp messages, tested against the emulator: give yours `emulator` in place of Infobip's base URL."""

import json
import os
import time
import urllib.request

import pytest
from testcontainers.core.container import DockerContainer

CUSTOMER = "351927482662"
SENDER = "447860099299"


def call(url: str, body: dict | None = None) -> dict:
    headers = {"Authorization": "App demo-api-key", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as answer:
        return json.load(answer)


def wait_until_ready(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            call(f"{url}/readyz")
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="module")
def emulator():
    image = os.environ.get("EMULATOR_IMAGE", "imchannel/emulator")
    with DockerContainer(image).with_exposed_ports(3010).with_env("HOST", "0.0.0.0") as container:
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(3010)}"
        wait_until_ready(url)
        yield url


def send_text(emulator: str, message_id: str) -> None:
    """What your own code does."""
    content = {"text": "Hello from a test"}
    call(
        f"{emulator}/whatsapp/1/message/text",
        {"from": SENDER, "to": CUSTOMER, "messageId": message_id, "content": content},
    )


def message(emulator: str, message_id: str) -> dict:
    """Ten seconds later, by the emulator's clock, everything has happened."""
    call(f"{emulator}/_emulator/clock", {"advanceMs": 10_000})
    return call(f"{emulator}/_emulator/messages?messageId={message_id}")["messages"][0]


def test_a_text_arrives_within_the_window_and_fails_outside_it(emulator):
    call(f"{emulator}/_emulator/inbound", {"from": CUSTOMER, "text": "Hello!"})
    send_text(emulator, "in-time")
    assert message(emulator, "in-time")["state"] == "seen"

    call(f"{emulator}/_emulator/windows", {"from": CUSTOMER, "elapsedMs": 86_400_000})
    send_text(emulator, "too-late")
    assert message(emulator, "too-late")["error"]["name"] == "EC_NO_SESSION"
