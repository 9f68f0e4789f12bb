"""The console blocks of README and docs are run, and show what the program prints."""
import os
import re
import subprocess
import unittest

from support import PROGRAM, ROOT, Case

BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def commands(block):
    """(command, expected lines) of a block; an expected line `...` stands for the rest."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def pages():
    """README and every page of docs/ that has a console block."""
    names = ["README.md"] + sorted(os.path.join("docs", name) for name in os.listdir(os.path.join(ROOT, "docs"))
                                   if name.endswith(".md"))
    for name in names:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            blocks = BLOCK.findall(file.read())
        if blocks:
            yield name, blocks


class Transcripts(Case):
    def check(self, command, expected, env):
        done = subprocess.run(["bash", "-c", command], env=env, cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.stderr, b"")
        printed = [line.rstrip() for line in done.stdout.decode().rstrip("\n").split("\n")]
        if expected and expected[-1] == "...":
            expected = expected[:-1]
            printed = printed[:len(expected)]
        self.assertEqual(expected, [] if printed == [""] else printed)

    def test_console_blocks_show_what_the_program_prints(self):
        os.symlink(PROGRAM, self.path("supplynet"))
        env = dict(os.environ, PATH=self.folder + ":" + os.environ["PATH"])
        seen = {}
        for name, blocks in pages():
            seen[name] = len(blocks)
            for command, expected in (c for block in blocks for c in commands(block)):
                with self.subTest(page=name, command=command):
                    self.check(command, expected, env)
        self.assertGreater(seen["README.md"], 5)
        self.assertIn(os.path.join("docs", "verify.md"), seen)


if __name__ == "__main__":
    unittest.main()
