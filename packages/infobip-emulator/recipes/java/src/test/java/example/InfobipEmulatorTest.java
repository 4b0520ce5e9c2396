package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** Code that sends WhatsApp messages, tested against the emulator: give yours {@code baseUrl} in place of Infobip's. */
class InfobipEmulatorTest {
  private static final String CUSTOMER = "351927482662";
  private static final String SENDER = "447860099299";

  private final HttpClient http = HttpClient.newHttpClient();
  private String baseUrl;

  @Test
  void aTextArrivesWithinTheWindowAndFailsOutsideIt() throws Exception {
    String image = System.getenv().getOrDefault("EMULATOR_IMAGE", "imchannel/emulator");
    try (GenericContainer<?> emulator = new GenericContainer<>(DockerImageName.parse(image))
        .withExposedPorts(3010)
        .withEnv("HOST", "0.0.0.0")
        .waitingFor(Wait.forHttp("/readyz").forPort(3010))) {
      emulator.start();
      baseUrl = "http://" + emulator.getHost() + ":" + emulator.getMappedPort(3010);

      post("/_emulator/inbound", "{\"from\": \"" + CUSTOMER + "\", \"text\": \"Hello!\"}");
      sendText("in-time");
      assertTrue(stateOf("in-time").contains("\"state\":\"seen\""));

      post("/_emulator/windows", "{\"from\": \"" + CUSTOMER + "\", \"elapsedMs\": 86400000}");
      sendText("too-late");
      assertTrue(stateOf("too-late").contains("EC_NO_SESSION"));
    }
  }

  /** What your own code does. */
  private void sendText(String messageId) throws Exception {
    HttpResponse<String> answer = post("/whatsapp/1/message/text", """
        {"from": "%s", "to": "%s", "messageId": "%s", "content": {"text": "Hello from a test"}}
        """.formatted(SENDER, CUSTOMER, messageId));
    assertEquals(200, answer.statusCode());
  }

  /** Ten seconds later, by the emulator's clock, everything has happened. */
  private String stateOf(String messageId) throws Exception {
    post("/_emulator/clock", "{\"advanceMs\": 10000}");
    HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + "/_emulator/messages?messageId=" + messageId)).build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + path))
        .header("Authorization", "App demo-api-key")
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json))
        .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
