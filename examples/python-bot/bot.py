"""A bot in Python: repeats texts, and shows buttons to whoever writes "menu". A message is committed when its answer is in Kafka, and an answer's id comes from its event, so that a bot
that is killed leaves nothing unanswered and answers nothing twice."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, Message, Producer

if TYPE_CHECKING:
    # Generated from the JSON Schemas.
    from imchannel_events.message_received import MessageReceived
    from imchannel_events.message_received import Content as Received
    from imchannel_events.message_send import Content, MessageSend

BOT = "python-bot"
BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092")
PREFIX = os.environ.get("TOPIC_PREFIX", "imchannel")
TENANT = os.environ.get("BOT_TENANT")


def answer(event_id: str, event: MessageReceived) -> MessageSend | None:
    """What the bot says; nothing where it is not known as which number."""
    if "to" not in event or (TENANT and event["tenant"] != TENANT):
        return None
    return {
        "id": f"{BOT}:{event_id}:1",
        "tenant": event["tenant"],
        "from": event["to"],
        "to": event["from"],
        "content": say(event["content"]),
    }


def say(content: Received) -> Content:
    if content["type"] == "text" and content["text"].lower() == "menu":
        buttons = [{"id": title, "title": title} for title in ("Tea", "Coffee")]
        return {"type": "buttons", "body": "Tea or coffee?", "buttons": buttons}
    if content["type"] == "text":
        return {"type": "text", "text": f"You said to Python: {content['text']}"}
    if content["type"] == "buttonReply":
        return {"type": "text", "text": f"{content.get('title')} it is."}
    return {"type": "text", "text": "I can only read text."}


def handle(message: Message, producer: Producer) -> None:
    headers = {name: (value or b"").decode() for name, value in message.headers() or []}
    if headers.get("ce_type") != "imchannel.message.received.v1":
        return
    command = answer(headers["ce_id"], json.loads(message.value()))
    if command is None:
        return
    failures: list[object] = []
    producer.produce(
        f"{PREFIX}.outbound",
        key=message.key(),
        value=json.dumps(command),
        # The trace goes on, if the event has one.
        headers={name: headers[name] for name in ("traceparent", "tracestate") if name in headers},
        on_delivery=lambda error, _message: failures.append(error) if error else None,
    )
    producer.flush()
    if failures:
        raise RuntimeError(f"the answer was not stored: {failures[0]}")


def main() -> None:
    # Java's partitioning: a conversation has the same partition in all topics.
    producer = Producer({"bootstrap.servers": BROKERS, "partitioner": "murmur2_random", "enable.idempotence": True})
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": f"{PREFIX}.{BOT}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    running = True

    def stop(*_: object) -> None:
        nonlocal running
        running = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    consumer.subscribe([f"{PREFIX}.inbound"])
    try:
        while running:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if message.error():
                print(message.error(), flush=True)
                continue
            handle(message, producer)
            consumer.commit(message=message, asynchronous=False)
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
