"""The shell blocks of docs/json.md run as they stand, one after the other in one folder."""
import os
import re
import subprocess
import unittest

from support import PROGRAM, ROOT, Case

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)


class JsonDocs(Case):
    def test_every_block_runs(self):
        os.symlink(PROGRAM, self.path("supplynet"))
        env = dict(os.environ, PATH=self.folder + ":/usr/bin:" + os.environ["PATH"])
        with open(os.path.join(ROOT, "docs", "json.md"), encoding="utf-8") as file:
            blocks = BLOCK.findall(file.read())
        self.assertGreaterEqual(len(blocks), 5)
        for block in blocks:
            with self.subTest(block):
                done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", block], env=env,
                                      cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      check=False)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
        answers = subprocess.run(["bash", "-c", blocks[0]], env=env, cwd=self.folder, check=True,
                                 stdout=subprocess.PIPE).stdout.decode().split("\n")
        self.assertIn("CHN\tgallium\t0.989", answers)


if __name__ == "__main__":
    unittest.main()
