package imchannel.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Ids and keys that IMChannel derives, so that a bot knows them without asking. */
public final class Ids {
    private static final UUID MESSAGE_IDS = UUID.fromString("6f1d8c3a-5b0e-5d7a-9c41-2e8b7f60a4d3");

    private Ids() {}

    /** The messageId under which a command is sent: what delivery and seen reports name. */
    public static String messageIdOf(String tenant, String commandId) {
        return nameBased(MESSAGE_IDS, tenant + ":" + commandId).toString();
    }

    /** The Kafka key of a conversation. Numbers are digits alone, as events have them; null where a side is not known. */
    public static String conversationKey(String tenant, String business, String customer) {
        return tenant + ":" + (business == null ? "-" : business) + ":" + (customer == null ? "-" : customer);
    }

    /** UUID version 5 (RFC 9562), which java.util.UUID lacks. */
    private static UUID nameBased(UUID namespace, String name) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(ByteBuffer.allocate(16).putLong(namespace.getMostSignificantBits())
                    .putLong(namespace.getLeastSignificantBits()).array());
            var hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
            long high = (hash.getLong() & ~0xF000L) | 0x5000L;
            long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
            return new UUID(high, low);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
