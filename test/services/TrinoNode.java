import io.trino.server.TrinoServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * One Trino server on loopback, at a port that is free; its configuration is the folder given. Says where it listens
 * once it takes queries, and ends when standard input does: so it can't outlive the test run that started it.
 */
public class TrinoNode {
  public static void main(String[] args) throws Exception {
    // Trino's log takes System.out over.
    PrintStream out = System.out;
    Thread.ofPlatform().daemon().start(TrinoNode::endWithInput);
    String address = "127.0.0.1:" + freePort();
    System.setProperty("config", args[0] + "/config.properties");
    System.setProperty("catalog.config-dir", args[0] + "/catalog");
    System.setProperty("node.bind-ip", "127.0.0.1");
    System.setProperty("node.internal-address", "127.0.0.1");
    System.setProperty("http-server.http.port", address.split(":")[1]);
    System.setProperty("discovery.uri", "http://" + address);
    TrinoServer.main(new String[0]);
    HttpRequest info = HttpRequest.newBuilder(URI.create("http://" + address + "/v1/info")).build();
    HttpClient client = HttpClient.newHttpClient();
    while (!client.send(info, BodyHandlers.ofString()).body().contains("\"starting\":false"))
      Thread.sleep(100);
    out.println("keytrail-service listening on " + address);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      e.printStackTrace();
    }
    // Nothing of a test's server is to be kept: so nothing is waited for.
    Runtime.getRuntime().halt(0);
  }
}
