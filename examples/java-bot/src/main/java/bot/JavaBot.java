package bot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imchannel.events.MessageReceived;
import imchannel.events.MessageSend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A bot in Java: repeats texts, and shows buttons to whoever writes "menu". Messages are committed when their answers are in Kafka, and an
 * answer's id comes from its event, so that a bot that is killed leaves nothing unanswered and answers nothing twice.
 */
public final class JavaBot {
    private static final String BROKERS = System.getenv().getOrDefault("KAFKA_BROKERS", "127.0.0.1:9092");
    private static final String PREFIX = System.getenv().getOrDefault("TOPIC_PREFIX", "imchannel");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private JavaBot() {}

    public static void main(String[] args) throws Exception {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", BROKERS,
                "group.id", PREFIX + ".java-bot",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", false);
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", BROKERS), new ByteArraySerializer(), new ByteArraySerializer());
                var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(consumer, main)));
            consumer.subscribe(List.of(PREFIX + ".inbound"));
            while (true) {
                var answers = new ArrayList<Future<?>>();
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    var answer = answer(record);
                    if (answer != null) answers.add(producer.send(answer));
                }
                for (var answer : answers) answer.get();
                consumer.commitSync();
            }
        } catch (WakeupException stopped) {
            // SIGTERM or SIGINT.
        }
    }

    /** The command that answers an event; null for events of other types. */
    private static ProducerRecord<byte[], byte[]> answer(ConsumerRecord<byte[], byte[]> record) throws Exception {
        if (!"imchannel.message.received.v1".equals(header(record, "ce_type"))) return null;
        var event = JSON.readValue(record.value(), MessageReceived.class);
        var command = Answer.to(event, "java-bot:" + header(record, "ce_id") + ":1");
        if (command.isEmpty()) return null;
        // The conversation's key, and so its partition; the headers carry the trace on.
        var answer = new ProducerRecord<>(PREFIX + ".outbound", record.key(), bytes(command.get()));
        for (var name : List.of("traceparent", "tracestate")) {
            var value = record.headers().lastHeader(name);
            if (value != null) answer.headers().add(value);
        }
        return answer;
    }

    private static byte[] bytes(MessageSend command) throws Exception {
        return JSON.writeValueAsBytes(command);
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Ends the poll, and waits until the consumer has left its group. */
    private static void stop(KafkaConsumer<?, ?> consumer, Thread main) {
        consumer.wakeup();
        try {
            main.join(5_000);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
