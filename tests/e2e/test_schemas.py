"""Every JSON document is what its schema says, and the schema is not empty talk."""
import copy
import json
import unittest

import jsonschema

from support import Case
from test_verbs import VERBS


class Schemas(Case):
    def check(self, verb):
        schema = json.loads(self.ok("schema", verb[0]))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        document = self.json(*verb)
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"
                  for e in validator.iter_errors(document)]
        self.assertEqual(errors[:5], [], verb)
        return validator, document

    def test_documents_of_every_verb_are_valid(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                self.check(verb)

    def test_small_networks_are_valid_too(self):
        folder = self.write("flows.csv", "source,target,value\na,b,1\nb,c,2\n")
        for verb in (("inspect",), ("concentration",), ("concentration", "--by", "owner"),
                     ("exposure", "--of", "c"), ("exposure", "--to", "a"), ("chokepoints",),
                     ("whatif", "--remove", "a"), ("whatif", "--remove", "a", "--stock", "3", "--ttr", "9")):
            with self.subTest(verb=verb):
                self.check((*verb, "-n", folder))

    def test_a_damaged_document_is_not_valid(self):
        validator, document = self.check(("whatif", "--remove", "CHN", "--commodity", "gallium"))
        for damage in (lambda d: d.pop("results"),
                       lambda d: d["results"]["total"].update(loss="much"),
                       lambda d: d["results"]["total"].update(loss=3),
                       lambda d: d["results"].pop("buyers"),
                       lambda d: d.update(schema="supplynet.other/1")):
            broken = copy.deepcopy(document)
            damage(broken)
            self.assertFalse(validator.is_valid(broken))


if __name__ == "__main__":
    unittest.main()
