"""Two states of the world side by side."""
import json
import unittest

import test_schemas
from support import Case

FLOWS = "source,target,value,year\n"
YEARS = FLOWS + "CHN,JPN,85,2009\nVNM,JPN,15,2009\nCHN,KOR,10,2009\n" \
                "CHN,JPN,58,2020\nVNM,JPN,30,2020\nAUS,JPN,12,2020\n"


class Compare(Case):
    def numbers(self, *words):
        results = self.results("compare", *words)
        return results, {(row["verb"], row["field"], row["subject"]):
                         (row["before"], row["after"], row["change"]) for row in results["numbers"]}

    def test_two_years_of_one_file_show_how_a_buyers_suppliers_moved(self):
        path = self.write("trade.csv", YEARS)
        results, numbers = self.numbers(path + "@2009", path + "@2020", "--buyer", "JPN")
        for supplier, before, after in (("CHN", 0.85, 0.58), ("VNM", 0.15, 0.30)):
            row = numbers["exposure", "groups.suppliers.direct", supplier]
            for got, wanted in zip(row, (before, after, after - before)):
                self.assertAlmostEqual(got, wanted, 12)
        self.assertEqual(numbers["exposure", "groups.suppliers.direct", "AUS"], (None, 0.12, None))
        self.assertEqual({key: results["flows"][key] for key in ("appeared", "vanished", "moved", "same")},
                         {"appeared": 1, "vanished": 1, "moved": 2, "same": 0})
        self.assertEqual([(f["supplier"], f["buyer"], f["before"], f["after"])
                          for f in results["flows"]["changes"]],
                         [("CHN", "JPN", 85, 58), ("VNM", "JPN", 15, 30), ("AUS", "JPN", 0, 12),
                          ("CHN", "KOR", 10, 0)])

    def test_a_network_and_itself_are_the_same(self):
        results, numbers = self.numbers("critical-minerals-2024", "critical-minerals-2024")
        self.assertEqual(numbers, {})
        self.assertEqual(results["flows"]["changes"], [])
        self.assertGreater(results["numbers_same"], 1000)

    def test_the_order_of_the_two_turns_every_change_round(self):
        path = self.write("trade.csv", YEARS)
        _, forth = self.numbers(path + "@2009", path + "@2020")
        _, back = self.numbers(path + "@2020", path + "@2009")
        self.assertEqual(set(forth), set(back))
        for key, (before, after, _) in forth.items():
            self.assertEqual((after, before), back[key][:2])

    def test_concentration_and_chokepoints_are_those_of_the_single_verbs(self):
        a = self.write("a.csv", FLOWS.replace(",year", "") + "CHN,JPN,6\nVNM,JPN,4\n")
        b = self.write("b.csv", FLOWS.replace(",year", "") + "CHN,JPN,9\nVNM,JPN,1\n")
        _, numbers = self.numbers(a, b)
        for side, path in enumerate((a, b)):
            group = self.results("concentration", "-n", path)["groups"][0]
            self.assertEqual(numbers["concentration", "groups.hhi", ""][side], group["hhi"])
            for row in self.results("chokepoints", "-n", path)["ranking"]:
                self.assertEqual(numbers["chokepoints", "ranking.loss", row["id"]][side], row["loss"])

    def test_reports_of_one_verb_are_matched_by_name_whatever_their_order(self):
        one = self.path("one.json")
        two = self.path("two.json")
        self.ok("whatif", "--remove", "CHN", "-c", "cobalt", "--top", "0", "-f", "json", "-o", one)
        self.ok("whatif", "--remove", "COD", "-c", "cobalt", "--top", "0", "-f", "json", "-o", two)
        with open(two, encoding="utf-8") as file:
            document = json.load(file)
        document["results"]["buyers"].reverse()
        with open(two, "w", encoding="utf-8") as file:
            json.dump(document, file)
        _, numbers = self.numbers(one, two)
        losses = []
        for path in (one, two):
            with open(path, encoding="utf-8") as file:
                rows = json.load(file)["results"]["buyers"]
            losses.append({f'{row["id"]} {row["commodity"]}': row["loss"] for row in rows})
        checked = 0
        for subject in set(losses[0]) & set(losses[1]):
            if losses[0][subject] != losses[1][subject]:
                row = numbers["whatif", "buyers.loss", subject]
                self.assertEqual(row[:2], (losses[0][subject], losses[1][subject]))
                checked += 1
        self.assertGreater(checked, 20)
        findings = self.json("compare", one, two)["findings"]
        self.assertIn("remove", [f["subject"] for f in findings if f["rule"] == "parameter"])

    def test_a_report_that_was_cut_short_is_said_to_be(self):
        one = self.path("one.json")
        self.ok("whatif", "--remove", "CHN", "-c", "cobalt", "-f", "json", "-o", one)
        findings = self.json("compare", one, one)["findings"]
        self.assertEqual([f["rule"] for f in findings], ["cut-report", "cut-report"])

    def test_other_methods_verbs_units_and_kinds_are_refused(self):
        one = self.path("one.json")
        two = self.path("two.json")
        three = self.path("three.json")
        self.ok("whatif", "--remove", "CHN", "-c", "cobalt", "-f", "json", "-o", one)
        self.ok("concentration", "-f", "json", "-o", two)
        with open(one, encoding="utf-8") as file:
            document = json.load(file)
        document["methods"][0]["version"] = "2"
        self.write("three.json", json.dumps(document))
        self.assertIn("not comparable", self.fails(3, "compare", one, two))
        self.assertIn("cascade/2", self.fails(3, "compare", one, three))
        self.assertIn("two of a kind", self.fails(2, "compare", one, "critical-minerals-2024"))
        a = self.write("a.csv", "source,target,value,unit\nx,y,1,t\n")
        b = self.write("b.csv", "source,target,value,unit\nx,y,1,kt\n")
        self.assertIn("not comparable", self.fails(3, "compare", a, b))

    def test_what_is_no_report_is_told_with_its_place(self):
        one = self.path("one.json")
        self.ok("concentration", "-f", "json", "-o", one)
        self.assertIn("two.json:2", self.fails(
            3, "compare", one, self.write("two.json", '{"a": 1,\n"b": }\n')))
        self.assertIn("no report", self.fails(3, "compare", one, self.write("two.json", "[1, 2]")))
        self.fails(3, "compare", one, self.path("missing.json"))
        self.fails(2, "compare", one)
        self.fails(2, "compare")

    def test_documents_are_what_the_schema_says(self):
        path = self.write("trade.csv", YEARS)
        self.ok("concentration", "-f", "json", "-o", self.path("one.json"))
        for words in ((path + "@2009", path + "@2020", "--buyer", "JPN"),
                      (self.path("one.json"), self.path("one.json"))):
            test_schemas.Schemas.check(self, ("compare", *words))


if __name__ == "__main__":
    unittest.main()
