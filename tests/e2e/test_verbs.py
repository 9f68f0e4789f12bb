"""The verbs on the built-in data and on small networks worked by hand."""
import csv
import io
import json
import os
import random
import unittest

from support import Case, hub_files, run

VERBS = [
    ("datasets",),
    ("inspect",),
    ("concentration",),
    ("exposure", "--of", "JPN"),
    ("exposure", "--to", "CHN"),
    ("chokepoints",),
    ("whatif", "--remove", "country=CHN&stage=refining&commodity=gallium|germanium"),
    ("sweep", "--by", "country"),
    ("simulate", "--remove", "country=CHN&commodity=gallium", "--duration", "90"),
    ("centrality",),
    ("scenarios",),
    ("market", "--remove", "CHN", "--demand-elasticity", "-0.5", "--supply-elasticity", "0.2"),
    ("indicators", "--of", "JPN"),
    ("indicators", "--of", "EU27", "-c", "cobalt|nickel", "--by", "owner"),
    ("indicators", "--shares", "eu-crm", "-c", "Tungsten"),
    ("benchmark", "-c", "copper"),
    ("verify",),
    ("methods",),
    ("verify", "--check", "eu-2023-risk"),
    ("compare", "critical-minerals-2024", "drc-copper-cobalt-2023"),
    ("report", "-c", "cobalt"),
]


def without_run(document):
    document = json.loads(document)
    del document["run"]
    return json.dumps(document)


class Reproducible(Case):
    def test_two_runs_of_every_verb_differ_in_run_alone(self):
        for verb in VERBS:
            first = self.ok(*verb, "-f", "json")
            second = self.ok(*verb, "-f", "json")
            self.assertEqual(without_run(first), without_run(second), verb)

    def test_every_verb_writes_every_format(self):
        for verb in VERBS:
            for form in ("text", "csv", "tsv", "ndjson", "md"):
                out = self.ok(*verb, "-f", form)
                self.assertTrue(out.strip(), (verb, form))
                if form == "csv":
                    rows = list(csv.reader(io.StringIO(out)))
                    self.assertEqual({len(row) for row in rows}, {len(rows[0])}, verb)
                if form == "ndjson":
                    for line in out.strip().split("\n"):
                        self.assertIn("type", json.loads(line))

    def test_markdown_of_every_verb_is_a_document_with_its_sources(self):
        for verb in VERBS:
            text = self.ok(*verb, "-f", "md")
            self.assertIn("\nMade with supplynet ", text, verb)
            self.assertIn("`supplynet " + verb[0], text, verb)
            if verb[0] not in ("datasets", "scenarios", "methods"):
                self.assertIn("### Methods", text, verb)
            if verb[0] not in ("datasets", "scenarios", "methods", "verify") and "--shares" not in verb:
                self.assertRegex(text, "### Inputs\n\n(.*\n)+.*[0-9a-f]{64}", verb)

    def test_text_of_every_verb_fits_80_columns_or_any_width_that_is_asked_for(self):
        for verb in VERBS:
            lines = self.ok(*verb, "-f", "text").split("\n")
            self.assertLessEqual(max(map(len, lines)), 80, verb)
            wide = self.ok(*verb, "-f", "text", "--width", "0")
            self.assertNotIn("not shown", wide)
            self.assertNotIn("…", wide)

    def test_help_exists_for_every_verb(self):
        for name in ("datasets", "inspect", "concentration", "exposure", "chokepoints", "whatif",
                     "simulate", "centrality", "scenarios", "indicators", "benchmark", "verify", "methods", "compare", "check-certificate", "convert",
                     "report", "schema"):
            page = self.ok("help", name)
            self.assertEqual(page, self.ok(name, "--help"))
            self.assertIn("Examples", page)


class PublishedShares(Case):
    """IEA 2024 shares that METI's White Paper shows, and its quoted shares by owner."""

    def group(self, commodity, stage, *more):
        groups = self.results("concentration", "--commodity", commodity, "--top", "0", *more)["groups"]
        return next(g for g in groups if g["stage"] == stage)

    def share(self, group, id_):
        return next((m["share"] for m in group["members"] if m["id"] == id_), 0)

    def test_concentration_shows_the_published_country_shares(self):
        for commodity, stage, country, percent in (
                ("cobalt", "refining", "CHN", 78), ("cobalt", "mining", "COD", 67),
                ("nickel", "mining", "IDN", 64)):
            share = self.share(self.group(commodity, stage), country)
            self.assertEqual(round(100 * share), percent, (commodity, stage, share))
        gallium = self.share(self.group("gallium", "refining"), "CHN")
        self.assertGreaterEqual(round(100 * gallium), 98)

    def test_nickel_by_owner_shows_the_quoted_world_shares_with_source(self):
        group = self.group("nickel", "mining", "--by", "owner")
        quoted = {q["id"]: q for q in group["quoted"]}
        self.assertAlmostEqual(quoted["CHN"]["share"], 0.40)
        self.assertIsNone(quoted["IDN"]["share"])
        self.assertEqual(quoted["IDN"]["high"], 0.10)
        self.assertEqual(quoted["CHN"]["year"], 2023)
        self.assertIn("White Paper", quoted["CHN"]["source"])

    def test_cobalt_by_owner_differs_from_cobalt_by_place(self):
        place = self.group("cobalt", "mining")
        owner = self.group("cobalt", "mining", "--by", "owner")
        self.assertGreater(self.share(place, "COD"), 0.6)
        self.assertLess(self.share(owner, "COD"), 0.2)
        self.assertGreater(self.share(owner, "CHN"), 0.3)
        self.assertLess(owner["coverage"], 1)


class WhatIf(Case):
    CHINA = "country=CHN&stage=refining&commodity=gallium|germanium"

    def test_gallium_and_germanium_name_buyers_with_paths(self):
        results = self.results("whatif", "--remove", self.CHINA)
        self.assertEqual(results["removed"], ["CHN:gallium:refining", "CHN:germanium:refining"])
        self.assertTrue(results["buyers"])
        for buyer in results["buyers"][:5]:
            self.assertGreater(buyer["loss"], 0)
            self.assertTrue(buyer["paths"])
            self.assertEqual(buyer["paths"][0]["nodes"][-1], buyer["id"])
            self.assertTrue(buyer["paths"][0]["nodes"][0].startswith("CHN:"))

    def test_an_export_stop_spares_the_buyers_at_home(self):
        exports = self.results("whatif", "--remove", "CHN", "--mode", "exports", "--commodity", "gallium", "--top", "0")
        production = self.results("whatif", "--remove", "CHN", "--mode", "production", "--commodity", "gallium", "--top", "0")
        home = {b["country"]: b["loss"] for b in exports["buyers"]}
        self.assertEqual(home.get("CHN", 0), 0)
        self.assertLess(exports["total"]["loss"], production["total"]["loss"])
        self.assertGreater({b["country"]: b["loss"] for b in production["buyers"]}["CHN"], 0.9)

    def test_removing_an_owner_differs_from_removing_a_country(self):
        owner = self.results("whatif", "--remove", "owner=CHN", "--commodity", "cobalt")
        country = self.results("whatif", "--remove", "country=CHN", "--commodity", "cobalt")
        self.assertNotEqual(owner["removed"], country["removed"])
        self.assertNotEqual(owner["total"]["loss"], country["total"]["loss"])
        self.assertIn("COD:cobalt:mining", owner["removed"])

    def test_flows_between_two_places_can_be_cut(self):
        results = self.results("whatif", "--remove", "country=COD->country=CHN", "--commodity", "cobalt")
        self.assertEqual(results["model"]["mode"], "flow")
        whole = self.results("whatif", "--remove", "COD", "--commodity", "cobalt")["total"]["loss"]
        self.assertTrue(0 < results["total"]["loss"] < whole)

    def test_a_cut_of_half_hurts_less_than_a_removal(self):
        half = self.results("whatif", "--cut", "CHN=0.5", "--commodity", "gallium")["total"]["loss"]
        whole = self.results("whatif", "--remove", "CHN", "--commodity", "gallium")["total"]["loss"]
        self.assertTrue(0 < half < whole)


class Hub(Case):
    """A->H 80, A->B 10, H->B 60, H->C 15; A makes 100, B makes 20."""

    def test_look_through_finds_the_origin_behind_the_hub(self):
        group = self.results("exposure", "--of", "B", "-n", hub_files(self))["groups"][0]
        a = next(s for s in group["suppliers"] if s["id"] == "A")
        self.assertAlmostEqual(a["direct"], 10 / 90, 12)
        self.assertAlmostEqual(a["look_through"], 70 / 90, 12)
        self.assertAlmostEqual(a["origin"], 70 / 90, 12)
        self.assertAlmostEqual(group["own"], 20 / 90, 12)

    def test_amounts_by_origin_add_up_to_apparent_consumption(self):
        folder = hub_files(self)
        for buyer, consumption in (("A", 10), ("H", 5), ("B", 90), ("C", 15)):
            group = self.results("exposure", "--of", buyer, "-n", folder)["groups"][0]
            made = sum(s["origin_amount"] for s in group["suppliers"])
            self.assertAlmostEqual(group["supply"], consumption, 9)
            self.assertAlmostEqual(made, consumption, 9)

    def test_losses_by_hand(self):
        folder = hub_files(self)
        lost = lambda *what: {b["id"]: b["loss"] for b in
                              self.results("whatif", *what, "-n", folder, "--top", "0")["buyers"]}
        self.assertAlmostEqual(lost("--remove", "A")["B"], 70 / 90, 12)
        self.assertAlmostEqual(lost("--remove", "A")["C"], 1, 12)
        self.assertAlmostEqual(lost("--remove", "H", "--mode", "transit")["B"], 60 / 90, 12)
        self.assertEqual(lost("--remove", "A", "--mode", "exports").get("A", 0), 0)

    def test_the_unit_of_the_flows_does_not_matter(self):
        def shares(scale):
            folder = hub_files(self, scale)
            loss = self.results("whatif", "--remove", "A", "-n", folder, "--top", "0")
            look = self.results("exposure", "--of", "B", "-n", folder)["groups"][0]
            return ([b["loss"] for b in loss["buyers"]] + [loss["total"]["loss"]]
                    + [s["look_through"] for s in look["suppliers"]])

        one = shares(1.0)
        for scale in (1e-6, 1e6):
            for a, b in zip(one, shares(scale)):
                self.assertAlmostEqual(a, b, 12)
        for scale in (2.0 ** -20, 2.0 ** 20):
            self.assertEqual(one, shares(scale))


class Unit(Case):
    """The unit of a network does not matter: the built-in one, told in other units."""

    AMOUNTS = {"value", "output", "final_demand", "primary"}
    SHARES = {"loss", "loss_down", "loss_up", "loss_others", "direct", "look_through", "origin", "share", "hhi",
              "top3", "n_minus_1", "effective", "own"}

    def scaled(self, source, target, factor):
        os.makedirs(self.path(target))
        for name in ("nodes.csv", "flows.csv"):
            with open(os.path.join(self.path(source), name), encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            for row in rows:
                for column in self.AMOUNTS & row.keys():
                    row[column] = repr(float(row[column]) * factor) if row[column] else ""
            with open(os.path.join(self.path(target), name), "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
        return self.path(target)

    def shares(self, folder):
        found = []

        def walk(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    if key in self.SHARES:
                        found.append(inner)
                    else:
                        walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        for verb in (("chokepoints",), ("whatif", "--remove", "CHN", "--mode", "exports"),
                     ("exposure", "--of", "JPN"), ("concentration",)):
            walk(self.results(*verb, "--top", "0", "-n", folder))
        return found

    def test_shares_stay_to_12_digits_and_to_the_bit_for_powers_of_two(self):
        self.ok("convert", "--commodity", "cobalt|nickel|gallium", "-o", self.path("one"))
        one = self.shares(self.scaled("one", "same", 1.0))
        self.assertGreater(len(one), 1000)
        self.assertEqual(one, self.shares(self.scaled("one", "two", 2.0 ** 20)))
        for name, factor in (("small", 1e-6), ("large", 1e6)):
            for a, b in zip(one, self.shares(self.scaled("one", name, factor))):
                self.assertAlmostEqual(a if a is not None else -1, b if b is not None else -1, delta=1e-12 * max(1, abs(a or 0)))


class InputOutputTable(Case):
    """Three countries, three sectors (Quast and Kummritz's leather table)."""

    FLOWS = [[16.1, 5.1, 1.8, 3.2, 4.3, .4, 3.1, 2.8, 4.9], [2.4, 8, 3.2, .1, 3.2, 1.6, 1.2, 3.9, 11.5],
             [.9, .5, 4, 0, .1, .3, 0, .4, .5], [1.1, 1.9, .2, 18, 13.2, 6.1, 9, 3.1, 8.9],
             [.3, 2.8, .1, 6.1, 28.1, 6.3, 2.1, 2.5, 25.6], [0, .1, .3, 4.1, 3.2, 8.9, .2, 0, 1.8],
             [1.2, 4.2, .3, 4.1, 1.2, .6, 29, 19.5, 17.9], [1.3, 1.1, 0, 3.2, 4.8, 2.6, 5.1, 29.1, 24.1],
             [2.1, 1.4, 3, 4.1, 3.1, 3.9, 11.3, 8.1, 51.3]]
    OUTPUT = [77.7, 58.3, 19, 112.7, 124.6, 43.2, 156.3, 127.8, 217]
    IDS = [f"{c}.{s}" for c in ("ARG", "TUR", "DEU") for s in ("Agriculture", "Leather", "Transport")]

    def test_face_value_and_look_through_shares_are_the_published_ones(self):
        flows = [f"{a},{b},{v}" for a, row in zip(self.IDS, self.FLOWS) for b, v in zip(self.IDS, row) if v]
        nodes = [f"{i},{i[:3]},{i[4:]},{x},{x - sum(row):.1f}"
                 for i, x, row in zip(self.IDS, self.OUTPUT, self.FLOWS)]
        self.write("flows.csv", "source,target,value\n" + "\n".join(flows) + "\n")
        self.write("nodes.csv", "id,country,sector,output,final_demand\n" + "\n".join(nodes) + "\n")
        group = self.results("exposure", "--of", "id=ARG.Agriculture", "-n", self.folder)["groups"][0]
        by = {s["id"]: s["inputs"] for s in group["suppliers"]}
        for country, face, look in (("ARG", .763779528, .623058578), ("TUR", .05511811, .111437945),
                                    ("DEU", .181102362, .265503478)):
            self.assertAlmostEqual(by[country]["face_value"], face, 8)
            self.assertAlmostEqual(by[country]["look_through"], look, 8)


class Tables(Case):
    """Production and trade tables become the network that is fitted to them."""

    def test_the_hub_example_comes_out_corrected_for_re_exports(self):
        self.write("stages.csv", "commodity,stage,next\ntin,refining,use\n")
        self.write("production.csv", "commodity,stage,country,value,unit\n"
                   "tin,refining,AAA,100,t\ntin,refining,BBB,20,t\n")
        self.write("trade.csv", "commodity,stage,exporter,importer,quantity,basis\n"
                   "tin,refining,AAA,HHH,80,reported\ntin,refining,AAA,BBB,10,reported\n"
                   "tin,refining,HHH,BBB,60,reported\ntin,refining,HHH,CCC,15,reported\n")
        out = self.ok("convert", "-n", self.folder, "--part", "flows")
        flows = {(r["source"][:3], r["target"][:3]): float(r["value"]) for r in csv.DictReader(io.StringIO(out))}
        for pair, value in ((("AAA", "AAA"), 10), (("AAA", "HHH"), 5), (("AAA", "BBB"), 70),
                            (("AAA", "CCC"), 15), (("BBB", "BBB"), 20)):
            self.assertAlmostEqual(flows.pop(pair), value, 9)
        self.assertEqual(flows, {})
        loss = self.results("whatif", "--remove", "country=AAA", "-n", self.folder)["buyers"]
        self.assertAlmostEqual(next(b["loss"] for b in loss if b["country"] == "BBB"), 70 / 90, 12)

    def test_a_wrong_row_is_named_with_its_place(self):
        self.write("stages.csv", "commodity,stage,next\ntin,refining,use\n")
        self.write("production.csv", "commodity,stage,country,value,unit\ntin,smelting,AAA,100,t\n")
        err = self.fails(3, "inspect", "-n", self.folder)
        self.assertIn("production.csv:2:2", err)


class Scenarios(Case):
    def write_scenario(self, *events, **more):
        return self.write("scenario.json", "// a comment\n" + json.dumps(
            dict({"schema": "supplynet.scenario/1", "events": list(events)}, **more)))

    def test_a_scenario_is_the_same_as_its_options(self):
        path = self.write_scenario({"select": "CHN", "mode": "exports", "fraction": 0.5},
                                   {"select": "country=JPN&stage=refining"})
        scenario = self.results("whatif", "--scenario", path, "--commodity", "gallium")
        self.assertEqual([d["mode"] for d in scenario["disruptions"]], ["exports", "production"])
        one = self.write_scenario({"select": "CHN", "mode": "exports", "fraction": 0.5})
        again = self.results("whatif", "--cut", "CHN=0.5", "--mode", "exports", "-c", "gallium")
        self.assertEqual(self.results("whatif", "--scenario", one, "-c", "gallium")["total"], again["total"])

    def test_what_is_wrong_with_a_scenario_is_said(self):
        good = {"select": "CHN"}
        for events, more, word in (([], {}, "events"), ([{}], {}, "select"), ([dict(good, mode="ban")], {}, "mode"),
                                   ([dict(good, fraction=2)], {}, "fraction"), ([dict(good, start=-1)], {}, "start"),
                                   ([dict(good, selct="X")], {}, "select"), ([good], {"schema": "other/1"}, "schema"),
                                   ([good], {"time_unit": "aeon"}, "time_unit"), ([good], {"evnts": 1}, "events"),
                                   ([dict(good, recovery={"shape": "round"})], {}, "recovery"),
                                   ([dict(good, mode="flow")], {}, "buyers")):
            with self.subTest(word, events=events):
                self.assertIn(word, self.fails(3, "whatif", "--scenario", self.write_scenario(*events, **more)))
        err = self.fails(3, "whatif", "--scenario", self.write("bad.json", '{"schema": "supplynet.scenario/1",\n  oops}'))
        self.assertIn("bad.json:2:", err)
        self.assertIn("no country or node", self.fails(
            2, "whatif", "--scenario", self.write_scenario({"select": "Atlantis"})))
        self.fails(3, "whatif", "--scenario", self.path("none.json"))


class Order(Case):
    def test_row_and_node_order_do_not_matter(self):
        self.ok("convert", "--commodity", "cobalt|nickel", "-o", self.path("a"))
        os.mkdir(self.path("b"))
        shuffle = random.Random(7)
        for name in os.listdir(self.path("a")):
            with open(os.path.join(self.path("a"), name), encoding="utf-8") as file:
                header, *rows = file.read().splitlines()
            shuffle.shuffle(rows)
            self.write("b/" + name, "\n".join([header, *rows]) + "\n")
        for verb in (("chokepoints",), ("whatif", "--remove", "CHN"), ("exposure", "--of", "JPN"),
                     ("concentration",)):
            one, other = (self.results(*verb, "-n", self.path(x)) for x in "ab")
            self.assertEqual(one, other, verb)


class PublishedCascade(Case):
    """Figure 1 of Diem et al. 2022: eleven firms, all inputs essential."""

    EDGES = "2>1 2>3 7>4 9>5 3>7 6>7 10>7 9>10 7>11 8>11"
    SECTORS = (1, 2, 1, 3, 4, 2, 4, 1, 2, 3, 5)

    def sweep(self, *more):
        self.write("flows.csv", "source,target,value\n" + "".join(
            e.replace(">", ",") + ",1\n" for e in self.EDGES.split()))
        self.write("nodes.csv", "id,sector\n" + "".join(f"{k + 1},s{s}\n" for k, s in enumerate(self.SECTORS)))
        removals = self.results("sweep", "-n", self.folder, "--weight", "value", *more)["removals"]
        return {int(r["id"]): r["loss"] for r in removals}

    def test_losses_of_every_firm_are_the_published_programs(self):
        market = (.1, 11 / 30, .4, .35, .1, .15, .7, .1, .4, .4, .45)
        none = (.1, .5, .4, .35, .1, .3, .7, .1, .5, .4, .45)
        for response, expected in (("market", market), ("none", none)):
            got = self.sweep("--response", response)
            for k, loss in enumerate(expected):
                self.assertAlmostEqual(got[k + 1], loss, 12, (response, k + 1))

    def test_rerouting_never_loses_more_than_no_reaction(self):
        for k in range(0, 400, 40):
            total = self.results("whatif", "--cut", f"CHN={k / 400}", "--remove", "COD", "-c", "cobalt|copper",
                                 "--spare", "0.05")["total"]
            low, high = total["interval"]
            self.assertTrue(0 <= low <= high + 1e-12)
            best = self.results("whatif", "--cut", f"CHN={k / 400}", "--remove", "COD", "-c", "cobalt|copper",
                                "--spare", "0.05", "--response", "reroute")["total"]
            self.assertAlmostEqual(best["loss"], low, 9)


class Convert(Case):
    def test_a_converted_network_gives_the_same_answers(self):
        self.ok("convert", "-o", self.path("copy"))
        for verb in (("chokepoints",), ("concentration", "--by", "owner"),
                     ("whatif", "--remove", "owner=CHN")):
            built_in = self.results(*verb)
            copy = self.results(*verb, "-n", self.path("copy"))
            for group in built_in.get("groups", []) + copy.get("groups", []):
                group.pop("quoted", None)
                group.pop("quoted_remainder", None)
            self.assertEqual(built_in, copy, verb)

    def test_converting_twice_gives_the_same_bytes(self):
        self.ok("convert", "-o", self.path("one"))
        self.ok("convert", "-n", self.path("one"), "-o", self.path("two"))
        for name in os.listdir(self.path("one")):
            with open(self.path("one/" + name), "rb") as a, open(self.path("two/" + name), "rb") as b:
                self.assertEqual(a.read(), b.read(), name)


class Hints(Case):
    def test_a_ranking_of_owners_says_how_many_owners_are_unknown(self):
        rules = lambda *verb: [f["rule"] for f in self.json("chokepoints", "-c", "cobalt", *verb)["findings"]]
        self.assertIn("unknown-owner", rules("--by", "owner"))
        self.assertNotIn("unknown-owner", rules("--by", "country"))

    def test_a_ranking_without_candidates_says_what_to_try(self):
        self.write("flows.csv", "source,target,value\na,b,1\nb,c,1\n")
        self.write("nodes.csv", "id,sector\na,s\nb,s\nc,s\n")
        document = self.json("chokepoints", "-n", self.folder)
        self.assertEqual(document["results"]["ranking"], [])
        self.assertIn("--by node", " ".join(f["message"] for f in document["findings"]))
        ranking = self.results("chokepoints", "--by", "node", "-n", self.folder)["ranking"]
        self.assertEqual({row["id"] for row in ranking}, {"a", "b"})


class Gates(Case):
    def test_fail_if_met_ends_with_1_and_says_which_row(self):
        code, out, err = run("concentration", "--commodity", "gallium", "--fail-if", "hhi > 0.9")
        self.assertEqual(code, 1)
        self.assertIn("hhi", err)
        self.assertIn("gallium", err)
        self.assertTrue(out)

    def test_fail_if_not_met_ends_with_0(self):
        self.ok("concentration", "--commodity", "gallium", "--fail-if", "hhi > 1")


if __name__ == "__main__":
    unittest.main()
