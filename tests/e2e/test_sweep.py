"""Sweeps: the same bytes however the work is cut, and nothing finished is lost."""
import itertools
import json
import os
import random
import signal
import subprocess
import time
import unittest

from support import PROGRAM, Case


def firms(case, count, flows, seed=11, demand=True, sectors=6):
    """A firm network with sectors, written as native files."""
    draw = random.Random(seed)
    ids = [f"f{k:05d}" for k in range(count)]
    size = list(itertools.accumulate(draw.paretovariate(1.3) for _ in ids))
    lines, sales = [], dict.fromkeys(ids, 1.0)
    for _ in range(flows):
        supplier, value = draw.choices(ids, cum_weights=size)[0], draw.lognormvariate(0, 1)
        lines.append(f"{supplier},{draw.choice(ids)},{value!r}\n")
        sales[supplier] += value
    case.write("net/flows.csv", "source,target,value\n" + "".join(lines))
    case.write("net/nodes.csv", "id,kind,sector,final_demand\n" + "".join(
        f"{i},firm,s{draw.randrange(sectors)},{sales[i] / 2 if demand else 0!r}\n" for i in ids))
    case.write("net/recipes.csv", "buyer,input,need\n" + "".join(
        f"s{b},s{s},{draw.choice(['essential', 'non_essential', 'negligible'])}\n" for b in range(sectors) for s in range(sectors)))
    return case.path("net")


class Sweep(Case):
    def stream(self, *args):
        return self.ok("sweep", "-f", "ndjson", *args)

    def test_threads_and_shards_never_change_a_byte(self):
        net = firms(self, 300, 1500)
        whole = self.stream("-n", net, "--threads", "1")
        self.assertEqual(whole, self.stream("-n", net, "--threads", "2"))
        parts = []
        for k in (1, 2, 3):
            parts.append(self.path(f"part{k}.ndjson"))
            self.ok("sweep", "-n", net, "-f", "ndjson", "--shard", f"{k}/3", "-o", parts[-1])
        self.assertEqual(whole, self.ok("merge", *reversed(parts)))

    def test_a_merge_refuses_what_does_not_belong_together(self):
        net = firms(self, 40, 150)
        one, two, other = (self.path(f"{n}.ndjson") for n in ("one", "two", "other"))
        self.ok("sweep", "-n", net, "-f", "ndjson", "--shard", "1/2", "-o", one)
        self.ok("sweep", "-n", net, "-f", "ndjson", "--shard", "2/2", "--response", "market", "-o", other)
        self.ok("sweep", "-n", net, "-f", "ndjson", "--shard", "2/2", "-o", two)
        self.assertIn("missing", self.fails(3, "merge", one))
        self.assertIn("another sweep", self.fails(3, "merge", one, other))
        self.assertIn("not the NDJSON", self.fails(3, "merge", os.path.join(net, "nodes.csv")))
        self.ok("merge", one, two)

    def test_every_removal_equals_its_what_if(self):
        net = firms(self, 60, 240)
        for line in self.stream("-n", net).splitlines()[1::7]:
            removal = json.loads(line)
            total = self.results("whatif", "--remove", "id=" + removal["id"], "-n", net, "--paths", "0",
                                 "--bounds", "never")["total"]
            for name in ("loss", "loss_down", "loss_up"):
                self.assertAlmostEqual(removal[name], total[name], delta=2.1e-9)

    def test_countries_of_the_built_in_data_agree_with_the_ranking(self):
        ranking = self.results("chokepoints", "--top", "0", "--bounds", "never")["ranking"]
        known = {(r["id"], r["commodity"]): r for r in ranking}
        removals = self.results("sweep", "--by", "country")["removals"]
        self.assertGreaterEqual(len(removals), len(known))
        for removal in removals:
            row = known.get((removal["id"], removal["commodity"]))
            if row is not None:
                self.assertAlmostEqual(removal["loss"], row["loss"], delta=1e-9)

    def test_an_interrupted_sweep_goes_on_where_it_was(self):
        net = firms(self, 3000, 30000, sectors=60)
        whole = self.stream("-n", net, "--threads", "1")
        folder = self.path("work")
        command = [PROGRAM, "sweep", "-n", net, "-f", "ndjson", "--threads", "1", "--resume", folder,
                   "-o", self.path("out.ndjson")]
        for number in (signal.SIGKILL, signal.SIGTERM):
            running = subprocess.Popen(command, stderr=subprocess.PIPE)
            before = len(os.listdir(folder)) if os.path.isdir(folder) else 0
            for _ in range(6000):
                if running.poll() is not None or (os.path.isdir(folder) and len(os.listdir(folder)) > max(before, 1)):
                    break
                time.sleep(0.002)
            running.send_signal(number)
            running.communicate()
            self.assertNotIn(None, [running.returncode])
            self.assertFalse(os.path.exists(self.path("out.ndjson")) and running.returncode != 0)
        self.ok(*command[1:])
        with open(self.path("out.ndjson"), encoding="utf-8") as file:
            self.assertEqual(whole, file.read())

    def test_a_folder_of_another_sweep_is_refused_with_what_changed(self):
        net = firms(self, 30, 90)
        folder = self.path("work")
        self.stream("-n", net, "--resume", folder)
        self.assertIn("response", self.fails(2, "sweep", "-n", net, "--resume", folder, "--response", "market"))
        self.write("net/flows.csv", "source,target,value\nf00001,f00002,1\n")
        self.assertIn("inputs.flows", self.fails(2, "sweep", "-n", net, "--resume", folder))

    def test_pairs_lose_at_least_what_the_worse_of_both_loses(self):
        removals = self.results("sweep", "--by", "country", "--commodity", "nickel", "--pairs", "5")["removals"]
        single = {r["id"]: r["loss"] for r in removals if "with" not in r}
        pairs = [r for r in removals if "with" in r]
        self.assertEqual(len(pairs), 10)
        for pair in pairs:
            self.assertGreaterEqual(pair["loss"], max(single[pair["id"]], single[pair["with"]]) - 1e-9)

    def test_the_published_stopping_rule_is_reproduced_and_stops_early(self):
        net = firms(self, 200, 900, demand=False)
        compat = json.loads(self.ok("sweep", "-n", net, "--compat", "glcascade", "-f", "json"))
        exact = self.results("sweep", "-n", net, "--response", "market", "--weight", "value")["removals"]
        self.assertTrue(all(r["bound"] is None for r in compat["results"]["removals"]))
        self.assertTrue(all(c["loss"] <= e["loss"] + 1e-9 for c, e in zip(compat["results"]["removals"], exact)))
        self.assertIn("compat", [f["rule"] for f in compat["findings"]])

    def test_a_sample_is_a_part_of_the_whole_and_follows_the_seed(self):
        net = firms(self, 200, 900)
        whole = {json.loads(line)["id"]: line for line in self.stream("-n", net).splitlines()[1:]}
        drawn = [[json.loads(line)["id"] for line in self.stream("-n", net, "--sample", "20", "--seed", seed)
                  .splitlines()[1:]] for seed in (1, 1, 2)]
        self.assertEqual(drawn[0], drawn[1])
        self.assertNotEqual(drawn[0], drawn[2])
        self.assertEqual(len(drawn[0]), 20)
        for line in self.stream("-n", net, "--sample", "20", "--seed", 1).splitlines()[1:]:
            self.assertEqual(line, whole[json.loads(line)["id"]])
        self.assertEqual(len(self.stream("-n", net, "--sample", "999").splitlines()), 201)
        self.fails(2, "sweep", "-n", net, "--sample", "5", "--shard", "1/2")

    def test_the_lower_end_is_never_above_the_best_rerouting(self):
        net, tight = firms(self, 40, 160, sectors=12), 0
        for line in self.stream("-n", net).splitlines()[1:]:
            row = json.loads(line)
            low, high = row["interval"]
            total = self.results("whatif", "--remove", f"id={row['id']}", "-n", net,
                                 "--bounds", "always")["total"]
            self.assertLessEqual(low, total["interval"][0] + 1e-9, row)
            self.assertEqual(high, row["loss"])
            tight += low > 0 and low > 0.999 * total["interval"][0]
        self.assertGreater(tight, 10)

    def test_wrong_shards_are_refused(self):
        for shard in ("0/2", "3/2", "1", "a/b", "1/2/3", "-1/2", "1/-1", "1/+2", "1/99999999999999999999"):
            self.assertIn("shard", self.fails(2, "sweep", "--shard", shard))
        self.fails(2, "sweep", "--shard", "1/2", "--pairs", "3")


if __name__ == "__main__":
    unittest.main()
