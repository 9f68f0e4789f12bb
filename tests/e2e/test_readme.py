"""The README's console blocks are run, and show what the program prints."""
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


class Readme(Case):
    def test_console_blocks_show_what_the_program_prints(self):
        os.symlink(PROGRAM, self.path("supplynet"))
        env = dict(os.environ, PATH=self.folder + ":" + os.environ["PATH"])
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            blocks = BLOCK.findall(file.read())
        self.assertGreater(len(blocks), 5)
        for command, expected in (c for block in blocks for c in commands(block)):
            with self.subTest(command):
                done = subprocess.run(["bash", "-c", command], env=env, cwd=self.folder,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                self.assertEqual(done.stderr, b"")
                printed = [line.rstrip() for line in done.stdout.decode().rstrip("\n").split("\n")]
                if expected and expected[-1] == "...":
                    expected = expected[:-1]
                    printed = printed[:len(expected)]
                self.assertEqual(expected, [] if printed == [""] else printed)


if __name__ == "__main__":
    unittest.main()
