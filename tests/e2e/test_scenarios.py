"""The built-in scenarios: true to the table of restrictions, playable, and found by name."""
import csv
import json
import os
import unittest

import test_schemas
from support import ROOT, Case


class Scenarios(Case):
    def library(self):
        return self.results("scenarios")["scenarios"]

    def test_every_scenario_says_who_says_so_and_what_is_assumed(self):
        library = self.library()
        self.assertGreaterEqual(len(library), 20)
        for scenario in library:
            for member in ("name", "date", "status", "source", "description"):
                self.assertTrue(scenario[member], (scenario["id"], member))
            self.assertTrue(scenario["notes"], scenario["id"])
        self.assertEqual(sum(s["id"].startswith("irena-") for s in library), 6)

    def test_dates_and_status_are_those_of_the_table_of_restrictions(self):
        with open(os.path.join(ROOT, "datasets", "data", "restrictions", "restrictions.csv"),
                  encoding="utf-8") as file:
            table = list(csv.DictReader(file))
        checked = 0
        for scenario in self.library():
            if scenario["status"] in ("historical", "hypothetical", "template", "projection"):
                continue
            for event in scenario["events"]:
                parts = dict(part.split("=") for part in event["select"].split("&"))
                for commodity in parts["commodity"].split("|"):
                    rows = [row for row in table if row["country"] == parts["country"]
                            and row["commodity"] == commodity and row["stage"] == parts["stage"]
                            and row["status"] == scenario["status"]]
                    self.assertTrue(rows, (scenario["id"], commodity))
                    self.assertIn(scenario["date"].replace("not dated", ""),
                                  [row["start"] for row in rows], scenario["id"])
                    checked += 1
        self.assertGreater(checked, 12)

    def test_every_scenario_plays_on_the_built_in_data(self):
        for scenario in self.library():
            if scenario["status"] != "projection":
                whatif = self.results("whatif", "--scenario", scenario["id"], "--bounds", "never", "--top", "1")
                self.assertGreater(whatif["total"]["loss"], 0, scenario["id"])
            simulated = self.results("simulate", "--scenario", scenario["id"], "--top", "1")
            self.assertGreater(simulated["cases"][0]["total"]["loss_area_days"], 0, scenario["id"])

    def test_a_printed_scenario_is_a_file_that_plays_the_same(self):
        self.write("mine.json", self.ok("scenarios", "cod-cobalt-2025"))
        named = self.results("whatif", "--scenario", "cod-cobalt-2025", "-c", "cobalt")
        self.assertEqual(named, self.results("whatif", "--scenario", self.path("mine.json"), "-c", "cobalt"))

    def test_several_scenarios_act_together(self):
        one = self.results("whatif", "--scenario", "cod-cobalt-2025", "-c", "cobalt|graphite", "--bounds", "never")
        two = self.results("whatif", "--scenario", "chn-graphite-2023", "-c", "cobalt|graphite", "--bounds", "never")
        both = self.results("whatif", "--scenario", "cod-cobalt-2025", "--scenario", "chn-graphite-2023",
                            "-c", "cobalt|graphite", "--bounds", "never")
        loss = [{row["commodity"]: row["loss"] for row in r["by_commodity"]} for r in (one, two, both)]
        self.assertEqual(loss[2], {"cobalt": loss[0]["cobalt"], "graphite": loss[1]["graphite"]})
        days = [self.results("simulate", "-c", "cobalt|graphite", *words)["cases"][0]["by_commodity"]
                for words in (("--scenario", "cod-cobalt-2025"), ("--scenario", "chn-graphite-2023"),
                              ("--scenario", "cod-cobalt-2025", "--scenario", "chn-graphite-2023"))]
        area = [{row["commodity"]: row["loss_area_days"] for row in rows} for rows in days]
        self.assertEqual(area[2]["cobalt"], area[0]["cobalt"])
        self.assertEqual(area[2]["graphite"], area[1]["graphite"])

    def test_what_happens_together_is_held_against_what_each_costs_alone(self):
        words = ("-c", "cobalt", "--bounds", "never")
        alone = [self.results("whatif", *what, *words)["total"]["loss"]
                 for what in (("--remove", "CHN"), ("--scenario", "cod-cobalt-2025"))]
        both = self.results("whatif", "--remove", "CHN", "--scenario", "cod-cobalt-2025", *words)
        interaction = both["interaction"]
        self.assertEqual([part["loss"] for part in interaction["parts"]], alone)
        self.assertEqual(interaction["joint"], both["total"]["loss"])
        self.assertAlmostEqual(interaction["sum"], sum(alone), 12)
        self.assertLess(interaction["joint"], interaction["sum"])
        self.assertNotIn("interaction", self.results("whatif", "--remove", "CHN", *words))
        test_schemas.Schemas.check(self, ("whatif", "--remove", "CHN", "--remove", "COD", *words))

    def test_a_name_that_is_not_there_is_answered_with_the_nearest(self):
        self.assertIn("cod-cobalt-2025", self.fails(2, "whatif", "--scenario", "cod-cobalt-2024"))
        self.assertIn("cod-cobalt-2025", self.fails(2, "scenarios", "cod-cobalt-2052"))
        self.fails(3, "simulate", "--scenario", "./nothing.json")
        self.fails(2, "scenarios", "one", "two")

    def test_documents_are_what_the_schemas_say(self):
        test_schemas.Schemas.check(self, ("scenarios",))
        test_schemas.Schemas.check(self, ("scenarios", "irena-cartel"))
        document = json.loads(self.ok("scenarios", "irena-cartel"))
        self.assertEqual(document["schema"], "supplynet.scenario/1")


if __name__ == "__main__":
    unittest.main()
