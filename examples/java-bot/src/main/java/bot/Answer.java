package bot;

import imchannel.events.MessageReceived;
import imchannel.events.MessageReceived.ButtonReplyContent;
import imchannel.events.MessageReceived.TextContent;
import imchannel.events.MessageSend;
import java.util.List;
import java.util.Optional;

/** What the bot says: no Kafka here. */
final class Answer {
    private Answer() {}

    /** Nothing where it is not known as which number. */
    static Optional<MessageSend> to(MessageReceived event, String commandId) {
        if (event.to() == null) return Optional.empty();
        return Optional.of(new MessageSend(event.tenant(), event.to(), event.from(), say(event.content())).withId(commandId));
    }

    private static MessageSend.Content say(MessageReceived.Content content) {
        if (content instanceof TextContent text && text.text().equalsIgnoreCase("menu")) {
            return new MessageSend.ButtonsContent("Tea or coffee?", List.of(button("Tea"), button("Coffee")));
        }
        if (content instanceof TextContent text) return text("You said to Java: " + text.text());
        if (content instanceof ButtonReplyContent reply) return text(reply.title() + " it is.");
        return text("I can only read text.");
    }

    private static MessageSend.TextContent text(String text) {
        return new MessageSend.TextContent(text);
    }

    private static MessageSend.ButtonsContentButton button(String title) {
        return new MessageSend.ButtonsContentButton(title, title);
    }
}
