"""Input that is too large, or made to hurt: one clear line, bounded memory, nothing written."""
import gzip
import json
import os
import random
import subprocess
import unittest
import zipfile

from support import PROGRAM, Case, run

MEGABYTE = 1 << 20
SANITIZED = b"__asan_init" in open(PROGRAM, "rb").read()


def lines(count, seed=1):
    draw = random.Random(seed)
    return "source,target,value\n" + "".join(
        f"F{draw.randrange(10**5)},F{draw.randrange(10**5)},{draw.random():.6f}\n" for _ in range(count))


class Limits(Case):
    def refuses(self, code, words, *args, most=150):
        """The program fails with these words, and never holds more than `most` MB."""
        before = sorted(os.listdir(self.folder))
        with subprocess.Popen([PROGRAM, *args, "-f", "json", "-o", self.path("out.json")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            out, err = process.stdout.read(), process.stderr.read().decode()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual((process.returncode, out), (code, b""), err)
        self.assertEqual(err.count("\n"), 1, err)
        for word in words:
            self.assertIn(word, err)
        self.assertEqual(before, sorted(os.listdir(self.folder)), "files left behind")
        if not SANITIZED:
            self.assertLess(usage.ru_maxrss // 1024, most, err)

    def pack(self, name, parts, level=1):
        """A gzip file of texts, each repeated so many times: never whole in memory here either."""
        with gzip.open(self.path(name), "wb", level) as file:
            for text, times in parts:
                for _ in range(times):
                    file.write(text)
        return self.path(name)

    def test_a_line_of_two_gigabytes(self):
        path = self.pack("flows.csv.gz", [(b"source,target,value\na,b,1\na,b,", 1), (b"1" * MEGABYTE, 2048)])
        self.refuses(3, ["flows.csv.gz:3:3: the row takes more than 16 MiB"], "concentration", "-n", path)

    def test_a_long_line_in_a_plain_file(self):
        with open(self.path("flows.csv"), "wb") as file:
            file.write(b'source,target,value\na,"b,1\n')
            for _ in range(100):
                file.write(b"a,b,1\n" * (MEGABYTE // 6))
        self.refuses(3, ["flows.csv:2:2: the row takes more than 16 MiB; is the quote"],
                     "concentration", "-n", self.path("flows.csv"), most=250)

    def test_a_header_of_two_gigabytes(self):
        path = self.pack("flows.csv.gz", [(b"source,target,value", 1), (b" " * MEGABYTE, 2048)])
        self.refuses(3, ["flows.csv.gz:1:", "16 MiB"], "concentration", "-n", path)

    def test_a_million_columns(self):
        self.write("flows.csv", "source,target,value" + "," * 10**6 + "\na,b,1\n")
        self.refuses(3, ["flows.csv:1: ", "more than 131072 fields"], "concentration", "-n", self.folder)
        self.write("flows.csv", "source,target,value\na,b,1" + "," * 10**6 + "\n")
        self.refuses(3, ["flows.csv:2: ", "more than 131072 fields"], "concentration", "-n", self.folder)

    def test_a_zip_bomb(self):
        for member in ("flows.csv", "nodes.csv"):
            with self.subTest(member), zipfile.ZipFile(self.path("net.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
                if member != "flows.csv":
                    archive.writestr("flows.csv", "source,target,value\na,b,1\n")
                with archive.open(member, "w", force_zip64=True) as file:
                    file.write(b"id,source,target,value\n")
                    for _ in range(300):
                        file.write(b"a,a,b,1\n" * (MEGABYTE // 8))
            self.refuses(3, ["net.zip#" + member, "more than 250 times its size"],
                         "concentration", "-n", self.path("net.zip"))

    def test_a_bomb_that_does_not_say_its_size(self):
        path = self.pack("flows.csv.gz", [(b"source,target,value\n", 1), (b"a,b,1\n" * 100000, 200)], 9)
        self.refuses(3, ["flows.csv.gz", "more than 250 times its size"], "concentration", "-n", path,
                     most=600)

    def test_a_path_that_climbs_out_of_an_archive(self):
        for name in ("../flows.csv", "/flows.csv", "a/../../flows.csv", "..\\flows.csv"):
            with self.subTest(name):
                with zipfile.ZipFile(self.path("net.zip"), "w") as archive:
                    archive.writestr("flows.csv", "source,target,value\na,b,1\n")
                    archive.writestr(zipfile.ZipInfo(name), "x")
                self.refuses(3, ["net.zip", "climbs out", name], "concentration", "-n", self.path("net.zip"))

    def test_values_inside_one_another(self):
        deep = 10**6
        scenario = self.write("s.json", "[" * deep)
        self.refuses(3, ["s.json:1:1001: not JSON"], "whatif", "--scenario", scenario)
        self.write("g.json", '{"nodes": [{"id": "a", "x": ' + "[" * deep)
        self.refuses(3, ["g.json:1:", "levels inside one another"], "inspect", "-n", self.path("g.json"))
        self.write("g.graphml", "<graphml>" * deep)
        self.refuses(3, ["g.graphml:1", "64 elements inside one another"], "inspect", "-n", self.path("g.graphml"))

    def test_archives_that_are_cut_short(self):
        text = lines(100000).encode()
        with zipfile.ZipFile(self.path("net.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("flows.csv", text)
        with open(self.path("net.zip"), "rb") as file:
            whole = file.read()
        for kept in (len(whole) // 2, len(whole) - 30, 10):
            self.write("net.zip", whole[:kept])
            self.refuses(3, ["net.zip"], "concentration", "-n", self.path("net.zip"))
        packed = gzip.compress(text)
        self.write("flows.csv.gz", packed[:len(packed) * 3 // 4])
        self.refuses(3, ["flows.csv.gz", "it is cut short"], "concentration", "-n", self.path("flows.csv.gz"))

    def test_a_byte_that_is_wrong_deep_inside(self):
        text = lines(100000)
        self.write("flows.csv.gz", gzip.compress(text.encode() + b"a,\0,1\n"))
        self.refuses(3, [f"byte {len(text) + 3} is NUL"], "concentration", "-n", self.path("flows.csv.gz"))
        self.write("flows.csv", text.encode() + b"a,\0,1\n")
        self.refuses(3, [f"byte {len(text) + 3} is NUL"], "concentration", "-n", self.path("flows.csv"))


@unittest.skipIf(SANITIZED, "a sanitizer's shadow would count")
class MaxMemory(Case):
    """--max-memory: one line that names it and exit 4, whatever the verb was about to take."""

    def refuses(self, words, *args):
        before = sorted(os.listdir(self.folder))
        err = self.fails(4, *args, "-o", self.path("out"))
        self.assertTrue(err.startswith(f"supplynet {args[0]}: out of memory"), err)
        for word in words:
            self.assertIn(word, err)
        self.assertTrue(err.rstrip().endswith("; --max-memory is " + args[args.index("--max-memory") + 1]), err)
        self.assertEqual(before, sorted(os.listdir(self.folder)), "files left behind")

    def test_flows_are_counted_before_they_are_read(self):
        net = self.write("flows.csv", lines(200000))
        self.refuses(["the 2e+05 flows of ", "flows.csv take about 15.", " MiB"],
                     "concentration", "-n", net, "--max-memory", "8M")
        self.ok("concentration", "-n", net, "--max-memory", "1G")

    def test_every_verb_that_loads_a_network_stops_in_an_ordinary_way(self):
        net = self.write("flows.csv", lines(200000))
        for verb in ("inspect", "concentration", "centrality", "chokepoints", "convert", "report", "sweep",
                     "exposure --of F1", "whatif --remove F1", "simulate --remove F1"):
            for size in ("1M", "20M"):
                with self.subTest(verb, size=size):
                    more = ["--to", "dot"] if verb == "convert" else []
                    self.refuses([], *verb.split(), *more, "-n", net, "--max-memory", size)

    def test_a_sweep_counts_its_lanes_beforehand(self):
        net = self.write("flows.csv", lines(200000))
        self.refuses(["sweeps on ", " threads take about "], "sweep", "-n", net, "--sample", "9",
                     "--threads", "2", "--max-memory", "90M")

    def test_draws_of_a_simulation(self):
        self.refuses(["out of memory for runs"], "simulate", "--remove", "COD", "-c", "cobalt", "--runs", "10000000",
                     "--vary", "duration=1:2", "--max-memory", "64M")

    def test_packed_input_and_standard_input(self):
        packed = self.write("flows.csv.gz", gzip.compress(lines(200000).encode(), 1))
        self.refuses([], "concentration", "-n", packed, "--max-memory", "8M")
        code, _, err = run("concentration", "-n", "-", "--max-memory", "4M", stdin=lines(200000).encode())
        self.assertEqual(code, 4, err)
        self.assertIn("--max-memory is 4M", err)

    def test_what_is_enough_changes_nothing(self):
        whole, limited = (self.json("whatif", "--remove", "CHN", *more) for more in ([], ["--max-memory", "512MiB"]))
        del whole["run"], limited["run"]
        self.assertEqual(whole, limited)

    def test_sizes(self):
        for size in ("512M", "0.5G", "4g", "1T", "536870912", "512MiB"):
            self.ok("concentration", "-c", "gallium", "--max-memory", size)
        for size in ("", "M", "512X", "512MB", "-1G", "1K", "nan", "inf", "5e3T"):
            self.assertIn("is not a size", self.fails(2, "concentration", "--max-memory", size))


class LargeTables(Case):
    """Tables that are read in pieces, or as they are unpacked, by any number of threads."""

    def concentration(self, path, threads, *more):
        done = subprocess.run([PROGRAM, "concentration", "-n", path, "-f", "json", *more],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True,
                              env={**os.environ, "OMP_NUM_THREADS": str(threads)})
        return done.stdout.decode()

    def answers(self, path, *more):
        seen = []
        for threads in (1, 2, 5):
            document = json.loads(self.concentration(path, threads, *more))
            del document["run"]
            seen.append(document)
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])
        return seen[0]

    def test_threads_and_packing_change_nothing(self):
        text = lines(200000)
        plain = self.answers(self.write("flows.csv", text))
        packed = self.answers(self.write("flows.csv.gz", gzip.compress(text.encode(), 1)))
        self.assertEqual(plain["results"], packed["results"])
        self.assertEqual(plain["network"], packed["network"])

    def test_the_order_of_rows_changes_nothing(self):
        header, *rows = lines(200000).splitlines()
        one = self.answers(self.write("flows.csv", "\n".join([header, *rows])))
        random.Random(7).shuffle(rows)
        two = self.answers(self.write("flows.csv", "\n".join([header, *rows])))
        self.assertEqual(one["results"], two["results"])

    def test_windows_1252_may_begin_late(self):
        text = lines(100000).encode() + "Côte d\u2019Ivoire,b,1\n".encode("cp1252")
        for name, content in (("flows.csv", text), ("flows.csv.gz", gzip.compress(text, 1))):
            document = self.answers(self.write(name, content))
            self.assertIn("line 100002 is not UTF-8", " ".join(d["message"] for d in document["diagnostics"]))

    def test_one_year_and_one_product_of_a_packed_table(self):
        draw = random.Random(3)
        text = "year,source,target,value,product\n" + "".join(
            f"{2020 + draw.randrange(3)},C{draw.randrange(200)},C{draw.randrange(200)},{draw.random():.6f},"
            f"{draw.choice(['tin', 'zinc', 'iron'])}\n" for _ in range(100000))
        asked = ("--year", "2021", "--commodity", "tin")
        plain = self.answers(self.write("flows.csv", text), *asked)
        packed = self.answers(self.write("flows.csv.gz", gzip.compress(text.encode(), 1)), *asked)
        rows = plain["provenance"]["inputs"][0]["rows"]
        kept = sum(line.startswith("2021,") and line.endswith(",tin") for line in text.splitlines())
        self.assertEqual((rows["read"], rows["used"]), (100000, kept))
        self.assertEqual(plain["results"], packed["results"])
        self.assertEqual(rows, packed["provenance"]["inputs"][0]["rows"])


if __name__ == "__main__":
    unittest.main()
