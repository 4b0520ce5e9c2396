"""Ids and keys that IMChannel derives, so that a bot knows them without asking."""

from uuid import UUID, uuid5

_MESSAGE_IDS = UUID("6f1d8c3a-5b0e-5d7a-9c41-2e8b7f60a4d3")


def message_id_of(tenant: str, command_id: str) -> str:
    """The messageId under which a command is sent: what delivery and seen reports name."""
    return str(uuid5(_MESSAGE_IDS, f"{tenant}:{command_id}"))


def conversation_key(tenant: str, business: str | None, customer: str | None) -> str:
    """The Kafka key of a conversation. Numbers are digits alone, as events have them."""
    return f"{tenant}:{business or '-'}:{customer or '-'}"
