"""What `verify` prints, and that it agrees."""
import csv
import io
import os
import shutil
import subprocess
import sys
import unittest

import test_schemas
from support import ROOT, Case


class Verify(Case):
    def test_published_figures_come_out_as_the_record_says(self):
        rows = list(csv.DictReader(io.StringIO(self.ok("verify", "-f", "csv"))))
        counts = {r["check"]: [int(r[k]) for k in ("agrees", "known", "lacking", "wrong")] for r in rows}
        self.assertEqual(counts["eu-2017-global"], [78, 0, 0, 0])
        self.assertEqual(counts["eu-2017-sourcing"], [77, 0, 0, 0])
        self.assertEqual(counts["eu-2017-both"], [77, 0, 0, 0])
        self.assertGreaterEqual(counts["eu-2023-risk"][0], 76)
        self.assertEqual(counts["usgs-2025"], [4 * 48, 0, 0, 0])
        for check, (agrees, _, _, wrong) in counts.items():
            self.assertGreater(agrees, 0, check)
            self.assertEqual(wrong, 0, check)

    def test_known_misses_carry_their_reason(self):
        results = self.results("verify", "--check", "eu-2023-risk")
        check, = results["checks"]
        self.assertTrue(results["agrees"])
        self.assertEqual(check["exact"], 62)
        known = [r for r in check["rows"] if r["outcome"] == "known"]
        self.assertEqual(len(known), 21)
        for row in known:
            self.assertGreater(len(row["reason"]), 20)
            self.assertGreater(abs(row["computed"][0] - row["published"]), 0.1)

    def test_every_wrong_formula_is_rejected(self):
        wrong = self.results("verify")["wrong_formulas"]
        self.assertGreaterEqual(len(wrong), 6)
        for formula in wrong:
            self.assertTrue(formula["rejected"], formula)
            self.assertLess(formula["passes"], formula["rows"])

    def test_crma_list_is_that_of_the_sourcing_shares(self):
        check, = self.results("verify", "--check", "crma-65")["checks"]
        above = sorted(r["subject"] for r in check["rows"]
                       if r["measure"] == "above 65 %" and r["computed"][0] == 1)
        self.assertEqual(above, ["Borate, extraction", "Cerium, processing", "Gallium, processing",
                                 "Germanium, processing", "Lanthanum, processing", "Lithium, processing",
                                 "Magnesium, processing", "Neodymium, processing", "Niobium, processing",
                                 "Praseodymium, processing", "Samarium, processing", "Scandium, processing"])

    def test_inputs_are_named_with_their_bytes(self):
        inputs = self.json("verify")["provenance"]["inputs"]
        self.assertGreater(len(inputs), 20)
        self.assertEqual(len(inputs), len({i["path"] for i in inputs}))

    def test_rows_are_written_on_request(self):
        rows = list(csv.DictReader(io.StringIO(self.ok("verify", "--check", "kite", "--top", "0", "-f", "csv"))))
        self.assertEqual(len(rows), 90)
        text = self.ok("verify", "--check", "eu-2023-risk")
        self.assertIn("not explained", text)
        self.assertTrue(all(len(line) <= 80 for line in text.split("\n")))

    def test_tables_are_what_their_scripts_make(self):
        fixtures = os.path.join(ROOT, "..", "shared", "fixtures")
        if not os.path.isdir(fixtures):
            self.skipTest("the sources of the tables are not beside the project")
        data = os.path.join(ROOT, "datasets", "data")
        for name in ("countries", "eu-crm", "usgs-mcs-2025", "published-examples"):
            shutil.copytree(os.path.join(data, name), self.path(name))
        for name in ("eu-crm", "usgs-mcs-2025", "published-examples"):
            subprocess.run([sys.executable, self.path(os.path.join(name, "compile.py")), fixtures], check=True)
            for table in sorted(os.listdir(self.path(name))):
                with self.subTest(name=name, table=table):
                    with open(os.path.join(data, name, table), "rb") as old, \
                            open(self.path(os.path.join(name, table)), "rb") as new:
                        self.assertEqual(old.read(), new.read())

    def test_bad_words_are_usage_errors(self):
        self.assertIn("eu-2023-risk", self.fails(2, "verify", "--check", "eu-2023-risks"))
        self.fails(2, "verify", "eu-2023-risk")

    def test_documents_are_what_the_schema_says(self):
        test_schemas.Schemas.check(self, ("verify",))
        test_schemas.Schemas.check(self, ("verify", "--check", "geopolrisk"))


if __name__ == "__main__":
    unittest.main()
