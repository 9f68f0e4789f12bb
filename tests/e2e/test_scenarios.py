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

    def policy_network(self):
        """S exports 40 to A and 60 to B, and uses 100 itself; all of one product."""
        self.write("flows.csv", "source,target,value\nS,A,40\nS,B,60\n")
        self.write("nodes.csv", "id,kind,final_demand,primary\nS,country,100,200\nA,country,40,\nB,country,60,\n")
        return self.folder

    def scenario(self, event, **more):
        return self.write("scenario.json", json.dumps(
            {"schema": "supplynet.scenario/1", "events": [event], **more}))

    def area(self, path, *words):
        rows = self.results("simulate", "-n", self.policy_network(), "--scenario", path, "--days", 100,
                            "--buyer", "A", "--buyer", "B", "--buyer", "S", *words)["cases"][0]["buyers"]
        return {row["id"]: row["loss_area_days"] for row in rows}

    def assertAreas(self, got, **expected):
        for buyer, days in expected.items():
            self.assertAlmostEqual(got[buyer], days, 9, (buyer, got))

    def test_each_measure_cuts_what_its_terms_say(self):
        self.assertAreas(self.area(self.scenario({"select": "S", "measure": "ban", "duration": 30})),
                         A=30, B=30, S=0)
        self.assertAreas(self.area(self.scenario({"select": "S", "measure": "ban", "buyers": "id=B",
                                                  "enforcement": 0.8, "leakage": 0.5, "leakage_delay": 20,
                                                  "duration": 30})), A=0, B=20 * 0.8 + 10 * 0.4, S=0)
        self.assertAreas(self.area(self.scenario({"select": "S", "measure": "quota", "cap": 0.7})),
                         A=30, B=30, S=0)
        self.assertAreas(self.area(self.scenario({"select": "S", "measure": "quota", "cap_amount": 70,
                                                  "ration": "allies-first", "allies": "id=A"})),
                         A=0, B=50, S=0)
        self.assertAreas(self.area(self.scenario({"select": "S", "measure": "licence", "delay": 2,
                                                  "haircut": 0.25}, time_unit="week")),
                         A=14 + 86 * 0.25, B=14 + 86 * 0.25, S=0)
        cut = 1 - 1.3 ** (-0.5 * 1.5 / 2)
        tax = {"select": "S", "measure": "tax", "rate": 0.3}
        for path in (self.scenario({**tax, "demand_elasticity": -0.5, "supply_elasticity": 1.5}),
                     self.scenario(tax, assumptions={"demand_elasticity": -0.5, "supply_elasticity": 1.5})):
            self.assertAreas(self.area(path), A=100 * cut, B=100 * cut, S=0)

    def test_whatif_takes_a_measure_at_its_strongest(self):
        path = self.scenario({"select": "S", "measure": "quota", "cap_amount": 70, "ration": "allies-first",
                              "allies": "id=A"})
        result = self.results("whatif", "-n", self.policy_network(), "--scenario", path, "--bounds", "never")
        loss = {row["id"]: row["loss_down"] for row in result["nodes"]}
        self.assertAlmostEqual(loss["B"], 0.5, 9)
        self.assertAlmostEqual(loss.get("A", 0), 0, 9)

    def test_a_scenario_file_alone_reproduces_a_run(self):
        event = {"select": "S", "measure": "ban", "duration": 30}
        path = self.scenario(event, horizon=100, assumptions={
            "inventory_days": {"value": 10, "why": "a guess"}, "rationing": "final-first", "spare": 0.1,
            "recycling": 0.2, "adjust_days": 4, "step_days": 2, "runs": 20, "vary_duration": [0.5, 2],
            "reserve_days": 5, "release_after_days": 2, "release_rate": 0.5, "extra_inventory_days": 1,
            "substitution_delay_days": 3, "substitution_ramp_days": 4, "overproduction": 1.1,
            "overproduction_days": 50, "binding": "leontief"})
        alone = self.results("simulate", "-n", self.policy_network(), "--scenario", path)
        model = alone["model"]
        self.assertEqual((model["stock_days"], model["rationing"], model["spare"], model["recycling"],
                          model["adjust_days"], model["step"], model["days"], model["reserve_days"],
                          model["release_after_days"], model["release_rate"], model["extra_stock_days"],
                          model["switch_delay_days"], model["switch_ramp_days"], model["overproduction"],
                          model["overproduction_days"], model["binding"]),
                         (10, "final-first", 0.1, 0.2, 4, 2, 100, 5, 2, 0.5, 1, 3, 4, 1.1, 50, "leontief"))
        bare = self.scenario(event, horizon=100)
        spelled = self.results("simulate", "-n", self.folder, "--scenario", bare, "--stock", 10,
                               "--rationing", "final-first", "--adjust", 4, "--step", 2, "--runs", 20,
                               "--vary", "duration=0.5:2", "--binding", "leontief", "--overproduction", "1.1:50",
                               "--mitigate", "stock=1,spare=0.1,recycle=0.2,reserve=5,release=2:0.5,switch=3:4")
        said = spelled["cases"][1]
        said["mitigation"], said["saved_days"] = None, 0
        self.assertEqual(alone["cases"][0], said)
        # the command line goes before the file
        path = self.scenario(event, horizon=100, assumptions={"inventory_days": 10, "rationing": "final-first"})
        over = self.results("simulate", "-n", self.folder, "--scenario", path, "--stock", 3,
                            "--rationing", "proportional")["model"]
        self.assertEqual((over["stock_days"], over["rationing"]), (3, "proportional"))

    def test_scenarios_that_assume_different_things_need_a_word(self):
        self.policy_network()
        event = {"select": "S", "measure": "ban", "duration": 30}
        paths = [self.write(f"{k}.json", json.dumps({"schema": "supplynet.scenario/1", "events": [event],
                                                     "assumptions": {"inventory_days": k}})) for k in (1, 2)]
        words = ("simulate", "-n", self.folder, "--scenario", paths[0], "--scenario", paths[1])
        self.assertIn("--stock", self.fails(2, *words))
        self.assertEqual(self.results(*words, "--stock", 2)["model"]["stock_days"], 2)

    def test_what_a_scenario_file_gets_wrong_is_named(self):
        self.policy_network()
        quota = {"select": "S", "measure": "quota", "cap": 0.5}
        tax = {"select": "S", "measure": "tax", "rate": 0.3}
        for event, more, said in (
                ({**quota, "measure": "quotta"}, {}, "ban, quota, tax, licence or demand"),
                ({"select": "S", "measure": "quota"}, {}, "either cap"),
                ({**quota, "cap_amount": 3}, {}, "either cap"),
                ({**quota, "rate": 3}, {}, "goes with measure tax only"),
                ({**quota, "fraction": 1}, {}, "says itself how much it cuts"),
                ({**quota, "mode": "production"}, {}, "exports, imports or flow"),
                ({**quota, "ration": "allies-first"}, {}, "allies"),
                ({**quota, "ration": "alies-first"}, {}, "allies-first"),
                ({**quota, "enforcement": 1.5}, {}, "0..1"),
                ({**quota, "leakage_delay": 5}, {}, "leakage"),
                ({**quota, "duration": -1}, {}, ">= 0"),
                (tax, {}, "no default"),
                ({**tax, "demand_elasticity": 0.5}, {}, "<= 0"),
                ({**tax, "demand_elasticity": -0.5, "supply_elasticity": "large"}, {}, "infinite"),
                ({"select": "S", "measure": "licence", "delay": 3}, {}, "haircut"),
                ({"select": "S", "measure": "demand"}, {}, "factor"),
                ({"select": "S", "measure": "demand", "factor": 2, "mode": "exports"}, {}, "mode"),
                (quota, {"assumptions": {"inventory_day": 3}}, 'did you mean "inventory_days"'),
                (quota, {"assumptions": {"spare": "much"}}, "assumptions.spare: expected a finite number"),
                (quota, {"assumptions": {"spare": {"valu": 1}}}, 'did you mean "value"'),
                (quota, {"assumptions": {"vary_duration": [2, 1]}}, "low <= high"),
                (quota, {"assumptions": {"runs": 1.5}}, "whole number"),
                (quota, {"notes": {"a": 3}}, "notes.a")):
            path = self.scenario(event, **more)
            self.assertIn(said, self.fails(3, "simulate", "-n", self.folder, "--scenario", path), event)
        for event, more, said in (
                (quota, {"assumptions": {"rationing": "proportionl"}}, "proportional"),
                ({**quota, "select": "A"}, {}, "no flow is hit"),
                ({**quota, "select": "X"}, {}, "X"),
                ({**quota, "ration": "allies-first", "allies": "ZZZ"}, {}, "ZZZ")):
            path = self.scenario(event, **more)
            self.assertIn(said, self.fails(2, "simulate", "-n", self.folder, "--scenario", path), event)
        path = self.scenario({"select": "S", "measure": "demand", "factor": 2})
        self.assertIn("simulate", self.fails(2, "whatif", "-n", self.folder, "--scenario", path))

    def test_demand_of_2040_leaves_a_gap_to_the_capacity_of_today(self):
        words = ("simulate", "--scenario", "demand-2040", "-c", "cobalt|lithium|nickel|rare_earths_magnet",
                 "--top", "1")
        result = self.results(*words, "--mitigate", "spare=0.5")
        factor = {"cobalt": 6.4, "lithium": 12.8, "nickel": 6.5, "rare_earths_magnet": 3.4}
        normal = self.results("simulate", "--cut", "stage=use=0", "--days", 1, "-c",
                              "cobalt|lithium|nickel|rare_earths_magnet")["cases"][0]["by_commodity"]
        before = {row["commodity"]: row["demand_at_end"] for row in normal}
        for k, grown in enumerate((1, 1.5)):
            for row in result["cases"][k]["by_commodity"]:
                now = before[row["commodity"]]
                self.assertAlmostEqual(row["demand_at_end"] / now, factor[row["commodity"]], 9)
                self.assertLessEqual(row["supply_at_end"], grown * now * (1 + 1e-9))
                self.assertAlmostEqual(row["gap_at_end"], row["demand_at_end"] - row["supply_at_end"], 3)
        for row in result["cases"][0]["by_commodity"]:
            self.assertAlmostEqual(row["supply_at_end"] / before[row["commodity"]], 1, 3)
        self.assertIn("Demand and supply at the end", self.ok(*words))
        test_schemas.Schemas.check(self, words)

    def test_several_things_at_once_are_held_against_each_alone_in_time_too(self):
        words = ("simulate", "-c", "cobalt", "--stock", "20")
        parts = (("--remove", "CHN"), ("--scenario", "cod-cobalt-2025"))
        alone = [self.results(*words, *part)["cases"][0]["total"]["loss_area_days"] for part in parts]
        both = self.results(*words, *parts[0], *parts[1])
        self.assertEqual([part["loss_area_days"] for part in both["interaction"]["parts"]], alone)
        self.assertAlmostEqual(both["interaction"]["sum"], sum(alone), 9)
        self.assertEqual(both["interaction"]["joint"], both["cases"][0]["total"]["loss_area_days"])
        self.assertLess(both["interaction"]["joint"], both["interaction"]["sum"])
        self.assertNotIn("interaction", self.results(*words, *parts[0]))
        test_schemas.Schemas.check(self, (*words, *parts[0], *parts[1], "--runs", "3", "--vary", "stock=0.5:2"))

    def test_elasticities_are_drawn_and_buyers_have_quantiles_of_their_own(self):
        path = self.scenario({"select": "S", "measure": "tax", "rate": 0.3, "demand_elasticity": -0.5,
                              "supply_elasticity": "infinite", "enforcement": 0.5})
        words = ("simulate", "-n", self.policy_network(), "--scenario", path, "--days", 100, "--buyer", "A",
                 "--buyer", "S", "--runs", 400, "--vary", "demand-elasticity=0.5:1.5")
        runs = self.results(*words)["cases"][0]["runs"]
        a, = (row for row in runs["buyers"] if row["id"] == "A")
        at = [100 * 0.5 * (1 - 1.3 ** (-0.5 * factor)) for factor in (0.55, 1, 1.45)]
        for got, expected in zip(a["loss_area_days"], at):
            self.assertAlmostEqual(got, expected, delta=0.3)
        s, = (row for row in runs["buyers"] if row["id"] == "S")
        self.assertEqual(s["loss_area_days"], [0, 0, 0])
        self.assertEqual(s["survive_days"], [None, None, None])
        self.assertIn("--runs", self.fails(2, *words[:-4], "--vary", "stock=1:2"))

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
