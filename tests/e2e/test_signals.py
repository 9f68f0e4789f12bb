"""Ended at any moment: the exit code says by what, the old file is whole, and nothing is left behind.

The moments are drawn from a seed over the time that a whole run takes, starting and writing included, which
is that of the shortest run so far.
"""
import os
import random
import signal
import subprocess
import time
import unittest

from support import PROGRAM, Case
from test_sweep import firms

OLD = "what was there before\n"
TRIES = int(os.environ.get("SN_SIGNAL_TRIES", "12"))


class Signals(Case):
    def setUp(self):
        super().setUp()
        self.net = firms(self, 300, 1500)
        os.mkdir(self.path("out"))
        self.out = self.path("out/answer")

    def start(self, args):
        return subprocess.Popen([PROGRAM, *args, "-o", self.out], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, env=dict(os.environ, OMP_NUM_THREADS="2",
                                                                 SOURCE_DATE_EPOCH="1700000000"))

    def content(self):
        with open(self.out, encoding="utf-8") as file:
            return file.read()

    def survives(self, *args):
        began = time.monotonic()
        with self.start(args) as process:
            self.assertEqual(process.wait(), 0, process.stderr.read())
        length, whole = time.monotonic() - began, len(self.content())
        draw, ended = random.Random(20240601), 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for _ in range(TRIES):
                self.write("out/answer", OLD)
                moment = draw.uniform(0, 1.2 * length)
                began = time.monotonic()
                with self.subTest(signal=number, moment=moment), self.start(args) as process:
                    try:
                        process.wait(moment)
                        length = min(length, time.monotonic() - began)  # the first run was held up
                    except subprocess.TimeoutExpired:
                        process.send_signal(number)
                    err = process.communicate(timeout=60)[1].decode()
                    code, text = process.returncode, self.content()
                    # what holds work in hand ends by itself, with the code of a shell; the rest is ended
                    self.assertIn(code, (0, -number, 128 + number), err)
                    self.assertTrue(text == OLD or len(text) > 0.9 * whole, "half a file")
                    self.assertTrue(code != 0 or text != OLD, "done, but where is the answer?")
                    self.assertLessEqual(err.count("\n"), 2, err)
                    ended += code != 0
                    left = set(os.listdir(self.path("out"))) - {"answer"}
                    self.assertTrue(number == signal.SIGKILL or left == set(), left)
        self.assertGreater(ended, TRIES)
        self.write("out/answer", OLD)
        with self.start(args) as process: # whatever a killed run left does not disturb the next
            self.assertEqual(process.wait(), 0, process.stderr.read())
        self.assertGreater(len(self.content()), 0.9 * whole)

    def test_simulate_with_draws(self):
        self.survives("simulate", "-n", self.net, "--remove", "f00000", "--duration", "20", "--days", "60",
                      "--runs", "20", "--vary", "duration=0.5:2", "-f", "json")

    def test_simulate_with_a_series(self):
        self.survives("simulate", "-n", self.net, "--remove", "f00000", "--duration", "20", "--series", "-f", "csv")

    def test_report(self):
        self.survives("report", "-c", "gallium")

    def test_a_name_that_a_killed_run_left_is_no_obstacle(self):
        # process numbers come round again: every name the next ones would take is there already
        for pid in range(os.getpid(), os.getpid() + 300):
            self.write(f"out/.supplynet-{pid}-0.tmp", "left by another")
        with self.start(["concentration", "-f", "json"]) as process:
            self.assertEqual(process.wait(), 0, process.stderr.read())
        self.assertIn("supplynet.concentration", self.content())


if __name__ == "__main__":
    unittest.main()
