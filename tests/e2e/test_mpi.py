"""A sweep over several ranks: the same bytes as alone, and a failure told once, where it was."""
import os
import signal
import socket
import subprocess
import time
import unittest

from support import PROGRAM, Case
from test_sweep import firms

MPIRUN = os.environ["MPIRUN"]
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")


def start(ranks, *args, options=("--oversubscribe",), env=None):
    """mpirun with so many ranks, as a running process."""
    return subprocess.Popen([MPIRUN, "-q", *options, "-n", str(ranks), PROGRAM, *map(str, args)],
                            env=dict(ENVIRONMENT, **(env or {})), stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process, stdin=b"", seconds=120):
    """(exit code, stdout, stderr) of a process; one that hangs is an error."""
    try:
        out, err = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out.decode(), err.decode()


def children(parent):
    """The processes whose parent is the given one."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                if int(file.read().rsplit(")", 1)[1].split()[1]) == parent:
                    found.append(int(name))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def variables(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def rank_process(launcher, rank):
    """(watching parent, working child) of a rank, as soon as they are there."""
    for _ in range(3000):
        for parent in children(launcher):
            if f"OMPI_COMM_WORLD_RANK={rank}".encode() in variables(parent):
                for child in children(parent):
                    return parent, child
        time.sleep(0.01)
    raise AssertionError(f"no rank {rank}")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Ranks(Case):
    def mpi(self, ranks, *args, **more):
        code, out, err = finish(start(ranks, *args, **more))
        self.assertEqual(code, 0, f"{args}: exit {code}: {err}")
        return out

    def say_once(self, code, text, ranks, *args):
        """The run must end with the code and one line of ours on stderr."""
        got, out, err = finish(start(ranks, *args))
        self.assertEqual(got, code, err)
        lines = [line for line in err.splitlines() if line.startswith("supplynet")]
        self.assertEqual(len(lines), 1, err)
        self.assertIn(text, lines[0])
        return lines[0]

    def wait_for_parts(self, process, folder, parts):
        for _ in range(30000):
            if os.path.isdir(folder) and len(os.listdir(folder)) > parts:
                return
            if process.poll() is not None:
                break
            time.sleep(0.001)
        self.fail(f"no {parts} parts in time: {finish(process)}")

    def test_two_and_three_ranks_write_what_one_process_writes(self):
        net = firms(self, 400, 2400)
        for args in (("-n", net), ("-n", net, "--response", "market", "--threads", "2"),
                     ("-n", net, "--pairs", "30"), ("--by", "owner", "--ownership", "equity")):
            whole = self.ok("sweep", "-f", "ndjson", *args)
            for ranks in (2, 3):
                self.assertEqual(whole, self.mpi(ranks, "sweep", "-f", "ndjson", *args))

    def test_every_format_is_the_same(self):
        for form in ("text", "csv", "md"):
            args = ("sweep", "--by", "country", "--commodity", "nickel", "-f", form)
            self.assertEqual(self.ok(*args), self.mpi(2, *args), form)
        alone = self.json("sweep", "--by", "country")
        self.ok("sweep", "--by", "country", "-f", "json", "-o", self.path("alone.json"))
        self.mpi(2, "sweep", "--by", "country", "-f", "json", "-o", self.path("ranks.json"))
        texts = []
        for name in ("alone", "ranks"):
            with open(self.path(f"{name}.json"), encoding="utf-8") as file:
                head, tail = file.read().split('\n  "run": {')
            texts.append(head)
            self.assertEqual('"ranks": 2' in tail, name == "ranks")
        self.assertEqual(*texts)
        self.assertIn('"removals"', texts[0])
        self.assertNotIn("ranks", alone["run"])

    def test_shards_of_ranks_merge_into_the_whole(self):
        net = firms(self, 150, 700)
        parts = [self.path(f"{k}.ndjson") for k in (1, 2)]
        for k, part in enumerate(parts, 1):
            self.mpi(2, "sweep", "-n", net, "-f", "ndjson", "--shard", f"{k}/2", "-o", part)
        self.assertEqual(self.ok("sweep", "-n", net, "-f", "ndjson"), self.ok("merge", *parts))

    def test_a_network_from_standard_input_reaches_all_ranks(self):
        flows = b"source,target,value\nA,B,3\nB,C,2\nC,D,1\n"
        args = ("sweep", "-n", "-", "-f", "csv")
        code, out, err = finish(start(3, *args), flows)
        self.assertEqual((code, out), (0, self.ok(*args, stdin=flows)), err)

    def test_more_ranks_than_removals_is_no_harm(self):
        flows = self.write("flows.csv", "source,target,value\nA,B,3\n")
        args = ("sweep", "--flows", flows, "-f", "csv")
        self.assertEqual(self.ok(*args), self.mpi(4, *args))

    def test_a_killed_rank_is_named_and_what_was_done_is_kept(self):
        net, folder = firms(self, 6000, 60000, sectors=40), self.path("work")
        args = ("sweep", "-n", net, "-f", "ndjson", "--threads", "1", "-o", self.path("out.ndjson"))
        process = start(3, *args, "--resume", folder)
        victim = rank_process(process.pid, 1)[1]
        self.wait_for_parts(process, folder, 3)
        os.kill(victim, signal.SIGKILL)
        code, _, err = finish(process)
        self.assertEqual(code, 4, err)
        line = f"supplynet sweep: rank 1 on host {socket.gethostname()} was killed by signal 9"
        self.assertEqual(err.count(line), 1, err)
        self.assertFalse(os.path.exists(self.path("out.ndjson")))
        kept = {name: os.stat(os.path.join(folder, name)).st_mtime_ns for name in os.listdir(folder)}
        self.assertGreater(len(kept), 3)
        self.mpi(2, *args, "--resume", folder)
        for name, time_then in kept.items():
            self.assertEqual(os.stat(os.path.join(folder, name)).st_mtime_ns, time_then, name)
        with open(self.path("out.ndjson"), encoding="utf-8") as file:
            self.assertEqual(self.ok(*args[:-2]), file.read())

    def test_a_rank_that_gives_up_is_named_in_the_only_message(self):
        net, folder = firms(self, 3000, 30000, sectors=40), self.path("work")
        process = start(2, "sweep", "-n", net, "--threads", "1", "--resume", folder, "--pairs", "3000")
        self.wait_for_parts(process, folder, 2)
        os.kill(rank_process(process.pid, 1)[1], signal.SIGTERM)
        code, out, err = finish(process)
        self.assertEqual((code, out), (4, ""), err)
        self.assertEqual([line for line in err.splitlines() if line.startswith("supplynet")],
                         [f"supplynet sweep: rank 1 on host {socket.gethostname()}: interrupted by signal 15"])

    def test_a_terminated_launcher_leaves_no_process_and_no_half_file(self):
        net, folder = firms(self, 3000, 30000, sectors=40), self.path("work")
        process = start(2, "sweep", "-n", net, "--resume", folder, "--pairs", "3000", "-o", self.path("out"))
        self.wait_for_parts(process, folder, 2)
        family = [*rank_process(process.pid, 0), *rank_process(process.pid, 1)]
        process.send_signal(signal.SIGTERM)
        code, _, _ = finish(process, seconds=30)  # what it still passes on of stderr is its own choice
        self.assertNotEqual(code, 0)
        for _ in range(1000):
            if not any(map(alive, family)):
                break
            time.sleep(0.01)
        self.assertEqual([pid for pid in family if alive(pid)], [])
        self.assertFalse(os.path.exists(self.path("out")))
        self.assertTrue(all(name == "sweep.json" or name.endswith(".ndjson") for name in os.listdir(folder)))

    def test_faults_of_input_and_usage_are_told_once_with_their_code(self):
        bad = self.write("bad.csv", "source,target,value\nA,B,-1\n")
        self.say_once(3, "bad.csv:2", 2, "sweep", "--flows", bad)
        self.say_once(3, "nothing.csv", 2, "sweep", "--flows", self.path("nothing.csv"))
        self.say_once(2, "--shard", 2, "sweep", "--shard", "3/2")
        self.say_once(2, "--bogus", 2, "sweep", "--bogus")
        self.say_once(2, "unknown verb", 2, "swep")

    def test_an_answer_of_no_reaches_the_caller(self):
        self.say_once(1, "loss =", 2, "sweep", "--by", "country", "--fail-if", "loss > 0.5")

    def test_only_one_rank_speaks_whatever_the_verb(self):
        for args in (("--version",), ("sweep", "--help"), ("help", "sweep"), ("schema", "sweep"),
                     ("concentration", "--commodity", "nickel", "-f", "csv")):
            self.assertEqual(self.ok(*args), self.mpi(2, *args), args)

    def test_two_hosts_get_one_copy_each(self):
        agent = self.write("agent", '#!/bin/sh\nhost=$1\nshift\nexec unshare -u sh -c "hostname $host; $*"\n')
        os.chmod(agent, 0o755)
        if subprocess.run([agent, "alpha", "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("hosts cannot be played here: no right to unshare the host name")
        net = firms(self, 400, 2400)
        args = ("sweep", "-n", net, "-f", "ndjson")
        process = start(4, *args, "-v", options=("--host", "alpha:2,beta:2"), env={
            "OMPI_MCA_plm_rsh_agent": agent, "OMPI_MCA_btl": "tcp,self,vader",
            "OMPI_MCA_btl_tcp_if_include": "lo", "OMPI_MCA_oob_tcp_if_include": "lo"})
        code, out, err = finish(process)
        self.assertEqual(code, 0, err)
        self.assertEqual(out, self.ok(*args))
        self.assertIn("4 ranks on 2 hosts", err)


if __name__ == "__main__":
    unittest.main()
