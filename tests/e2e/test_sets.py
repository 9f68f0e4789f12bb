"""Best sets and coalitions on the built-in data and by hand."""
import itertools
import unittest

import test_schemas
from support import Case


class Sets(Case):
    def sets(self, *words):
        return {row["commodity"]: row for row in
                self.results("chokepoints", "--top", "1", "--bounds", "never", *words)["sets"]}

    def test_a_set_of_one_is_the_first_of_the_ranking(self):
        ranking = self.results("chokepoints", "--top", "0", "--bounds", "never")["ranking"]
        for commodity, row in self.sets("--set-size", "1").items():
            first = next(r for r in ranking if r["commodity"] == commodity)
            self.assertTrue(row["exact"])
            self.assertEqual(row["members"], [first["id"]])
            self.assertAlmostEqual(row["loss"], first["loss"], 9)

    def test_pairs_are_the_costliest_of_the_sweep_of_all_pairs(self):
        row = self.sets("--set-size", "2", "-c", "cobalt")["cobalt"]
        removals = self.results("sweep", "--by", "country", "-c", "cobalt", "--pairs", "20",
                                "--top", "0")["removals"]
        most = max(removals, key=lambda r: r["loss"])
        self.assertAlmostEqual(row["loss"], most["loss"], 9)
        self.assertEqual(row["members"], sorted([most["id"], most["with"]]))

    def test_a_set_costs_what_the_what_if_of_all_its_members_says(self):
        for commodity, row in self.sets("--set-size", "3").items():
            total = self.results("whatif", "-c", commodity, "--bounds", "never", *itertools.chain(
                *(("--remove", f"country={member}") for member in row["members"])))["total"]
            self.assertAlmostEqual(total["loss"], row["loss"], 9, commodity)
            self.assertLessEqual(row["loss"], row["bound"])
            self.assertTrue(row["exact"])

    def test_china_alone_cuts_half_of_the_magnet_rare_earths_of_the_eu(self):
        row = self.sets("--buyer", "coalition=EU27", "-c", "rare_earths_magnet", "--cut-share",
                        "0.5")["rare_earths_magnet"]
        self.assertEqual((row["members"], row["exact"]), (["CHN"], True))
        self.assertGreater(row["loss"], 0.5)

    def test_the_fewest_that_cut_a_share_are_proved_to_be_so_by_hand(self):
        self.write("flows.csv", "source,target,value\n" + "".join(
            f"s{k},b,{v}\n" for k, v in enumerate((4, 3, 2, 1))))
        self.write("nodes.csv", "id,kind,country\nb,country,\n")
        for share, members in ((0.3, ["s0"]), (0.6, ["s0", "s1"]), (0.95, ["s0", "s1", "s2", "s3"])):
            row = self.sets("-n", self.folder, "--by", "node", "--cut-share", str(share))[None]
            self.assertEqual((row["members"], row["exact"]), (members, True))

    def test_a_share_out_of_reach_gives_no_set(self):
        row = self.sets("-c", "zinc", "--cut-share", "0.99", "--set-size", "2")["zinc"]
        self.assertEqual((row["size"], row["members"]), (0, []))
        self.assertLess(row["bound"], 0.99)

    def test_named_buyers_own_countries_are_left_out_unless_asked_for(self):
        words = ("--buyer", "JPN", "-c", "titanium", "--set-size", "1")
        self.assertNotEqual(self.sets(*words)["titanium"]["members"], ["JPN"])
        self.assertEqual(self.sets(*words, "--own")["titanium"]["members"], ["JPN"])

    def test_sets_need_candidates_that_stop_altogether(self):
        self.assertIn("--mode production", self.fails(2, "chokepoints", "--set-size", "2", "--mode", "exports"))
        self.fails(2, "chokepoints", "--set-size", "0")
        self.fails(2, "chokepoints", "--cut-share", "1.5")

    def test_only_a_coalition_is_everybody_else_gone(self):
        only = self.results("whatif", "--only", "coalition=MSP", "-c", "lithium", "--top", "0")
        members = {row.split(":")[0] for row in only["removed"]}
        self.assertFalse(members & {"USA", "JPN", "AUS"})
        self.assertLessEqual({"CHN", "CHL", "ROW"}, members)
        removed = [word for member in sorted(members) for word in ("--remove", f"country={member}")]
        other = self.results("whatif", "-c", "lithium", "--top", "0", *removed)
        self.assertEqual(only["total"]["loss"], other["total"]["loss"])
        self.assertTrue(only["disruptions"][0]["outside"])
        self.assertIn("only", [f["rule"] for f in self.json(
            "whatif", "--only", "coalition=MSP", "-c", "lithium")["findings"]])
        self.fails(2, "whatif", "--only", "coalition=MSP", "--mode", "exports")
        self.fails(2, "whatif", "--only", "coalition=NONE")

    def test_only_everybody_costs_nothing(self):
        self.assertEqual(self.results("whatif", "--only", "commodity=cobalt", "-c", "cobalt")["total"]["loss"], 0)

    def test_documents_are_what_the_schemas_say(self):
        test_schemas.Schemas.check(self, ("chokepoints", "--set-size", "2", "-c", "cobalt|zinc"))
        test_schemas.Schemas.check(self, ("chokepoints", "--cut-share", "0.99", "-c", "zinc"))
        test_schemas.Schemas.check(self, ("whatif", "--only", "coalition=G7", "-c", "cobalt"))


if __name__ == "__main__":
    unittest.main()
