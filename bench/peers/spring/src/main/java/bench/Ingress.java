package bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.ResponseEntity;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each result of a webhook becomes a record; the answer waits until Kafka has all of them. */
@RestController
class Ingress {
  private final KafkaTemplate<String, byte[]> kafka;
  private final JsonMapper json;
  private final String topic;

  Ingress(KafkaTemplate<String, byte[]> kafka, JsonMapper json, @Value("${bench.prefix}") String prefix) {
    this.kafka = kafka;
    this.json = json;
    this.topic = prefix + ".inbound";
  }

  @PostMapping("/{tenant}/imchannel/{kind}")
  ResponseEntity<String> webhook(@PathVariable String tenant, @RequestBody byte[] body) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (JsonNode result : json.readTree(body).path("results")) {
      sent.add(kafka.send(toRecord(tenant, result)));
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
    return ResponseEntity.ok().header("Content-Type", "application/json").body("{}");
  }

  private ProducerRecord<String, byte[]> toRecord(String tenant, JsonNode result) {
    String from = result.path("from").asString();
    String to = result.path("to").asString();
    String messageId = result.path("messageId").asString();
    byte[] value = json.writeValueAsBytes(Map.of(
        "tenant", tenant, "channel", "WHATSAPP", "messageId", messageId, "from", from, "to", to,
        "receivedAt", result.path("receivedAt").asString(), "contact", result.path("contact"),
        "content", Map.of("type", "text", "text", result.path("message").path("text").asString()),
        "original", result));
    var record = new ProducerRecord<>(topic, tenant + ":" + to + ":" + from, value);
    record.headers()
        .add("ce_specversion", bytes("1.0")).add("ce_id", bytes(messageId)).add("ce_source", bytes("/imchannel/" + tenant))
        .add("ce_type", bytes("imchannel.message.received.v1")).add("ce_subject", bytes(messageId))
        .add("content-type", bytes("application/json"));
    return record;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
