"""Prices on the built-in data and by hand."""
import unittest

import test_schemas
from support import Case


TERMS = ("--demand-elasticity", "-0.8:-0.4", "--supply-elasticity", "0.1:0.5")


class Market(Case):
    def market(self, *words):
        return self.results("market", "--top", "0", *words)["markets"]

    def test_a_price_by_hand(self):
        self.write("flows.csv", "source,target,value\na,u,60\nb,u,40\n")
        self.write("nodes.csv", "id,kind,commodity,stage\na,stage,x,mining\nb,stage,x,mining\nu,stage,x,use\n")
        row, = self.market("-n", self.folder, "--remove", "a", "--demand-elasticity", "-0.5",
                           "--supply-elasticity", "0.25", "--spare", "100")
        self.assertAlmostEqual(row["price"], (100 / 40) ** (1 / 0.75), 10)
        self.assertEqual(row["price_range"], [row["price"], row["price"]])
        self.assertAlmostEqual(row["shortfall"], 1 - row["price"] ** -0.5, 10)
        self.assertAlmostEqual(row["removed"], 0.6, 12)
        self.assertEqual([s["id"] for s in row["suppliers"]], ["a", "b"])
        self.assertEqual(row["suppliers"][0]["after"], 0)
        self.assertAlmostEqual(row["suppliers"][1]["after"], 40 * row["price"] ** 0.25, 8)

    def test_the_range_holds_the_middle_and_grows_with_what_is_removed(self):
        before = 0
        for fraction in ("0.1", "0.5", "0.9"):
            row, = self.market("--remove", "CHN", "-c", "gallium", "--fraction", fraction, *TERMS)
            low, high = row["price_range"]
            self.assertLessEqual(low, row["price"])
            self.assertLessEqual(row["price"], high)
            self.assertGreater(row["price"], max(1, before))
            before = row["price"]

    def test_what_is_removed_whole_has_no_price_and_says_why(self):
        row, = self.market("--remove", "stage=refining", "-c", "gallium", *TERMS)
        self.assertIsNone(row["price"])
        self.assertIn("nothing is left", row["price_reason"])
        self.assertEqual(row["shortfall"], 1)

    def test_a_price_too_far_to_believe_is_said_to_be_that(self):
        for fraction, rules in (("0.1", []), ("1", ["far-price"])):
            findings = self.json("market", "--remove", "CHN", "-c", "gallium", "--fraction", fraction,
                                 *TERMS)["findings"]
            self.assertEqual([f["rule"] for f in findings], rules)

    def test_bad_words_are_usage_errors(self):
        self.fails(2, "market", *TERMS)
        self.assertIn("--demand-elasticity", self.fails(2, "market", "--remove", "CHN"))
        self.fails(2, "market", "--remove", "CHN", "--demand-elasticity", "0.5", "--supply-elasticity", "1")
        self.fails(2, "market", "--remove", "CHN", "--supply-elasticity", "-1",
                   "--demand-elasticity", "-1")
        self.fails(2, "market", "--remove", "CHN", "--demand-elasticity", "much", "--supply-elasticity", "1")
        self.fails(2, "market", "--remove", "CHN", "--demand-elasticity", "-1:", "--supply-elasticity", "1")

    def test_documents_are_what_the_schema_says(self):
        test_schemas.Schemas.check(self, ("market", "--remove", "CHN", *TERMS))
        test_schemas.Schemas.check(self, ("market", "--remove", "stage=refining", "-c", "gallium", *TERMS))


if __name__ == "__main__":
    unittest.main()
