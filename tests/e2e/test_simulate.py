"""`simulate` as a user would run it: published toy, hand-worked cases, mitigations, draws."""
import json
import unittest

import jsonschema

from support import Case

# Figures of the published program (Inoue & Todo): t = 0..4, delta of firm 1 is 0.1, n = 3, tau = 6.
MADE = [380, 363.33333333333331, 364.44444444444446, 365.37037037037038, 366.14197530864197]
FINAL = {"proportional": [190, 189.25619834710744, 195.076878304312, 194.05846886858626, 193.17314449793992],
         "final-last": [180, 180, 193.88888888888891, 192.03703703703701, 190.55555555555554],
         "water-filling": [190, 190, 190.5555555555556, 190, 190],
         "water-filling-final-last": [180, 180, 193.88888888888891, 192.03703703703701, 190.55555555555554]}


class Simulate(Case):
    def toy(self):
        self.write("flows.csv", "source,target,value\n1,2,100\n2,1,100\n")
        self.write("nodes.csv", "id,kind,sector,final_demand,inventory_days\n"
                                "1,firm,1001,100,3\n2,firm,1002,100,3\n")
        return self.folder

    def maker(self):
        self.write("flows.csv", "source,target,value\nS,M,36500\n")
        self.write("nodes.csv", "id,kind,final_demand,inventory_days\nM,firm,36500,20\nS,firm,0,0\n")
        return self.folder

    def test_inoue_todo_is_reached_through_files_and_options(self):
        folder = self.toy()
        for rule, final in FINAL.items():
            results = self.results("simulate", "-n", folder, "--model", "inoue-todo", "--rationing", rule,
                                   "--cut", "id=1=0.1", "--days", 5, "--series")
            self.assertEqual(results["normal"], {"production": 400, "value_added": 200,
                                                 "final_consumption": 200})
            for t, row in enumerate(results["cases"][0]["series"]):
                self.assertAlmostEqual(row["production"], MADE[t], 9)
                self.assertAlmostEqual(row["value_added"], MADE[t] / 2, 9)
                self.assertAlmostEqual(row["final_consumption"], final[t], 9)

    def test_a_maker_survives_as_long_as_its_stock_and_each_mitigation_does_its_part(self):
        cases = self.results("simulate", "-n", self.maker(), "--remove", "S", "--duration", 28,
                             "--mitigate", "stock=5d", "--mitigate", "reserve=5d",
                             "--mitigate", "recycle=0.25", "--mitigate", "stock=4d,reserve=4d")["cases"]
        first = cases[0]["total"]
        self.assertAlmostEqual(first["survive_days"] / 7, 2000 / 700, 9)
        self.assertAlmostEqual(first["lost"], 800, 6)
        self.assertAlmostEqual(first["recover_days"], 28, 9)
        for case, saved in zip(cases, [0, 5, 5, 2, 8]):
            self.assertAlmostEqual(case["saved_days"], saved, 9)
        self.assertIsNone(cases[4]["total"]["survive_days"])
        self.assertEqual(cases[4]["total"]["survive_days_reason"], "nothing is lost")
        self.assertAlmostEqual(cases[2]["buyers"][0]["reserve_left"], 0, 9)

    def test_weekly_steps_give_the_same_answer(self):
        total = self.results("simulate", "-n", self.maker(), "--remove", "S", "--duration", 28,
                             "--step", 7)["cases"][0]["total"]
        self.assertAlmostEqual(total["survive_days"], 20, 9)
        self.assertAlmostEqual(total["lost"], 800, 6)

    def test_gallium_stocks_delay_and_reduce_the_loss_of_each_buyer(self):
        scenario = self.write("licence.json", json.dumps({
            "schema": "supplynet.scenario/1", "name": "licences: two months nothing, then half",
            "time_unit": "day", "horizon": 365,
            "events": [{"select": "country=CHN&commodity=gallium|germanium", "mode": "exports",
                        "fraction": 1, "start": 0, "duration": 60},
                       {"select": "country=CHN&commodity=gallium|germanium", "mode": "exports",
                        "fraction": 0.5, "start": 60, "duration": 305}]}))
        buyers = [w for c in ("JPN", "USA", "DEU", "KOR") for w in ("--buyer", f"{c}&commodity=gallium")]
        before = None
        for stock in (0, 60, 180):
            rows = {b["id"]: b for b in self.results("simulate", "--scenario", scenario, "--stock", stock,
                                                     *buyers)["cases"][0]["buyers"]}
            self.assertEqual(len(rows), 4)
            for name, row in rows.items():
                if stock == 0:
                    self.assertEqual(row["survive_days"], 0)
                if before is not None:
                    self.assertLess(row["loss_area_days"], before[name]["loss_area_days"])
                    if row["survive_days"] is not None:
                        self.assertGreater(row["survive_days"], before[name]["survive_days"])
            before = rows

    def test_draws_depend_on_the_seed_and_not_on_threads(self):
        words = ("simulate", "-n", self.maker(), "--remove", "S", "--duration", 28, "--runs", 50, "--vary",
                 "duration=0.5:2")
        one, two = (self.results(*words, "--threads", t) for t in (1, 3))
        self.assertEqual(one, two)
        runs = one["cases"][0]["runs"]
        self.assertNotEqual(runs, self.results(*words, "--seed", 2)["cases"][0]["runs"])
        low, middle, high = runs["loss_area_days"]
        self.assertTrue(0 <= low <= middle <= high <= 36)
        self.assertTrue(0.4 < runs["share_with_loss"] < 1)

    def test_documents_follow_the_schema_and_text_fits(self):
        validator = jsonschema.Draft202012Validator(json.loads(self.ok("schema", "simulate")))
        words = ("simulate", "-n", self.maker(), "--remove", "S", "--duration", 28, "--mitigate", "stock=5",
                 "--series", "--buyer", "M")
        document = self.json(*words, "--runs", 3)
        self.assertEqual([e.message for e in validator.iter_errors(document)], [])
        document["results"]["cases"][0]["total"]["depth"] = 2
        self.assertFalse(validator.is_valid(document))
        for form in ("text", "csv", "tsv", "ndjson", "md"):
            self.assertTrue(self.ok(*words, "-f", form).strip())
        self.assertLessEqual(max(map(len, self.ok(*words).split("\n"))), 80)

    def test_bad_settings_are_named(self):
        folder = self.maker()
        for words, said in ((("--remove", "S", "--recovery", "linear"), "SHAPE:DAYS"),
                            (("--remove", "S", "--recovery", "linar:5"), "linear"),
                            (("--remove", "S", "--mitigate", "stok=5"), "stock"),
                            (("--remove", "S", "--mitigate", "recycle=2"), "share"),
                            (("--remove", "S", "--vary", "duration=2:1"), "duration"),
                            (("--cut", "S=1.5"), "0..1"),
                            (("--remove", "S", "--rationing", "allies-first"), "--allies"),
                            (("--remove", "S", "--vary", "stock=1:2"), "--runs"),
                            (("--remove", "S", "--days", "3", "--step", "7"), "longer than the 3 days"),
                            (("--remove", "S", "--duration", "-3"), "--duration"),
                            (("--remove", "S", "--psi", "0.5"), "ario"),
                            (("--remove", "S", "--overproduction", "0.5:3"), "1 at least"),
                            (("--remove", "S", "--scenario", "cod-cobalt-2052"), "cod-cobalt-2025"),
                            (("--remove", "X"), "X")):
            self.assertIn(said, self.fails(2, "simulate", "-n", folder, *words), words)


    def test_what_will_do_nothing_is_said(self):
        folder = self.maker()
        for words, rule in (((), "no-event"), (("--remove", "S", "--start", 400), "late-event")):
            findings = self.json("simulate", "-n", folder, *words)["findings"]
            self.assertIn(rule, [finding["rule"] for finding in findings])
        self.assertIn("left the rest out", self.fails(2, "simulate", "--scenario", "chn-gallium-germanium-2023",
                                                      "-c", "gallium"))

    def test_lead_times_are_read_played_and_written(self):
        flows = self.write("f.csv", "source,target,value,lead_time\nS,M,36500,10\n")
        nodes = self.write("n.csv", "id,kind,final_demand,inventory_days\nS,firm,,\nM,firm,36500,20\n")
        words = ("--flows", flows, "--nodes", nodes, "--remove", "S", "--duration", 28)
        total = self.results("simulate", *words)["cases"][0]["total"]
        self.assertAlmostEqual(total["survive_days"], 30, 6)
        self.assertAlmostEqual(total["lost"], 800, 6)
        self.assertIn("no-lead-time", [finding["rule"] for finding in
                                       self.json("simulate", *words, "--model", "ario")["findings"]])
        self.ok("convert", "--flows", flows, "--nodes", nodes, "-o", self.path("out"))
        again = self.results("simulate", "-n", self.path("out"), "--remove", "S", "--duration", 28)
        self.assertEqual(again["cases"][0]["total"], total)

    def test_no_rule_survives_longer_than_the_best_that_stocks_can_do(self):
        for remove, commodity in (("COD", "cobalt"), ("CHN", "gallium"), ("IDN", "nickel")):
            words = ("--remove", remove, "-c", commodity)
            best = self.results("whatif", *words, "--stock", "30", "--ttr", "90", "--top", "0")["survival"][0]
            ruled = self.results("simulate", *words, "--stock", "30", "--duration", "90")["cases"][0]["total"]
            first = ruled["survive_days"] if ruled["survive_days"] is not None else float("inf")
            self.assertGreaterEqual(best["days"] + 1, first, commodity)  # a step is one day
            self.assertLessEqual(best["share"] * 90 - 1e-6, ruled["loss_area_days"], commodity)

    def test_a_makers_time_to_survive_and_loss_until_recovery(self):
        flows = self.write("f.csv", "source,target,value\nS,M,36500\n")
        nodes = self.write("n.csv", "id,kind,final_demand\nS,firm,\nM,firm,36500\n")
        row, = self.results("whatif", "--flows", flows, "--nodes", nodes, "--remove", "S", "--stock", "20",
                            "--ttr", "28")["survival"]
        self.assertAlmostEqual(row["days"] / 7, 2.857, 3)
        self.assertAlmostEqual(row["lost"], 800, 3)


if __name__ == "__main__":
    unittest.main()
