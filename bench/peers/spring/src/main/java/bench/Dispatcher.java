package bench;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One command at a time in each of twelve listener threads, as a listener with RestClient is usually written. */
@Component
class Dispatcher {
  private final KafkaTemplate<String, byte[]> kafka;
  private final JsonMapper json;
  private final RestClient provider;
  private final String status;

  Dispatcher(KafkaTemplate<String, byte[]> kafka, JsonMapper json,
      @Value("${bench.prefix}") String prefix, @Value("${bench.provider}") String provider) {
    this.kafka = kafka;
    this.json = json;
    this.status = prefix + ".status";
    this.provider = RestClient.builder().baseUrl(provider).defaultHeader("Authorization", "App demo-api-key").build();
  }

  @KafkaListener(topics = "${bench.prefix}.outbound")
  void send(ConsumerRecord<String, byte[]> record) {
    JsonNode command = json.readTree(record.value());
    Map<String, Object> body = Map.of(
        "scenarioKey", "AAAAAAAAAAAAABC63903B684B3E46C5DD869",
        "destinations", List.of(Map.of(
            "messageId", command.path("id").asString(), "to", Map.of("phoneNumber", command.path("to").asString()))),
        "whatsApp", Map.of("text", command.path("content").path("text").asString()));
    JsonNode answer = provider.post().uri("/omni/1/advanced").contentType(MediaType.APPLICATION_JSON)
        .body(body).retrieve().body(JsonNode.class);
    kafka.send(status, record.key(), json.writeValueAsBytes(Map.of(
        "commandId", command.path("id"), "tenant", command.path("tenant"), "original", answer))).join();
  }
}
