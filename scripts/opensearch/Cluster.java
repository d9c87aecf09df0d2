import java.util.ArrayList;
import java.util.List;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * Real OpenSearch nodes in one process, on loopback: `Cluster DIRECTORY HTTP_PORT:TRANSPORT_PORT...`.
 * The end of its input ends it, so it never outlives whoever started it.
 */
public final class Cluster {
  public static void main(String[] arguments) throws Exception {
    List<String> http = new ArrayList<>();
    List<String> transport = new ArrayList<>();
    for (int at = 1; at < arguments.length; at++) {
      String[] ports = arguments[at].split(":");
      http.add(ports[0]);
      transport.add(ports[1]);
    }
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((node, settings) -> {
      settings.put("network.host", "127.0.0.1");
      settings.put("http.port", http.get(node - 1));
      settings.put("transport.port", transport.get(node - 1));
      settings.putList("discovery.seed_hosts", transport.stream().map(port -> "127.0.0.1:" + port).toList());
      settings.put("cluster.initial_cluster_manager_nodes", "Node 1");
      settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
      settings.put("cluster.max_shards_per_node", 4000);
      settings.put("search.max_open_pit_context", 1000);
    });
    try {
      runner.build(OpenSearchRunner.newConfigs()
          .basePath(arguments[0]).numOfNode(http.size()).clusterName("vedette-test").useLogger());
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (Throwable thrown) {
      thrown.printStackTrace();
      System.exit(1);
    }
    runner.close();
    System.exit(0);
  }
}
