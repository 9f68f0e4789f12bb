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

    def test_help_exists_for_every_verb(self):
        for name in ("datasets", "inspect", "concentration", "exposure", "chokepoints", "whatif",
                     "convert", "schema"):
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
