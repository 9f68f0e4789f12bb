"""docs/methods.md says of every method what the program says, and documents name no other."""
import json
import os
import re
import unittest

import test_schemas
from support import ROOT, Case
from test_verbs import VERBS

HEAD = re.compile(r"^### `([^`]+)`\n\nVersion (\S+), in ([^.]+)\.  Source: (.+)$", re.M)


class Methods(Case):
    def setUp(self):
        super().setUp()
        self.methods = self.results("methods")["methods"]

    def test_every_method_stands_on_the_page_with_version_verbs_and_source(self):
        with open(os.path.join(ROOT, "docs", "methods.md"), encoding="utf-8") as file:
            text = file.read()
        page = {(m[0], m[1]): (re.findall("`([^`]+)`", m[2]), m[3]) for m in HEAD.findall(text)}
        self.assertEqual(len(page), text.count("\n### "))
        code = {(m["id"], m["version"]): (m["verbs"], m["source"]) for m in self.methods}
        self.assertEqual(sorted(set(code) - set(page)), [], "only in the code")
        self.assertEqual(sorted(set(page) - set(code)), [], "only on the page")
        for key, entry in code.items():
            self.assertEqual(page[key], entry, key)

    def test_a_method_is_one_thing_in_every_verb(self):
        seen = {}
        for verb in {v for m in self.methods for v in m["verbs"]}:
            own = self.results("methods", verb)["methods"]
            self.assertTrue(own, verb)
            for method in own:
                self.assertEqual(seen.setdefault((method["id"], method["version"]), method), method)
                self.assertIn(verb, method["verbs"])
        self.assertEqual(len(seen), len(self.methods))

    def test_documents_name_no_method_that_their_verb_does_not_list(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                listed = {(m["id"], m["version"], m["definition"], m["source"]) for m in self.methods
                          if verb[0] in m["verbs"]}
                named = {(m["id"], m["version"], m["definition"], m["source"])
                         for m in self.json(*verb)["methods"]}
                self.assertEqual(named - listed, set())

    def test_no_verb_keeps_its_methods_to_itself(self):
        folder = os.path.join(ROOT, "cli")
        for name in sorted(os.listdir(folder)):
            if not name.startswith("cmd_") or not name.endswith(".c"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            if re.search(r"sn_method methods\[", text):
                self.assertIn(".methods = {{", text, name + ": sn_verb.methods is not filled in")

    def test_documents_are_what_the_schema_says(self):
        test_schemas.Schemas.check(self, ("methods",))
        self.assertEqual(json.loads(self.ok("methods", "datasets", "-f", "json"))["results"]["methods"], [])

    def test_unknown_verbs_are_usage_errors(self):
        self.assertIn("concentration", self.fails(2, "methods", "concentrations"))
        self.fails(2, "methods", "sweep", "merge")


if __name__ == "__main__":
    unittest.main()
