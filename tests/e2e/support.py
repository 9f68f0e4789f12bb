"""What the end-to-end tests share: running the built program as a user would."""
import json
import os
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["SUPPLYNET"]
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))


def run(*args, stdin=b"", env=None, cwd=None):
    """Run supplynet; returns (exit code, stdout text, stderr text)."""
    full = dict(os.environ, LC_ALL="C.UTF-8", **(env or {}))
    done = subprocess.run([PROGRAM, *map(str, args)], input=stdin, env=full, cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = 2000

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = self._folder.name
        self.addCleanup(self._folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    def ok(self, *args, **more):
        code, out, err = run(*args, **more)
        self.assertEqual(code, 0, f"{args}: exit {code}: {err}")
        return out

    def json(self, *args, **more):
        return json.loads(self.ok(*args, "-f", "json", **more))

    def results(self, *args, **more):
        return self.json(*args, **more)["results"]

    def fails(self, expected, *args, **more):
        """The call must end with the exit code and one line on stderr, which is returned."""
        code, out, err = run(*args, **more)
        self.assertEqual(code, expected, f"{args}: exit {code}, expected {expected}: {err}")
        self.assertEqual(len(err.strip().split("\n")), 1, err)
        self.assertTrue(err.startswith("supplynet"), err)
        self.assertNotIn("internal", err)
        return err


def hub_files(case, scale=1.0):
    """The re-export example of Kastner et al.: A makes 100, H is a hub, B makes 20."""
    flows = [("A", "H", 80), ("A", "B", 10), ("H", "B", 60), ("H", "C", 15)]
    nodes = [("A", 100), ("H", 0), ("B", 20), ("C", 0)]
    case.write("flows.csv", "source,target,value\n"
               + "".join(f"{s},{t},{v * scale!r}\n" for s, t, v in flows))
    case.write("nodes.csv", "id,kind,output\n"
               + "".join(f"{i},country,{o * scale!r}\n" for i, o in nodes))
    return case.folder
