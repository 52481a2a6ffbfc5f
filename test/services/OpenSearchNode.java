import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.http.HttpServerTransport;

/**
 * One OpenSearch node on free loopback ports, its files under the folder given. Says where it
 * listens, and ends when standard input does: so it can't outlive the test run that started it.
 */
public class OpenSearchNode {
  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
    runner
        .onBuild(
            (number, settings) -> {
              settings.put("network.host", "127.0.0.1");
              settings.put("http.port", "0");
              settings.put("transport.port", "0");
              settings.put("discovery.type", "single-node");
              // A test node holds next to nothing: a machine's nearly full disk is no reason to refuse writes.
              settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            })
        .build(
            OpenSearchRunner.newConfigs()
                .basePath(args[0])
                .clusterName("keytrail-test-" + ProcessHandle.current().pid())
                .numOfNode(1)
                .useLogger()
                .printOnFailure());
    int port = runner.getInstance(HttpServerTransport.class).boundAddress().publishAddress().getPort();
    System.out.println("keytrail-service listening on 127.0.0.1:" + port);
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  private static void close(OpenSearchRunner runner) {
    try {
      runner.close();
    } catch (Exception e) {
      e.printStackTrace();
    }
    runner.clean();
  }
}
