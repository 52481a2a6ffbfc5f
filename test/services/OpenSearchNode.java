import java.util.concurrent.atomic.AtomicBoolean;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.http.HttpServerTransport;

/**
 * One OpenSearch node on loopback, its files under the folder given; settings follow as key=value. The property
 * keytrail.plugins names the classes of plugins.
 * Says where it listens, and ends when standard input does: so it can't outlive the test run that
 * started it. A line on standard input ends it too, but leaves its files for another start.
 */
public class OpenSearchNode {
  public static void main(String[] args) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    AtomicBoolean keep = new AtomicBoolean();
    OpenSearchRunner.Configs configs =
        OpenSearchRunner.newConfigs()
            .basePath(args[0])
            .clusterName("keytrail-test-" + ProcessHandle.current().pid())
            .numOfNode(1)
            .useLogger()
            .printOnFailure();
    String plugins = System.getProperty("keytrail.plugins");
    if (plugins != null) configs.pluginTypes(plugins);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner, keep.get())));
    runner
        .onBuild(
            (number, settings) -> {
              settings.put("network.host", "127.0.0.1");
              // A test node holds next to nothing: a machine's nearly full disk is no reason to refuse writes.
              settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
              for (int i = 1; i < args.length; i++) {
                String[] setting = args[i].split("=", 2);
                settings.put(setting[0], setting[1]);
              }
            })
        .build(configs);
    HttpServerTransport http = runner.getNode(0).injector().getInstance(HttpServerTransport.class);
    int port = http.boundAddress().publishAddress().getPort();
    System.out.println("keytrail-service listening on 127.0.0.1:" + port);
    keep.set(System.in.read() >= 0);
    System.exit(0);
  }

  private static void close(OpenSearchRunner runner, boolean keep) {
    try {
      runner.close();
    } catch (Exception e) {
      e.printStackTrace();
    }
    if (!keep) runner.clean();
  }
}
