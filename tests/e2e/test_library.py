"""The shared library: the functions of supplynet.h, from Python and C, and the examples of docs/examples."""
import ctypes
import json
import os
import shutil
import subprocess
import threading
import unittest

from support import PROGRAM, ROOT, Case, run

LIBRARY = os.environ.get("SUPPLYNET_LIBRARY", "")
EXAMPLES = os.path.join(ROOT, "docs", "examples")


class Loss(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("loss", "loss_down", "loss_up", "bound")]


TOLD = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Loss))


def open_library():
    lib = ctypes.CDLL(LIBRARY)
    lib.supplynet_error.restype = lib.supplynet_version.restype = ctypes.c_char_p
    lib.supplynet_node_count.restype = lib.supplynet_flow_count.restype = ctypes.c_size_t
    lib.supplynet_node_id.restype = lib.supplynet_node_text.restype = ctypes.c_char_p
    lib.supplynet_node_find.restype = ctypes.c_long
    lib.supplynet_node_output.restype = lib.supplynet_node_final_demand.restype = ctypes.c_double
    for name in ("node_count", "flow_count", "close"):
        getattr(lib, "supplynet_" + name).argtypes = [ctypes.c_void_p]
    for name in ("node_id", "node_output", "node_final_demand"):
        getattr(lib, "supplynet_" + name).argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    lib.supplynet_node_text.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p]
    lib.supplynet_node_find.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    lib.supplynet_flow_get.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_void_p] * 3
    lib.supplynet_whatif.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_double,
                                     ctypes.POINTER(Loss), ctypes.c_void_p]
    lib.supplynet_sweep.argtypes = [ctypes.c_void_p, ctypes.c_char_p, TOLD, ctypes.c_void_p]
    lib.supplynet_answer.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    return lib


@unittest.skipUnless(LIBRARY, "the sanitizers' runtime cannot be loaded into Python: no library to test")
class Library(Case):
    @classmethod
    def setUpClass(cls):
        cls.lib = open_library()

    def load(self, network="critical-minerals-2024", commodity="cobalt"):
        net = ctypes.c_void_p()
        self.assertEqual(self.lib.supplynet_load(network.encode(), commodity and commodity.encode(),
                                                 ctypes.byref(net)), 0, self.lib.supplynet_error())
        self.addCleanup(self.lib.supplynet_close, net)
        return net

    def answer(self, net, *words):
        text = ctypes.c_char_p()
        listed = (ctypes.c_char_p * len(words))(*[word.encode() for word in words])
        code = self.lib.supplynet_answer(net, len(words), listed, ctypes.byref(text))
        value = text.value.decode() if text.value is not None else None
        self.lib.supplynet_free(text)
        return code, value

    def test_exports_its_own_functions_and_nothing_else(self):
        names = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], stdout=subprocess.PIPE, check=True)
        found = {line.split()[-1] for line in names.stdout.decode().splitlines() if line}
        with open(os.path.join(ROOT, "cli", "supplynet.h"), encoding="utf-8") as header:
            declared = {word.split("(")[0].lstrip("*") for line in header if line.startswith("SUPPLYNET_API")
                        for word in line.split() if word.lstrip("*").startswith("supplynet_") and "(" in word}
        self.assertEqual(found, declared)

    def test_answers_as_the_program_does(self):
        net = self.load()
        for words in (["whatif", "--remove", "COD"], ["concentration"], ["exposure", "--of", "JPN"],
                      ["chokepoints", "--top", "3"], ["simulate", "--remove", "COD", "--stock", "30"],
                      ["whatif", "--scenario", "cod-cobalt-2025"], ["whatif", "--scenario", "cod-cobalt-2025"],
                      ["indicators", "--of", "JPN"]):
            with self.subTest(words):
                code, text = self.answer(net, *words)
                self.assertEqual(code, 0)
                ours, theirs = json.loads(text), self.json(*words, "-c", "cobalt")
                self.assertEqual(ours["results"], theirs["results"])
                self.assertEqual(ours["findings"], theirs["findings"])
                self.assertEqual(ours["provenance"]["inputs"], theirs["provenance"]["inputs"])

    def test_answers_in_other_formats_and_for_verbs_without_a_network(self):
        code, text = self.answer(self.load(), "concentration", "-f", "csv")
        self.assertEqual((code, text), (0, self.ok("concentration", "-c", "cobalt", "-f", "csv")))
        self.assertEqual(self.answer(None, "schema", "whatif"), (0, self.ok("schema", "whatif")))
        self.assertEqual(self.answer(None, "whatif", "--remove", "CHN", "-n", "nowhere")[0], 2)

    def test_says_no_as_the_program_does(self):
        code, text = self.answer(self.load(), "concentration", "--fail-if", "hhi > 0.1")
        self.assertEqual((code, json.loads(text)["schema"]), (1, "supplynet.concentration/1"))
        code, text = self.answer(self.load(), "benchmark", "--of", "JPN")
        self.assertEqual((code, json.loads(text)["schema"]), (1, "supplynet.benchmark/1"))

    def test_refuses_with_a_reason(self):
        net = self.load()
        for words, reason in ((["whatf"], "did you mean \"whatif\""), ([], "unknown verb"),
                              (["whatif", "--remove", "XYZ"], "XYZ"), (["whatif"], "remove"),
                              (["whatif", "--remove", "CHN", "-n", "x"], "the network is given"),
                              (["whatif", "--remove", "CHN", "-o", "x"], "the answer is returned")):
            with self.subTest(words):
                code, text = self.answer(net, *words)
                self.assertEqual((code, text), (2, None))
                self.assertIn(reason, self.lib.supplynet_error().decode())
        self.assertEqual(self.lib.supplynet_whatif(net, b"CHN", b"sideways", 1, None, None), 2)
        self.assertEqual(self.lib.supplynet_whatif(net, b"CHN", None, 1.5, None, None), 2)
        self.assertEqual(self.lib.supplynet_flow_get(net, 10**9, None, None, None), 2)
        net = ctypes.c_void_p()
        self.assertEqual(self.lib.supplynet_load(self.path("none.csv").encode(), None, ctypes.byref(net)), 2)
        path = self.write("flows.csv", "source,target,value\na,b,-1\n")
        self.assertEqual(self.lib.supplynet_load(path.encode(), None, ctypes.byref(net)), 3)
        self.assertIn("flows.csv:2:3", self.lib.supplynet_error().decode())
        self.assertIsNone(net.value)

    def test_tells_nodes_and_flows(self):
        path = self.write("flows.csv", "source,target,value\nmine,smelter,80\nsmelter,factory,60\n")
        net = self.load(path, None)
        ids = [self.lib.supplynet_node_id(net, i) for i in range(3)]
        self.assertEqual(ids, [b"factory", b"mine", b"smelter"])
        self.assertIsNone(self.lib.supplynet_node_id(net, 3))
        self.assertEqual(self.lib.supplynet_node_find(net, b"mine"), 1)
        self.assertEqual(self.lib.supplynet_node_find(net, b"none"), -1)
        self.assertEqual(self.lib.supplynet_node_output(net, 1), 80)
        self.assertEqual(self.lib.supplynet_node_final_demand(net, 0), 60)
        supplier, buyer, amount = ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_double()
        flows = []
        for flow in range(self.lib.supplynet_flow_count(net)):
            self.assertEqual(self.lib.supplynet_flow_get(net, flow, ctypes.byref(supplier), ctypes.byref(buyer),
                                                         ctypes.byref(amount)), 0)
            flows.append((supplier.value, buyer.value, amount.value))
        self.assertEqual(flows, [(1, 2, 80.0), (2, 0, 60.0)])
        self.assertIsNone(self.lib.supplynet_node_text(net, 0, b"sector"))
        self.assertEqual(self.lib.supplynet_node_text(net, 0, b"country"), b"factory")

    def test_whatif_and_sweep_agree_with_the_program(self):
        net = self.load()
        total, seen = Loss(), []
        losses = (ctypes.c_double * self.lib.supplynet_node_count(net))()
        self.assertEqual(self.lib.supplynet_whatif(net, b"COD", b"exports", 0.5, ctypes.byref(total), losses), 0)
        theirs = self.results("whatif", "--cut", "COD=0.5", "--mode", "exports", "-c", "cobalt", "--top", "0")
        self.assertEqual(total.loss, theirs["total"]["loss"])
        for node in theirs["nodes"]:
            self.assertEqual(losses[self.lib.supplynet_node_find(net, node["id"].encode())], node["loss"])

        def told(_context, name, commodity, loss):
            seen.append((name.decode(), commodity.decode(), loss.contents.loss, loss.contents.bound))
            return 0
        self.assertEqual(self.lib.supplynet_sweep(net, b"country", TOLD(told), None), 0)
        theirs = [(r["id"], r["commodity"], r["loss"], r["bound"])
                  for r in self.results("sweep", "--by", "country", "-c", "cobalt")["removals"]]
        self.assertEqual(sorted(seen), sorted(theirs))
        seen.clear()
        self.assertEqual(self.lib.supplynet_sweep(net, b"country", TOLD(lambda *a: len(seen) or seen.append(1) or 0),
                                                  None), 0)

    def test_threads_take_turns(self):
        net = self.load()
        answers = []

        def ask():
            answers.append(json.loads(self.answer(net, "whatif", "--remove", "COD")[1])["results"])
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 4)
        self.assertTrue(all(answer == answers[0] for answer in answers))

    def test_a_program_in_c_builds_against_what_is_installed(self):
        build = os.path.dirname(os.path.dirname(PROGRAM))
        prefix = self.path("usr")
        subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, stdout=subprocess.PIPE)
        found = subprocess.run(["find", prefix, "-name", "supplynet.pc"], stdout=subprocess.PIPE, check=True)
        folder = os.path.dirname(found.stdout.decode().strip())
        lib = os.path.dirname(folder)
        command = (f"cc -std=c11 -Wall -Wextra -Werror {EXAMPLES}/gallium.c -I{prefix}/include -L{lib} -lsupplynet "
                   f"-o {prefix}/gallium && LD_LIBRARY_PATH={lib} {prefix}/gallium")
        done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, check=True)
        lines = done.stdout.decode().splitlines()
        self.assertIn("without CHN 98.9 % is lost", lines)
        self.assertIn("KOR:gallium:use loses 99.0 %", lines)

    def test_the_example_in_python_prints_the_buyers(self):
        done = subprocess.run(["/usr/bin/python3", os.path.join(EXAMPLES, "gallium.py")], check=True,
                              stdout=subprocess.PIPE)
        self.assertEqual(done.stdout.decode().splitlines()[0], "KOR:gallium:use 99.0% 9.9 t")


class Script(Case):
    @unittest.skipUnless(shutil.which("Rscript"), "no R here")
    def test_the_example_in_r_prints_the_buyers(self):
        done = subprocess.run(["Rscript", os.path.join(EXAMPLES, "gallium.R")], check=True, stdout=subprocess.PIPE)
        self.assertIn("KOR:gallium:use", done.stdout.decode())

    def test_every_shell_takes_its_completion_script(self):
        bash = self.write("c.bash", self.ok("completion", "bash"))
        words = subprocess.run(
            ["bash", "-c", f"source {bash}; COMP_WORDS=(supplynet whatif --mode e); COMP_CWORD=3; _supplynet; "
                           "echo ${COMPREPLY[@]}; COMP_WORDS=(supplynet cho); COMP_CWORD=1; _supplynet; "
                           "echo ${COMPREPLY[@]}; COMP_WORDS=(supplynet whatif --resp); COMP_CWORD=2; _supplynet; "
                           "echo ${COMPREPLY[@]}"], stdout=subprocess.PIPE, check=True)
        self.assertEqual(words.stdout.decode().split(), ["exports", "chokepoints", "--response"])
        for shell in ("zsh", "fish"):
            script = self.ok("completion", shell)
            self.assertIn("whatif", script)
            if shutil.which(shell):
                subprocess.run([shell, "-n", self.write("c." + shell, script)], check=True)
        self.assertIn("bash, zsh or fish", self.fails(2, "completion", "tcsh"))

    def test_manual_pages_say_what_the_help_says(self):
        code, page, _ = run("help", "--man")
        self.assertEqual(code, 0)
        verbs = [line[3:].replace("\\-", "-") for line in page.split(".SH VERBS")[1].split(".SH ")[0].splitlines()
                 if line.startswith(".B ")]
        self.assertIn("whatif", verbs)
        for verb in verbs:
            with self.subTest(verb):
                page = run("help", "--man", verb)[1]
                for line in run("help", verb)[1].splitlines():
                    if line.lstrip().startswith("--"):
                        self.assertIn("\\-\\-" + line.split()[0][2:].replace("-", "\\-"), page)
                if shutil.which("groff"):
                    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z"], input=page.encode(),
                                          stderr=subprocess.PIPE, check=True)
                    self.assertEqual(done.stderr, b"")


if __name__ == "__main__":
    unittest.main()
