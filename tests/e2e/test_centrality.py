"""Centralities against published numbers, networkx, and themselves."""
import json
import math
import random
import unittest

import networkx

import test_schemas
from support import Case

# D. Krackhardt, Administrative Science Quarterly 35(2), 1990: the kite.
KITE = [(0, 1), (0, 2), (0, 3), (0, 5), (1, 3), (1, 4), (1, 6), (2, 3), (2, 5), (3, 4), (3, 5), (3, 6),
        (4, 6), (5, 6), (5, 7), (6, 7), (7, 8), (8, 9)]
KITE_NUMBERS = {
    "betweenness": [.8333, .8333, 0, 3.6667, 0, 8.3333, 8.3333, 14, 8, 0],
    "current_flow": [5.983108, 5.983108, 3.692568, 10.472973, 3.692568, 12.736486, 12.736486,
                     15.567568, 8, 0],
    "katz": [1.717594, 1.717594, 1.561449, 2.029323, 1.561449, 1.867571, 1.867571, 1.499775,
             1.262603, 1.126260],
    "pagerank": [.10192, .10192, .079418, .147148, .079418, .128907, .128907, .095248, .085694,
                 .05142],
}


def random_graph(seed, n, m, decades=10, loops=True):
    rng = random.Random(seed)
    graph = networkx.DiGraph()
    graph.add_nodes_from(f"v{k:03d}" for k in range(n))
    names = list(graph)
    while graph.number_of_edges() < m:
        a, b = rng.sample(range(n), 2)
        if not loops and a > b:
            a, b = b, a
        graph.add_edge(names[a], names[b], weight=10 ** rng.uniform(-decades / 2, decades / 2))
    graph.remove_nodes_from([v for v in names if graph.degree(v) == 0])
    return graph


class Centrality(Case):
    def load(self, graph, weight="weight"):
        lines = ["source,target,value"]
        lines += [f"{u},{v},{data.get(weight, 1)!r}" for u, v, data in graph.edges(data=True)]
        return self.write("flows.csv", "\n".join(lines) + "\n")

    def values(self, metric, *words):
        results = self.results("centrality", "--metric", metric, "--top", "0", *words)
        self.assertEqual(len(results["groups"]), 1)
        group = results["groups"][0]
        return group, {row["id"]: row for row in group["rows"]}

    def same(self, rows, metric, wanted, places=1e-9):
        self.assertEqual(set(rows), set(wanted))
        for vertex, value in wanted.items():
            got = rows[vertex][metric]
            self.assertTrue(abs(got - value) <= places * max(1, abs(value)),
                            (metric, vertex, got, value))

    def test_krackhardts_kite_has_its_published_numbers(self):
        path = self.write("kite.csv", "source,target,value\n"
                          + "".join(f"{a},{b},1\n" for a, b in KITE))
        _, rows = self.values("all", "-n", path, "--undirected", "--radius", "1")
        for metric, numbers in KITE_NUMBERS.items():
            for vertex, value in enumerate(numbers):
                self.assertAlmostEqual(rows[str(vertex)][metric], value, 4 if value < 20 else 3)
        for vertex in "56":
            self.assertAlmostEqual(rows[vertex]["closeness_in"], .642857, 6)
        self.assertEqual([rows[str(v)]["collective_influence"] for v in range(10)],
                         [42, 42, 24, 90, 24, 64, 64, 18, 2, 0])
        _, rows = self.values("collective_influence", "-n", path, "--undirected", "--radius", "2")
        self.assertEqual([rows[str(v)]["collective_influence"] for v in range(10)],
                         [24, 24, 22, 10, 22, 24, 24, 30, 8, 0])

    def test_paths_agree_with_networkx_on_amounts_of_ten_decades(self):
        for seed in range(6):
            graph = random_graph(seed, 40, 160)
            for _, _, data in graph.edges(data=True):
                data["length"] = 1 / data["weight"]
            path = self.load(graph)
            group, rows = self.values("betweenness,closeness,harmonic", "-n", path, "--links")
            self.same(rows, "betweenness",
                      networkx.betweenness_centrality(graph, normalized=False, weight="length"))
            self.same(rows, "closeness_in", networkx.closeness_centrality(graph, distance="length"))
            self.same(rows, "closeness_out",
                      networkx.closeness_centrality(graph.reverse(), distance="length"))
            self.same(rows, "harmonic_in", networkx.harmonic_centrality(graph, distance="length"))
            edges = networkx.edge_betweenness_centrality(graph, normalized=False, weight="length")
            self.assertEqual(len(group["links"]), len(edges))
            for link in group["links"]:
                wanted = edges[link["supplier"], link["buyer"]]
                self.assertAlmostEqual(link["betweenness"], wanted, 8)

    def test_hops_agree_with_networkx_and_normalise_as_it_does(self):
        for seed in range(6):
            graph = random_graph(seed, 40, 130)
            path = self.load(graph)
            _, rows = self.values("betweenness,closeness,degree", "-n", path, "--weights", "one",
                                  "--normalized")
            self.same(rows, "betweenness", networkx.betweenness_centrality(graph))
            self.same(rows, "closeness_in", networkx.closeness_centrality(graph))
            self.same(rows, "in_degree", networkx.in_degree_centrality(graph))
            self.same(rows, "out_degree", networkx.out_degree_centrality(graph))

    def test_spectral_measures_agree_with_networkx(self):
        for seed in range(6):
            graph = random_graph(seed, 30, 240, decades=2)
            path = self.load(graph)
            _, rows = self.values("pagerank,hits,strength", "-n", path)
            self.same(rows, "pagerank", networkx.pagerank(graph, tol=1e-14, max_iter=1000), 1e-10)
            hubs, authorities = networkx.hits(graph, tol=1e-14, max_iter=10000)
            self.same(rows, "hub", hubs, 1e-7)
            self.same(rows, "authority", authorities, 1e-7)
            self.same(rows, "in_strength", dict(graph.in_degree(weight="weight")))
            _, rows = self.values("eigenvector,katz,pagerank", "-n", path, "--weights", "one",
                                  "--alpha", "0.05")
            self.same(rows, "eigenvector", networkx.eigenvector_centrality(graph, 10000, 1e-13), 1e-8)
            self.same(rows, "katz", networkx.katz_centrality(
                graph, 0.05, normalized=False, max_iter=10000, tol=1e-14), 1e-10)
            self.same(rows, "pagerank",
                      networkx.pagerank(graph, tol=1e-14, max_iter=1000, weight=None), 1e-10)

    def test_neighbourhood_measures_agree_with_networkx(self):
        for seed in range(6):
            graph = random_graph(seed, 25, 70, decades=1)
            path = self.load(graph)
            _, rows = self.values("constraint,coreness", "-n", path)
            wanted = networkx.constraint(graph, weight="weight")
            for vertex, value in wanted.items():
                if not math.isnan(value):  # networkx gives none to those that sell nothing
                    self.assertAlmostEqual(rows[vertex]["constraint"], value, 9)
            self.same(rows, "coreness", networkx.core_number(graph.to_undirected()))

    def test_current_flow_agrees_with_networkx(self):
        for seed in range(4):
            graph = random_graph(seed, 25, 90, decades=2)
            if not networkx.is_weakly_connected(graph):
                continue
            plain = networkx.Graph()
            for u, v, data in graph.edges(data=True):
                old = plain.edges[u, v]["weight"] if plain.has_edge(u, v) else 0
                plain.add_edge(u, v, weight=old + data["weight"])
            path = self.load(graph)
            _, rows = self.values("current_flow", "-n", path)
            self.same(rows, "current_flow", networkx.current_flow_betweenness_centrality(
                plain, normalized=False, weight="weight", solver="full"), 1e-7)

    def test_scale_changes_no_measure_but_those_in_units_and_order_of_rows_changes_nothing(self):
        graph = random_graph(3, 40, 200, decades=4)
        path = self.load(graph)
        _, rows = self.values("all", "-n", path)
        units = {"in_strength", "out_strength", "closeness_in", "closeness_out", "harmonic_in",
                 "harmonic_out"}
        for scale in (2.0 ** -20, 2.0 ** 20):
            for _, _, data in graph.edges(data=True):
                data["scaled"] = data["weight"] * scale
            _, scaled = self.values("all", "-n", self.load(graph, "scaled"))
            for vertex, row in rows.items():
                for metric, value in row.items():
                    if isinstance(value, float):
                        wanted = value * scale if metric in units else value
                        self.assertTrue(math.isclose(scaled[vertex][metric], wanted, rel_tol=1e-9,
                                                     abs_tol=1e-12), (metric, vertex))
        with open(path, encoding="utf-8") as file:
            lines = file.read().rstrip("\n").split("\n")
        self.write("flows.csv", "\n".join([lines[0]] + lines[:0:-1]) + "\n")
        _, turned = self.values("all", "-n", path)
        self.assertEqual(scaled, turned)

    def test_threads_change_no_bit(self):
        path = self.load(random_graph(5, 60, 300))
        for words in (("all", "-n", path), ("betweenness", "-n", path)):
            one = self.values(*words, "--threads", "1")
            self.assertEqual(one, self.values(*words, "--threads", "2"))
            self.assertEqual(one, self.values(*words, "--threads", "5"))

    def test_what_is_not_defined_is_null_with_a_reason(self):
        path = self.write("flows.csv", "source,target,value\na,b,1\nb,c,2\nd,d,4\n")
        document = self.json("centrality", "--metric", "all", "-n", path)
        group = document["results"]["groups"][0]
        self.assertIn("no flow comes back", group["metrics"]["eigenvector"]["reason"])
        rows = {row["id"]: row for row in group["rows"]}
        self.assertIsNone(rows["d"]["constraint"])
        self.assertIn("constraint_reason", rows["d"])
        self.assertEqual(rows["b"]["betweenness"], 1)
        self.assertEqual(rows["d"]["pagerank"], rows["a"]["pagerank"])

    def test_commodities_that_share_no_flow_are_measured_each_by_itself(self):
        results = self.results("centrality", "-c", "cobalt|gallium", "--top", "0")
        self.assertEqual([g["commodity"] for g in results["groups"]], ["cobalt", "gallium"])
        alone = self.results("centrality", "-c", "gallium", "--top", "0")["groups"][0]
        self.assertEqual(results["groups"][1]["rows"], alone["rows"])
        self.assertEqual(results["groups"][1]["correlations"], alone["correlations"])

    def test_upstreamness_of_a_chain_counts_its_stages(self):
        path = self.write("flows.csv", "source,target,value\na,b,8\nb,c,8\n")
        self.write("nodes.csv", "id,kind,final_demand\na,firm,0\nb,firm,0\nc,firm,8\n")
        _, rows = self.values("upstreamness,downstreamness", "--flows", path, "--nodes",
                              self.path("nodes.csv"))
        self.assertEqual([rows[v]["upstreamness"] for v in "abc"], [3, 2, 1])
        self.assertEqual([rows[v]["downstreamness"] for v in "abc"], [1, 2, 3])

    def test_extraction_is_what_the_upstream_sweep_says_of_output(self):
        _, rows = self.values("extraction", "-c", "cobalt")
        sweep = self.results("sweep", "--by", "node", "-c", "cobalt", "--weight", "output",
                             "--top", "0")["removals"]
        self.assertGreater(len(sweep), 10)
        for removal in sweep:
            self.assertAlmostEqual(rows[removal["id"]]["extraction"], removal["loss_up"], 9)

    def test_bad_words_and_numbers_are_usage_errors(self):
        self.assertIn("did you mean \"pagerank\"", self.fails(2, "centrality", "--metric", "pagerang"))
        self.assertIn("spectral radius", self.fails(
            2, "centrality", "--metric", "katz", "--alpha", "1", "-n",
            self.load(random_graph(1, 20, 100))))
        self.fails(2, "centrality", "--damping", "1.5")
        self.fails(2, "centrality", "--by", "planet")

    def test_documents_are_what_the_schema_says(self):
        for words in (("--metric", "all", "-c", "lithium"), ("--links", "-c", "cobalt"),
                      ("--by", "owner", "-c", "nickel", "--normalized")):
            test_schemas.Schemas.check(self, ("centrality", *words))
        path = self.write("one.csv", "source,target,value\na,a,1\n")
        test_schemas.Schemas.check(self, ("centrality", "--metric", "all", "-n", path))


if __name__ == "__main__":
    unittest.main()
