"""The page as a file: its parts, its policy, its data, and that its numbers are those of the verbs."""
import base64
import hashlib
import html
import json
import os
import random
import re
import unittest

import jsonschema

from support import Case, run

HOSTILE = "</script><img src=x onerror=alert(1)>"


def parts(page):
    """Policy, style, scripts and data of a page."""
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]
    return policy, style, scripts, data


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def percent(share):
    """As reports/number.c writes it, for shares that are no border cases."""
    return f"{100 * share:.1f} %"


class Report(Case):
    def page(self, *args):
        path = self.path("page.html")
        self.ok("report", *args, "-o", path)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def test_the_policy_names_the_very_scripts_and_nothing_else(self):
        policy, style, scripts, _ = parts(self.page("-c", "gallium"))
        self.assertEqual(policy, "default-src 'none'; script-src " + " ".join(map(hashed, scripts))
                         + f"; style-src {hashed(style)}; img-src data:; base-uri 'none'; form-action 'none'")
        self.assertEqual(len(scripts), 2)

    def test_nothing_is_fetched(self):
        page = self.page("-c", "gallium")
        self.assertEqual(re.findall(r"<(?:img|iframe|object|embed|video|audio|base)\b", page), [])
        self.assertEqual(re.findall(r"<link [^>]*>", page), ['<link rel="icon" href="data:,">'])
        _, style, scripts, _ = parts(page)
        self.assertNotIn("url(", style)
        self.assertNotIn("@import", style)
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", ".html("):
            self.assertNotIn(word, scripts[1], word)

    def test_the_data_of_the_page_are_those_of_json(self):
        os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
        self.addCleanup(os.environ.pop, "SOURCE_DATE_EPOCH")
        inside = json.loads(parts(self.page("-c", "cobalt"))[3])
        alone = self.json("report", "-c", "cobalt")
        for document in (inside, alone):
            del document["run"]
        self.assertEqual(inside, alone)

    def test_two_runs_give_the_same_bytes_but_for_run(self):
        one, two = (self.json("report", "-c", "cobalt|nickel", "--threads", n) for n in ("1", "2"))
        for document in (one, two):
            del document["run"]
        self.assertEqual(json.dumps(one), json.dumps(two))

    def test_a_hostile_name_ends_no_element(self):
        flows = self.write("flows.csv", f"source,target,value\nmine,{HOSTILE},80\n{HOSTILE},factory,60\n<!--,factory,5\n\u2028x,factory,1\n")
        page = self.page("-n", flows, "--title", HOSTILE)
        data = parts(page)[3]
        self.assertNotIn("<", data)
        self.assertNotIn("\u2028", data)
        self.assertNotIn("<img", page)
        self.assertIn(html.escape(HOSTILE), page)  # the title
        names = {n["id"] for n in json.loads(data)["results"]["commodities"][0]["nodes"]}
        self.assertLessEqual({HOSTILE, "<!--", "\u2028x"}, names)

    def test_losses_are_those_of_whatif(self):
        results = self.results("report", "-c", "cobalt|graphite|nickel")
        for stop in ("CHN", "COD", "IDN"):
            index = [s["id"] for s in results["stops"]].index(stop)
            answer = self.results("whatif", "--remove", results["stops"][index]["select"], "-c",
                                  "cobalt|graphite|nickel", "--top", "0")
            lost = {b["id"]: b for b in answer["buyers"]}
            nodes = {n["id"]: n for n in answer["nodes"]}
            for commodity in results["commodities"]:
                one = [w for w in commodity["whatif"] if w["stop"] == index]
                total = [c for c in answer["by_commodity"] if c["commodity"] == commodity["id"]][0]
                if not one:
                    self.assertLess(total["loss"], commodity["whatif"][-1]["loss"] + 1e-9)
                    continue
                one = one[0]
                self.assertEqual(one["loss"], total["loss"])
                self.assertEqual(one["loss_others"], total["loss_others"])
                self.assertEqual(one["lost"], total["lost"])
                self.assertAlmostEqual(one["low"], total["interval"][0], delta=1e-9)
                self.assertEqual(one["loss_text"], percent(total["loss"]))
                for buyer in one["buyers"]:
                    node = commodity["nodes"][buyer[0]]
                    self.assertAlmostEqual(buyer[1], lost[node["id"]]["loss"], delta=1e-6)
                    self.assertAlmostEqual(buyer[5], lost[node["id"]]["lost"], delta=1e-5 * buyer[5])
                for k, loss, text in one["nodes"]:
                    if commodity["nodes"][k]["id"] is not None:
                        self.assertAlmostEqual(loss, nodes[commodity["nodes"][k]["id"]]["loss_down"], delta=1e-6)

    def test_dependences_and_concentration_are_those_of_their_verbs(self):
        results = self.results("report", "-c", "lithium")
        commodity = results["commodities"][0]
        japan = [k for k, n in enumerate(commodity["nodes"]) if n["id"] == "JPN:lithium:use"][0]
        shown = [e for e in commodity["exposure"] if e["node"] == japan][0]["suppliers"]
        rows = {r["id"]: r for r in self.results("exposure", "--of", "JPN", "-c", "lithium", "--top", "0")["groups"][0]["suppliers"]}
        self.assertGreater(len(shown), 3)
        for row in shown:
            self.assertAlmostEqual(row[1], rows[row[0]]["direct"], delta=1e-6)
            self.assertAlmostEqual(row[3], rows[row[0]]["look_through"], delta=1e-6)
        groups = self.results("concentration", "-c", "lithium")["groups"]
        self.assertEqual([(g["stage"], g["top1"], g["hhi"]) for g in results["concentration"]],
                         [(g["stage"], g["top1"]["share"], g["hhi"]) for g in groups])

    def test_amounts_of_the_flow_diagram_add_up(self):
        for commodity in self.results("report", "-c", "cobalt|aluminium")["commodities"]:
            flows = self.ok("convert", "-c", commodity["id"], "--to", "node-link")
            total = sum(link["weight"] for link in json.loads(flows)["edges"])
            self.assertAlmostEqual(commodity["amount"], total, delta=1e-9 * total)
            drawn = sum(f[2] for f in commodity["flows"] if len(f) > 5)
            self.assertAlmostEqual(commodity["drawn"], drawn / total, delta=1e-5)
            scale = [f[7] / f[2] for f in commodity["flows"] if len(f) > 5 and f[7] > 5]
            self.assertLess(max(scale) / min(scale), 1.01)  # one scale for all widths
            for f in commodity["flows"]:
                if len(f) > 5:
                    for node, y in ((commodity["nodes"][f[0]], f[5]), (commodity["nodes"][f[1]], f[6])):
                        self.assertGreaterEqual(y - f[7] / 2, node["top"] - 0.2)
                        self.assertLessEqual(y + f[7] / 2, node["top"] + node["height"] + 0.2)

    def test_every_country_has_a_place(self):
        places = {p["id"]: p for p in self.results("report", "-c", "gallium")["globe"]["places"]}
        self.assertEqual(len(places), 250)
        self.assertLess(abs(places["SGP"]["x"] - places["MYS"]["x"]), 0.02)
        self.assertGreater(places["SGP"]["y"], places["MYS"]["y"])
        self.assertLess(places["USA"]["x"], places["GBR"]["x"])
        self.assertLess(places["GBR"]["x"], places["TWN"]["x"])
        self.assertGreater(places["AUS"]["y"], 0.5)
        self.assertGreater(places["NZL"]["x"], places["AUS"]["x"])
        self.assertTrue(all(0 < p["x"] < 1 and 0 < p["y"] < 1 for p in places.values()))

    def test_documents_of_every_kind_are_valid(self):
        schema = json.loads(self.ok("schema", "report"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        trade = self.write("trade.csv", "source,target,commodity,value,year\nA,B,x,9,2010\nC,B,x,1,2010\nA,B,x,5,2020\nD,B,x,4,2020\n")
        for args in (("-c", "cobalt"), ("-n", "drc-copper-cobalt-2023"), ("-n", trade, "--year", "2020"), ("--compare", trade + "@2010", trade + "@2020"),
                     ("-c", "cobalt", "--scenario", "cod-cobalt-2025", "--mitigate", "stock=60d"),
                     ("-c", "gallium", "--remove", "CHN&stage=refining", "--buyer", "JPN", "--mode", "exports")):
            with self.subTest(args=args):
                document = self.json("report", *args)
                self.assertEqual([f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(document)][:3], [])
        broken = self.json("report", "-c", "gallium")
        del broken["results"]["commodities"][0]["whatif"][0]["loss"]
        self.assertFalse(validator.is_valid(broken))

    def test_reports_made_earlier_become_sections(self):
        whatif, series = self.path("w.json"), self.path("s.json")
        self.ok("whatif", "--remove", "CHN", "-c", "gallium", "-f", "json", "-o", whatif)
        self.ok("simulate", "--remove", "COD", "-c", "cobalt", "--duration", "90", "--mitigate", "stock=30d", "--series",
                "-f", "json", "-o", series)
        documents = self.results("report", whatif, series)["documents"]
        with open(whatif, encoding="utf-8") as file:
            source = json.load(file)
        self.assertEqual([d["verb"] for d in documents], ["whatif", "simulate"])
        section = [s for s in documents[0]["sections"] if s["title"] == "What is lost, by commodity"][0]
        loss = [c["heading"] for c in section["columns"]].index("loss")
        self.assertEqual(section["rows"][0][loss], [source["results"]["by_commodity"][0]["loss"],
                                                    percent(source["results"]["by_commodity"][0]["loss"])])
        self.assertEqual(documents[0]["fingerprint"], source["provenance"]["fingerprint"])
        self.assertEqual([s["name"] for s in documents[1]["series"]], ["no stocks added", "stock=30d"])
        self.assertEqual(len(documents[1]["series"][0]["points"]), 365)

    def test_a_large_network_is_cut_down_and_says_so(self):
        draw = random.Random(7)
        lines = ["source,target,value"]
        for k in range(1, 100001):
            for _ in range(2):
                lines.append(f"F{draw.randrange(k)},F{k},{draw.randrange(1, 1000)}")
        folder = self.write("flows.csv", "\n".join(lines) + "\n")
        nodes = self.write("nodes.csv", "id,kind,sector\n" + "".join(f"F{k},firm,s{k % 40}\n" for k in range(100001)))
        document = self.json("report", "--flows", folder, "--nodes", nodes)
        results = document["results"]
        self.assertEqual(document["network"]["nodes"], 100001)
        self.assertLess(len(results["commodities"][0]["nodes"]), 60)
        self.assertLess(results["stops_tried"], results["stops_total"])
        rules = {f["rule"] for f in document["findings"]}
        self.assertLessEqual({"not-all-tried", "large-network"}, rules)
        self.assertLess(len(json.dumps(document)), 300000)

    def test_small_and_empty_things(self):
        for text in ("source,target,value\na,b,1\n", "source,target,value\na,a,1\n", "source,target,value\na,b,1\nb,a,1\n"):
            with self.subTest(text=text):
                self.page("-n", self.write("flows.csv", text))

    def test_slips_are_told(self):
        other, text = self.write("o.json", '{"schema": "other/1"}'), self.write("t.json", "{\n no")
        self.assertIn("o.json: no report of supplynet", self.fails(3, "report", other, "-o", self.path("x.html")))
        self.assertIn("t.json:2: not JSON", self.fails(3, "report", text, "-o", self.path("x.html")))
        self.assertFalse(os.path.exists(self.path("x.html")))
        self.assertIn("BEFORE AFTER", self.fails(2, "report", "--compare", "a", "-o", self.path("x.html")))
        self.assertIn("needs a network", self.fails(2, "report", self.saved(), "--scenario", "cod-cobalt-2025", "-o", self.path("x.html")))
        self.assertIn("html and json only", self.fails(2, "report", self.saved(), "-f", "text"))
        self.assertIn('"XYZ"', self.fails(2, "report", "--remove", "XYZ", "-o", self.path("x.html")))
        self.assertEqual(run("report", "-c", "gallium", "-o", "/dev/full")[0], 4)

    def saved(self):
        path = self.path("w.json")
        self.ok("whatif", "--remove", "CHN", "-c", "gallium", "-f", "json", "-o", path)
        return path

    def test_text_and_markdown_say_it_in_short(self):
        text = self.ok("report", "-c", "gallium", "-f", "text")
        self.assertIn("98.9 %", text)
        self.assertTrue(all(len(line) <= 80 for line in text.split("\n")))
        self.assertIn("| gallium | CHN |", self.ok("report", "-c", "gallium", "-f", "md"))


if __name__ == "__main__":
    unittest.main()
