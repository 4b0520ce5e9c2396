"""A bot in Python: repeats texts, and shows buttons to whoever writes "menu"."""

import os

from imchannel import Bot

bot = Bot(
    "python-bot",
    brokers=os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092"),
    tenant=os.environ.get("BOT_TENANT"),
    prefix=os.environ.get("TOPIC_PREFIX", "imchannel"),
)


@bot.on_message("text")
def repeat(message, reply):
    if message["content"]["text"].lower() == "menu":
        reply.buttons("Tea or coffee?", "Tea", "Coffee")
    else:
        reply.text(f"You said to Python: {message['content']['text']}")


@bot.on_message("buttonReply")
def confirm(message, reply):
    reply.text(f"{message['content'].get('title')} it is.")


@bot.on_message()
def decline(_message, reply):
    reply.text("I can only read text.")


if __name__ == "__main__":
    bot.run(lambda: print("python-bot answers", flush=True))
