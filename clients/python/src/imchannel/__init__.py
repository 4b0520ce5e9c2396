"""Events and commands of IMChannel, and a small client for bots."""

from imchannel.bot import Bot, Reply
from imchannel.ids import conversation_key, message_id_of

__version__ = "0.1.0"
__all__ = ["Bot", "Reply", "conversation_key", "message_id_of"]
