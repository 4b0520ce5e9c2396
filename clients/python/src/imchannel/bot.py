"""A bot on Kafka: messages in, commands out, nothing unanswered and nothing twice."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message, Producer

    from imchannel.events.message_received import MessageReceived
    from imchannel.events.message_send import Content, MessageSend

    Handler = Callable[[MessageReceived, "Reply"], None]

RECEIVED = "imchannel.message.received.v1"
ATTEMPTS = 3
TRACE_HEADERS = ("traceparent", "tracestate")


class Reply:
    """Collects what a handler answers; ids follow from the event and the reply's place in the handler."""

    def __init__(self, bot_name: str, event_id: str, message: MessageReceived) -> None:
        self._prefix = f"{bot_name}:{event_id}"
        self._message = message
        self.commands: list[MessageSend] = []

    def text(self, text: str) -> None:
        self.send({"type": "text", "text": text})

    def buttons(self, body: str, *titles: str) -> None:
        self.send({"type": "buttons", "body": body, "buttons": [{"id": title, "title": title} for title in titles]})

    def send(self, content: Content, **fields: Any) -> None:
        """Any content that a command can have; `fields` are the command's others (`replyTo`, `expiresAt`, …)."""
        command: dict[str, Any] = {
            "id": f"{self._prefix}:{len(self.commands) + 1}",
            "tenant": self._message["tenant"],
            "from": self._message["to"],
            "to": self._message["from"],
            "content": content,
            **fields,
        }
        self.commands.append(command)  # type: ignore[arg-type]


class Bot:
    """`name` is the bot's own: processes with the same one share the customers, others answer beside it."""

    def __init__(
        self,
        name: str,
        *,
        brokers: str = "127.0.0.1:9092",
        tenant: str | None = None,
        prefix: str = "imchannel",
        max_age: float = 24 * 3600,
        kafka: dict[str, Any] | None = None,
    ) -> None:
        """`tenant`: whose customers are answered, all where it is None; `max_age` in seconds; `kafka`: further client settings."""
        self.name, self.tenant, self.prefix, self.max_age = name, tenant, prefix, max_age
        self._kafka = {"bootstrap.servers": brokers, **(kafka or {})}
        self._handlers: list[tuple[frozenset[str], Handler]] = []
        self._running = False

    def on_message(self, *kinds: str) -> Callable[[Handler], Handler]:
        """Registers a handler for kinds of content, for all where none is given. The first that fits is called."""

        def register(handler: Handler) -> Handler:
            self._handlers.append((frozenset(kinds), handler))
            return handler

        return register

    def answers(self, event_id: str, message: MessageReceived) -> list[MessageSend]:
        """The commands that answer a message."""
        reply = Reply(self.name, event_id, message)
        if "to" in message and self.tenant in (None, message["tenant"]):
            kind = message["content"]["type"]
            for kinds, handler in self._handlers:
                if not kinds or kind in kinds:
                    handler(message, reply)
                    break
        return reply.commands

    def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Answers until SIGTERM, SIGINT or `stop()`. `on_ready` is called once partitions are assigned."""
        from confluent_kafka import Consumer, Producer

        # Java's partitioning: a conversation has the same partition in all topics.
        producer = Producer({**self._kafka, "partitioner": "murmur2_random", "enable.idempotence": True})
        consumer = Consumer(
            {
                **self._kafka,
                "group.id": f"{self.prefix}.{self.name}",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        self._running = True
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self.stop())
        consumer.subscribe([f"{self.prefix}.inbound"], on_assign=lambda *_: on_ready())
        try:
            while self._running:
                message = consumer.poll(0.5)
                if message is None:
                    continue
                if message.error():
                    print(message.error(), flush=True)
                    continue
                self._handle(message, producer)
                consumer.commit(message=message, asynchronous=False)
        finally:
            consumer.close()

    def stop(self) -> None:
        self._running = False

    def _handle(self, message: Message, producer: Producer) -> None:
        headers = {name: value for name, value in message.headers() or []}
        if headers.get("ce_type") != RECEIVED.encode():
            return
        if self._is_old(message):
            return
        trace = {name: headers[name] for name in TRACE_HEADERS if name in headers}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                event_id = (headers["ce_id"] or b"").decode()
                commands = self.answers(event_id, json.loads(message.value()))
            except Exception as error:  # noqa: BLE001 - whatever a handler raises
                if attempt == ATTEMPTS:
                    self._set_aside(message, error, producer)
                    return
                time.sleep(attempt)
                continue
            outbound = f"{self.prefix}.outbound"
            self._write(producer, [(outbound, message.key(), json.dumps(one).encode(), trace) for one in commands])
            return

    def _is_old(self, message: Message) -> bool:
        kind, milliseconds = message.timestamp()
        # Kind 0: the record has no timestamp.
        return kind != 0 and time.time() - milliseconds / 1000 > self.max_age

    def _set_aside(self, message: Message, error: Exception, producer: Producer) -> None:
        reasons = {
            "imchannel-error-code": "handler_failed",
            "imchannel-error-reason": str(error)[:1024],
            "imchannel-source-topic": message.topic(),
            "imchannel-source-partition": str(message.partition()),
            "imchannel-source-offset": str(message.offset()),
            "imchannel-attempts": str(ATTEMPTS),
        }
        headers = [*(message.headers() or []), *((name, value.encode()) for name, value in reasons.items())]
        topic = f"{self.prefix}.bot.{self.name}.deadletter"
        self._ensure_topic(topic)
        self._write(producer, [(topic, message.key(), message.value(), headers)])

    def _ensure_topic(self, topic: str) -> None:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient, NewTopic

        # Partitions and replicas as the broker has them by default. One that exists or may not be made shows at the write.
        for made in AdminClient(self._kafka).create_topics([NewTopic(topic, -1, -1)]).values():
            try:
                made.result()
            except KafkaException:
                pass

    def _write(self, producer: Producer, records: list[tuple[str, Any, Any, Any]]) -> None:
        """Returns once Kafka has all of them. A record that it refuses ends the bot: its message is not committed."""
        failures: list[object] = []
        for topic, key, value, headers in records:
            producer.produce(
                topic,
                key=key,
                value=value,
                headers=headers,
                on_delivery=lambda error, _message: failures.append(error) if error else None,
            )
        producer.flush()
        if failures:
            raise RuntimeError(f"not stored: {failures[0]}")
