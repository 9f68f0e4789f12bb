"""Certificates of chokepoints: true, checked again, and refused when damaged."""
import copy
import json
import random
import unittest

import networkx

import test_schemas
from support import Case, run


def random_network(case, seed, n=14, m=26):
    """A network of countries with some producers; returns the graph and who produces."""
    rng = random.Random(seed)
    graph = networkx.DiGraph()
    while graph.number_of_edges() < m:
        a, b = rng.sample(range(n), 2)
        graph.add_edge(f"n{a:02d}", f"n{b:02d}", value=rng.randint(1, 9))
    made = {v: rng.choice([0, 0, 5]) for v in graph}
    made[sorted(graph)[0]] = 5
    case.write("flows.csv", "source,target,value\n" + "".join(
        f"{u},{v},{d['value']}\n" for u, v, d in graph.edges(data=True)))
    case.write("nodes.csv", "id,kind,primary,final_demand\n" + "".join(
        f"{v},stage,{p},3\n" for v, p in made.items()))
    return graph, [v for v, p in made.items() if p > 0]


class Proof(Case):
    def test_dominators_and_cuts_are_what_networkx_says(self):
        kinds = set()
        for seed in range(25):
            graph, makers = random_network(self, seed)
            whole = graph.copy()
            whole.add_edges_from(("source", v) for v in makers)
            ranking = self.results("chokepoints", "-n", self.folder, "--by", "node", "--top", "0",
                                   "--bounds", "never")["ranking"]
            tree = networkx.immediate_dominators(whole, "source")
            listed = {}
            for row in ranking:
                for proof in row["certificates"]:
                    kinds.add(proof["kind"])
                    if proof["kind"] == "dominator":
                        listed.setdefault(proof["buyer"], set()).add(row["id"])
                    if proof["kind"] == "cut_member":
                        self.assertEqual(
                            proof["size"],
                            networkx.node_connectivity(self.with_sink(whole, proof["buyer"]),
                                                       "source", "sink"))
                        rest = whole.copy()
                        rest.remove_nodes_from(proof["cut"])
                        self.assertFalse(networkx.has_path(rest, "source", proof["buyer"]))
            for buyer in graph:
                chain = set()
                at = tree.get(buyer, "source")
                while at != "source":
                    chain.add(at)
                    at = tree[at]
                self.assertEqual(listed.get(buyer, set()), chain, (seed, buyer))
        self.assertLessEqual({"dominator", "cut_member", "articulation", "max_flow"}, kinds)

    @staticmethod
    def with_sink(graph, buyer):
        graph = graph.copy()
        graph.add_edge(buyer, "sink")
        # The buyer may not be cut: in its place stand as many copies as anybody could need.
        for k in range(20):
            for supplier in list(graph.predecessors(buyer)):
                graph.add_edge(supplier, f"copy{k}")
            graph.add_edge(f"copy{k}", "sink")
        return graph

    def test_largest_flows_are_those_of_networkx(self):
        checked = 0
        for seed in range(10):
            graph, makers = random_network(self, seed)
            for u, v, data in graph.edges(data=True):
                data["capacity"] = data["value"]
            for v in makers:
                graph.add_edge("source", v, capacity=5)
            for row in self.results("chokepoints", "-n", self.folder, "--by", "node", "--top", "0",
                                    "--bounds", "never")["ranking"]:
                for proof in row["certificates"]:
                    if proof["kind"] != "max_flow":
                        continue
                    rest = graph.copy()
                    rest.remove_node(row["id"])
                    self.assertAlmostEqual(
                        proof["before"], networkx.maximum_flow_value(graph, "source", proof["buyer"]), 9)
                    self.assertAlmostEqual(
                        proof["after"], networkx.maximum_flow_value(rest, "source", proof["buyer"]), 9)
                    checked += 1
        self.assertGreater(checked, 50)

    def test_every_certificate_of_the_built_in_data_holds_when_checked_again(self):
        self.ok("chokepoints", "--top", "0", "--bounds", "never", "-f", "json", "-o",
                self.path("report.json"))
        results = self.results("check-certificate", self.path("report.json"))
        self.assertGreater(results["checked"], 1000)
        self.assertEqual(results["failed"], 0)
        self.assertEqual({proof["kind"] for proof in results["certificates"]},
                         {"dominator", "cut_member", "articulation", "max_flow", "sole_supplier"})

    def test_korea_has_no_graphite_that_china_has_not_refined(self):
        ranking = self.results("chokepoints", "--buyer", "KOR", "-c", "graphite")["ranking"]
        proofs = [proof for proof in ranking[0]["certificates"] if proof["kind"] == "dominator"]
        self.assertEqual(ranking[0]["id"], "CHN")
        self.assertEqual([proof["buyer"] for proof in proofs], ["KOR:graphite:use"])
        self.assertIn("CHN:graphite:refining", proofs[0]["path"])

    def test_post_dominators_of_sellers_are_what_networkx_says(self):
        found = 0
        for seed in range(25):
            graph, makers = random_network(self, seed)
            users = [f"n{k:02d}" for k in range(0, 14, 3) if f"n{k:02d}" in graph]
            self.write("nodes.csv", "id,kind,country,primary,final_demand\n" + "".join(
                f"{v},stage,{v.upper()},{5 if v in makers else 0},{3 if v in users else 0}\n" for v in graph))
            back = graph.reverse()
            back.add_edges_from(("end", v) for v in users)
            tree = networkx.immediate_dominators(back, "end")
            self.ok("chokepoints", "-n", self.folder, "--by", "node", "--mode", "imports", "--top", "0",
                    "--bounds", "never", "-f", "json", "-o", self.path("report.json"))
            with open(self.path("report.json"), encoding="utf-8") as file:
                ranking = json.load(file)["results"]["ranking"]
            listed = {}
            for row in ranking:
                for proof in row["certificates"]:
                    if proof["kind"] == "post_dominator":
                        listed.setdefault(proof["seller"], set()).add(row["id"])
            ranked = {row["id"] for row in ranking}
            for seller in makers:
                chain, at = set(), tree.get(seller, "end")
                while at != "end":
                    chain.add(at)
                    at = tree[at]
                self.assertEqual(listed.get(seller, set()), chain & ranked, (seed, seller))
                found += len(chain & ranked)
            checked = self.results("check-certificate", self.path("report.json"), "-n", self.folder)
            self.assertEqual(checked["failed"], 0)
        self.assertGreater(found, 20)

    def test_a_damaged_certificate_is_found_out(self):
        self.ok("chokepoints", "-c", "graphite|gallium", "--top", "4", "-f", "json", "-o",
                self.path("report.json"))
        with open(self.path("report.json"), encoding="utf-8") as file:
            report = json.load(file)
        found = {}
        for r, row in enumerate(report["results"]["ranking"]):
            for c, proof in enumerate(row["certificates"]):
                found.setdefault(proof["kind"], (r, c))
        damage = {
            "dominator": lambda p: p["path"].pop(0),
            "cut_member": lambda p: p["cut"].pop(),
            "articulation": lambda p: p.update(parts=p["parts"] + 1),
            "max_flow": lambda p: p.update(after=p["before"]),
            "sole_supplier": lambda p: p.update(buyer="JPN:graphite:use", input="graphite:refining"),
        }
        for kind, (r, c) in found.items():
            broken = copy.deepcopy(report)
            damage[kind](broken["results"]["ranking"][r]["certificates"][c])
            path = self.write("broken.json", json.dumps(broken))
            code, out, err = run("check-certificate", path, "-f", "json")
            self.assertEqual(code, 1, (kind, err))
            failed = [row for row in json.loads(out)["results"]["certificates"] if not row["holds"]]
            self.assertEqual([row["kind"] for row in failed], [kind])
            self.assertTrue(failed[0]["fault"])
        self.assertEqual(set(found), set(damage))

    def test_a_dominator_that_is_none_is_found_out(self):
        self.write("flows.csv", "source,target,value\na,b,1\na,c,1\nb,d,1\nc,d,1\n")
        self.ok("chokepoints", "-n", self.folder, "-f", "json", "-o", self.path("report.json"))
        with open(self.path("report.json"), encoding="utf-8") as file:
            report = json.load(file)
        rows = {row["id"]: row for row in report["results"]["ranking"]}
        self.assertIn("d", [p["buyer"] for p in rows["a"]["certificates"] if p["kind"] == "dominator"])
        self.assertEqual([p for p in rows["b"]["certificates"] if p["kind"] == "dominator"], [])
        rows["b"]["certificates"].append(
            {"kind": "dominator", "buyer": "d", "producers": 1, "path": ["a", "b", "d"]})
        self.write("report.json", json.dumps(report))
        code, out, _ = run("check-certificate", self.path("report.json"), "-n", self.folder, "-f", "json")
        self.assertEqual(code, 1)
        self.assertEqual([row["fault"] for row in json.loads(out)["results"]["certificates"]
                          if not row["holds"]], ["another path reaches the buyer"])

    def test_other_modes_and_fractions_prove_nothing(self):
        for words in (("--mode", "exports"), ("--mode", "transit"), ("--fraction", "0.5"), ("--certificates", "never")):
            for row in self.results("chokepoints", "-c", "graphite", "--top", "3", *words)["ranking"]:
                self.assertLessEqual({proof["kind"] for proof in row["certificates"]},
                                     {"sole_supplier"})

    def test_reports_of_other_bytes_or_verbs_are_refused(self):
        self.ok("chokepoints", "--top", "3", "-f", "json", "-o", self.path("report.json"))
        self.write("flows.csv", "source,target,value\na,b,1\n")
        self.assertIn("other bytes", self.fails(3, "check-certificate", self.path("report.json"), "-n",
                                                self.path("flows.csv")))
        self.ok("concentration", "-f", "json", "-o", self.path("other.json"))
        self.assertIn("no report", self.fails(3, "check-certificate", self.path("other.json")))
        self.fails(3, "check-certificate", self.path("missing.json"))
        self.fails(2, "check-certificate")

    def test_documents_are_what_the_schemas_say(self):
        self.ok("chokepoints", "-c", "graphite", "-f", "json", "-o", self.path("report.json"))
        test_schemas.Schemas.check(self, ("chokepoints", "-c", "graphite|niobium", "--top", "0"))
        test_schemas.Schemas.check(self, ("check-certificate", self.path("report.json")))


if __name__ == "__main__":
    unittest.main()
