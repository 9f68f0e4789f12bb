"""Files for other programs, read back by networkx, igraph and Graphviz."""
import csv
import io
import json
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import igraph
import networkx

from support import Case

HOSTILE = [
    "</script><img src=x onerror=alert(1)>", 'a "quoted" & <b>', "one\\", "two\\\\", "back\\slash",
    "three\\\\\\\"", "Côte d'Ivoire", "日本", "]]>", "\\N", "{x|y}", "--", "a->b;",
]


def read_node_link(text):
    """As networkx 3 reads it without being told anything; 2.8 has to be told of `edges`."""
    document = json.loads(text)
    kind = networkx.MultiDiGraph if document["multigraph"] else networkx.DiGraph
    graph = kind()
    for node in document["nodes"]:
        graph.add_node(node.pop("id"), **node)
    for edge in document["edges"]:
        graph.add_edge(edge.pop("source"), edge.pop("target"), **edge)
    return graph


def weights(graph):
    return sorted((u, v, data["weight"]) for u, v, data in graph.edges(data=True))


class Exports(Case):
    def export(self, form, *where):
        path = self.path("network." + form)
        self.ok("convert", *where, "--to", form, "-o", path)
        return path

    def native(self, *where):
        """Nodes and flows as the native files have them."""
        nodes = self.rows("convert", *where, "--part", "nodes")
        flows = self.rows("convert", *where, "--part", "flows")
        return (sorted(row["id"] for row in nodes),
                sorted((row["source"], row["target"], float(row["value"])) for row in flows))

    def rows(self, *words):
        return list(csv.DictReader(io.StringIO(self.ok(*words))))

    def check(self, *where):
        nodes, flows = self.native(*where)
        graphml, gexf = self.export("graphml", *where), self.export("gexf", *where)
        with open(self.export("node-link", *where), encoding="utf-8") as file:
            graphs = [networkx.read_graphml(graphml), networkx.read_gexf(gexf),
                      read_node_link(file.read())]
        for graph in graphs:
            self.assertTrue(graph.is_directed())
            self.assertEqual(sorted(graph.nodes), nodes)
            self.assertEqual(weights(graph), flows)
        other = igraph.Graph.Read_GraphML(graphml)
        ids = [i.replace("&#38;", "&") for i in other.vs["id"]]  # igraph 0.10 reads &amp; as that
        self.assertEqual(sorted(ids), nodes)
        self.assertEqual(sorted((ids[e.source], ids[e.target], e["weight"]) for e in other.es),
                         flows)
        return graphs

    def dot(self, program, path):
        return subprocess.run(["gvpr", program, path], check=True, capture_output=True,
                              text=True).stdout

    def test_the_built_in_network_is_read_back_the_same_by_networkx_and_igraph(self):
        graph = self.check()[0]
        node = graph.nodes["CHN:cobalt:refining"]
        self.assertEqual((node["country"], node["commodity"], node["stage"], node["unit"]),
                         ("CHN", "cobalt", "refining", "t"))

    def test_graphviz_reads_the_same_nodes_and_flows(self):
        nodes, flows = self.native()
        path = self.export("dot")
        self.assertEqual(sorted(self.dot('N{print(name)}', path).split("\n")[:-1]), nodes)
        lines = self.dot('E{print(tail.name, "\t", head.name, "\t", weight)}', path)
        read = [line.split("\t") for line in lines.split("\n")[:-1]]
        self.assertEqual(sorted((u, v, float(w)) for u, v, w in read), flows)

    def test_parallel_flows_stay_parallel(self):
        self.write("flows.csv", "source,target,value,product\n"
                                "a,b,1,ore\na,b,2,scrap\nb,c,0.1,metal\na,a,5,ore\n")
        graphs = self.check("-n", self.path("flows.csv"))
        self.assertTrue(graphs[2].is_multigraph())

    def test_any_name_comes_back_as_it_was(self):
        rows = ["source,target,value"]
        for k, name in enumerate(HOSTILE):
            rows.append('"%s",%s,%d' % (name.replace('"', '""'), "hub", k + 1))
        self.write("flows.csv", "\n".join(rows) + "\n")
        where = ("-n", self.path("flows.csv"))
        self.check(*where)
        with open(self.export("graphml", *where), encoding="utf-8") as file:
            ElementTree.fromstring(file.read().encode())

    def test_graphviz_reads_any_name(self):
        names = [name for name in HOSTILE if name not in ("one\\", 'three\\\\\\"')]
        rows = ["source,target,value"]
        for k, name in enumerate(names):
            rows.append('"%s",%s,%d' % (name.replace('"', '""'), "hub", k + 1))
        self.write("flows.csv", "\n".join(rows) + "\n")
        path = self.export("dot", "-n", self.path("flows.csv"))
        self.assertEqual(sorted(self.dot('N{print(name)}', path).split("\n")[:-1]),
                         sorted(names + ["hub"]))

    def test_a_name_that_dot_cannot_spell_gains_a_stroke_and_breaks_nothing(self):
        self.write("flows.csv", 'source,target,value\n"one\\",b,1\n"three\\\\\\""",b,2\n')
        path = self.export("dot", "-n", self.path("flows.csv"))
        self.assertEqual(sorted(self.dot('N{print(name)}', path).split("\n")[:-1]),
                         ["b", "one\\\\", 'three\\\\\\\\"'])

    def test_what_is_missing_is_left_out(self):
        self.write("flows.csv", "source,target,value\na,b,1\n")
        self.write("nodes.csv", "id,output\na,5\nb,\n")
        graph = networkx.read_graphml(self.export(
            "graphml", "--flows", self.path("flows.csv"), "--nodes", self.path("nodes.csv")))
        self.assertEqual(graph.nodes["a"]["output"], 5)
        self.assertNotIn("output", graph.nodes["b"])

    def test_a_format_that_is_not_offered_is_a_usage_error(self):
        self.fails(2, "convert", "--to", "gml")

    def test_a_folder_in_the_way_leaves_everything_alone(self):
        self.fails(4, "convert", "--to", "gexf", "-o", self.path("."))


if __name__ == "__main__":
    unittest.main()
