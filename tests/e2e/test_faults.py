"""One call to the system fails after another: the right exit code, one line, nothing half-written.

tests/faults.c is preloaded and makes the N-th allocation, read or write fail.  Every N is tried where
there are few, otherwise the first ones and a seeded sample.
"""
import errno
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

from support import PROGRAM, Case, run

PRELOAD = os.environ.get("SN_FAULTS", "")
ONE = {"LD_PRELOAD": PRELOAD, "OMP_NUM_THREADS": "1"}
TRIES = int(os.environ.get("SN_FAULT_TRIES", "120"))

NODES = """id,kind,country,commodity,stage,output,final_demand
AAA:x:mining,stage,AAA,x,mining,100,
BBB:x:mining,stage,BBB,x,mining,40,
AAA:x:refining,stage,AAA,x,refining,90,
CCC:x:refining,stage,CCC,x,refining,50,
CCC:x:use,stage,CCC,x,use,,80
DDD:x:use,stage,DDD,x,use,,60
"""
FLOWS = """source,target,value
AAA:x:mining,AAA:x:refining,70
AAA:x:mining,CCC:x:refining,30
BBB:x:mining,AAA:x:refining,20
BBB:x:mining,CCC:x:refining,20
AAA:x:refining,CCC:x:use,50
AAA:x:refining,DDD:x:use,40
CCC:x:refining,CCC:x:use,30
CCC:x:refining,DDD:x:use,20
"""
VERBS = {
    "concentration": [],
    "whatif": ["--remove", "AAA", "--spare", "0.1"],
    "chokepoints": ["--set-size", "2"],
    "exposure": ["--of", "DDD"],
    "sweep": ["--by", "country"],
    "simulate": ["--remove", "AAA", "--stock", "5", "--duration", "10", "--days", "30"],
    "centrality": [],
    "inspect": [],
    "market": ["--remove", "AAA", "--demand-elasticity", "-0.5", "--supply-elasticity", "0.2"],
    "convert": ["--to", "graphml"],
    "indicators": ["--of", "DDD"],
    "report": [],
    "benchmark": ["--of", "CCC", "--policy", "net/rules.json"],
}
RULES = {"schema": "supplynet.policy/1", "rules": [{"id": "n1", "figure": "iea_n1.total", "at_least": 0.1,
                                                    "stages": ["mining"]}]}


@unittest.skipUnless(PRELOAD, "sanitizers bring an allocator of their own: nothing to make fail")
class Faults(Case):
    def setUp(self):
        super().setUp()
        self.write("net/nodes.csv", NODES)
        self.write("net/flows.csv", FLOWS)
        self.write("net/rules.json", json.dumps(RULES))

    def call(self, *args, **env):
        return run(*args, env=dict(ONE, **env), cwd=self.folder)

    def counts(self, *args):
        code, out, err = self.call(*args, SN_FAULT_COUNT=self.path("counts"))
        self.assertEqual(code, 0, err)
        with open(self.path("counts"), encoding="ascii") as file:
            return {kind: int(n) for kind, n in map(str.split, file)}, out

    def picks(self, count):
        some = random.Random(20240601).sample(range(1, count + 1), min(count, TRIES))
        return sorted(set(range(1, min(count, TRIES) + 1)) | set(some))

    @staticmethod
    def answer(text):
        try:
            document = json.loads(text)
        except ValueError:
            return text
        document.pop("run", None)
        return document

    def skip_with_llvm_openmp(self):
        linked = subprocess.run(["ldd", PROGRAM], stdout=subprocess.PIPE, check=True).stdout
        if b"libomp" in linked:
            self.skipTest("LLVM's OpenMP runtime waits for ever when it cannot start")

    def test_no_memory_is_exit_4_and_one_line(self):
        self.skip_with_llvm_openmp()
        refused = 0
        self.call("convert", "-n", "net", "--to", "image", "-o", "net.image")
        calls = [[verb, "-n", "net", *options] + ([] if verb == "convert" else ["-f", "json"])
                 for verb, options in VERBS.items()]
        calls += [["convert", "-n", "net", "--to", "image"], ["concentration", "-n", "net.image", "-f", "json"]]
        for args in calls:
            verb = args[0]
            counts, whole = self.counts(*args)
            for n in self.picks(counts["alloc"]):
                with self.subTest(verb=verb, allocation=n):
                    code, out, err = self.call(*args, SN_FAULT=f"alloc:{n}")
                    if "libgomp: Out of memory" in err:  # the compiler's runtime ends the process itself
                        self.assertEqual(code, 4)
                        continue
                    if code == 0:  # something that can be done without: a buffer, a message
                        self.assertEqual(self.answer(out), self.answer(whole))
                        continue
                    refused += 1
                    self.assertEqual((code, len(err.strip().split("\n"))), (4, 1), err)
                    self.assertIn("memory", err)
        self.assertGreater(refused, 500)

    def test_output_that_fails_leaves_the_old_file_as_it_was(self):
        for verb, options in [*VERBS.items(), ("convert", ["--to", "image"])]:
            path = self.write("out", "what was there before\n")
            args = [verb, "-n", "net", *options, "-o", path]
            args += [] if verb in ("convert", "report") else ["-f", "json"]  # of report: the page
            counts, _ = self.counts(*args)
            self.assertGreater(counts["write"], 0)
            for n in self.picks(counts["write"]):
                with self.subTest(verb=verb, signal_at_write=n):
                    self.write("out", "what was there before\n")
                    code, _, err = self.call(*args, SN_FAULT=f"term:{n}")
                    with open(path, encoding="utf-8", errors="replace") as file:
                        text = file.read()
                    # simulate and sweep watch for signals themselves and are about to end anyhow
                    self.assertEqual((code, text == "what was there before\n"),
                                     (0, False) if verb in ("simulate", "sweep") else (-signal.SIGTERM, True), err)
            for number in (errno.ENOSPC, errno.EIO):
                for n in self.picks(counts["write"]):
                    with self.subTest(verb=verb, write=n, errno=number):
                        self.write("out", "what was there before\n")
                        code, _, err = self.call(*args, SN_FAULT=f"write:{n}+:{number}")
                        self.assertEqual((code, len(err.strip().split("\n"))), (4, 1), err)
                        self.assertIn(os.strerror(number), err)
                        with open(path, encoding="utf-8") as file:
                            self.assertEqual(file.read(), "what was there before\n")
            self.assertEqual(sorted(os.listdir(self.folder)), ["counts", "net", "out"])

    def test_writes_that_are_cut_short_or_interrupted_are_gone_on_with(self):
        for verb, options in VERBS.items():
            args = [verb, "-n", "net", *options] + ([] if verb == "convert" else ["-f", "json"])
            _, whole = self.counts(*args)
            for fault in ("short:1", "short:1+", f"write:1:{errno.EINTR}"):
                with self.subTest(verb=verb, fault=fault):
                    code, out, err = self.call(*args, SN_FAULT=fault)
                    self.assertEqual((code, self.answer(out)), (0, self.answer(whole)), err)

    def test_input_that_cannot_be_read_is_exit_3_and_names_the_file(self):
        self.skip_with_llvm_openmp()
        for name, command in {"flows.csv": None, "flows.csv.gz": "gzip -k flows.csv",
                              "flows.csv.zst": "zstd -q flows.csv", "flows.zip": "zip -q flows.zip flows.csv"}.items():
            if command is not None:
                subprocess.run(command.split(), cwd=self.path("net"), check=True)
            args = ["concentration", "-n", f"net/{name}", "-f", "json"]
            counts, whole = self.counts(*args)
            self.assertGreater(counts["read"], 0)
            failed = 0
            for n in self.picks(counts["read"]):
                with self.subTest(name, read=n):
                    code, out, err = self.call(*args, SN_FAULT=f"read:{n}+:{errno.EIO}")
                    if code == 0:  # the system's own tables, which can be done without
                        self.assertEqual(self.answer(out), self.answer(whole))
                        continue
                    failed += 1
                    self.assertEqual((code, len(err.strip().split("\n")), out), (3, 1, ""), err)
                    self.assertIn(name, err)
            self.assertGreater(failed, 0)

    def test_input_that_comes_in_pieces_and_is_interrupted_is_read_on(self):
        self.skip_with_llvm_openmp()
        pipe, args = self.path("pipe.csv"), ["concentration", "-n", "pipe.csv", "-f", "json"]
        os.mkfifo(pipe)
        whole = json.loads(self.ok("concentration", "-n", "net/flows.csv", "-f", "json", cwd=self.folder))

        def feed():
            with open(pipe, "wb", buffering=0) as file:
                for at in range(0, len(FLOWS), 7):
                    file.write(FLOWS[at:at + 7].encode())
                    time.sleep(0.001)
        for n in (1, 2, 5):
            with self.subTest(read=n):
                writer = threading.Thread(target=feed, daemon=True)
                writer.start()
                code, out, err = self.call(*args, SN_FAULT=f"read:{n}:{errno.EINTR}")
                writer.join()
                self.assertEqual(code, 0, err)
                self.assertEqual(json.loads(out)["results"], whole["results"])

    def test_a_full_disk_keeps_what_a_sweep_has_finished(self):
        args = ["sweep", "-n", "net", "--by", "node", "-f", "ndjson", "--resume", "kept"]
        whole = self.ok(*args[:-2], cwd=self.folder)
        for n in range(1, 6):
            code, _, err = self.call(*args, SN_FAULT=f"write:{n}+:{errno.ENOSPC}")
            self.assertIn(code, (0, 4), err)
        self.assertEqual(self.ok(*args, cwd=self.folder), whole)


if __name__ == "__main__":
    unittest.main()
