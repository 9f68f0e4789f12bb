"""Bad input gets one clear line, the right exit code, and leaves nothing half-written."""
import gzip
import io
import os
import subprocess
import unittest
import zipfile

from support import PROGRAM, Case, run

GOOD = "source,target,value\na,b,1\nb,c,2.5\n"

# name: (content of flows.csv, exit code, words that the message must have)
FLOWS = {
    "empty": (b"", 3, ["empty"]),
    "only a BOM": (b"\xef\xbb\xbf", 3, ["header"]),
    "only blank lines": (b"\n\n\n", 3, ["header"]),
    "only comments": (b"# a\n# b\n", 3, ["header"]),
    "only a header": (b"source,target,value\n", 3, ["no rows"]),
    "only flows of 0": (b"source,target,value\na,b,0\n", 3, ["zero"]),
    "UTF-16 little end": (GOOD.encode("utf-16-le").join([b"\xff\xfe", b""]), 3, ["UTF-16"]),
    "UTF-16 big end": (b"\xfe\xff" + GOOD.encode("utf-16-be"), 3, ["UTF-16"]),
    "NUL byte in a field": (b"source,target,value\na\0,b,1\n", 3, ["NUL"]),
    "NUL byte in the header": (b"source,tar\0get,value\na,b,1\n", 3, ["NUL"]),
    "binary": (bytes(range(256)) * 8, 3, []),
    "no header": (b"a,b,1\nb,c,2\n", 3, ["source"]),
    "a header of another file": (b"id,name\n1,x\n", 3, ["source"]),
    "no value column": (b"source,target\na,b\n", 3, ["value"]),
    "no target column": (b"source,value\na,1\n", 3, ["target"]),
    "the value column twice": (b"source,target,value,weight\na,b,1,2\n", 3, ["value"]),
    "shifted header": (b",source,target,value\na,b,1\n", 3, [":2"]),
    "shifted values": (b"source,target,value\n1,a,b\n", 3, [":2:3", "b"]),
    "too few fields": (b"source,target,value\na,b\n", 3, [":2"]),
    "too many fields": (b"source,target,value\na,b,1,2\n", 3, [":2"]),
    "text for a value": (b"source,target,value\na,b,much\n", 3, [":2:3", "much"]),
    "a negative value": (b"source,target,value\na,b,1\nb,c,-2\n", 3, [":3", "negative"]),
    "minus infinity": (b"source,target,value\na,b,-inf\n", 3, [":2:3"]),
    "infinity": (b"source,target,value\na,b,inf\n", 3, [":2:3", "inf"]),
    "NaN": (b"source,target,value\na,b,nan\n", 3, [":2:3", "nan"]),
    "1e999": (b"source,target,value\na,b,1e999\n", 3, [":2:3", "1e999"]),
    "hexadecimal": (b"source,target,value\na,b,0x10\n", 3, [":2:3", "0x10"]),
    "trailing letters": (b"source,target,value\na,b,12kg\n", 3, [":2:3", "12kg"]),
    "two points": (b"source,target,value\na,b,1.2.3\n", 3, [":2:3", "1.2.3"]),
    "a lone sign": (b"source,target,value\na,b,-\n", 3, [":2:3"]),
    "a lone exponent": (b"source,target,value\na,b,1e\n", 3, [":2:3", "1e"]),
    "thousands": (b'source,target,value\na,b,"10,000"\n', 3, [":2:3", "10,000"]),
    "a space inside a number": (b"source,target,value\na,b,1 000\n", 3, [":2:3"]),
    "a decimal comma in a comma file": (b'source,target,value\na,b,"1,5"\n', 3, [":2:3"]),
    "an empty supplier": (b"source,target,value\n,b,1\n", 3, [":2"]),
    "an empty buyer": (b"source,target,value\na,,1\n", 3, [":2"]),
    "a supplier of spaces": (b"source,target,value\n  ,b,1\n", 3, [":2"]),
    "an unclosed quote": (b'source,target,value\n"a,b,1\nb,c,2\n', 3, [":2"]),
    "an unclosed quote at the end": (b'source,target,value\na,b,"1', 3, [":2"]),
    "text after a closing quote": (b'source,target,value\n"a"x,b,1\n', 3, [":2"]),
    "an unclosed quote in the header": (b'source,target,"value\na,b,1\n', 3, []),
    "a control character in an id": (b"source,target,value\na\x01,b,1\n", 3, ["control"]),
    "an id of 2000 bytes": (b"source,target,value\n" + b"a" * 2000 + b",b,1\n", 3, ["longer"]),
    "a line of 17 MB": (b"source,target,value\n" + b"a" * (17 << 20) + b",b,1\n", 3, []),
    "one line of 10 MB without a comma": (b"a" * (10 << 20), 3, []),
    "an overflowing sum": (b"source,target,value\na,b,1.7e308\na,c,1.7e308\n", 3, ["a"]),
    "an unknown basis": (b"source,target,value,basis\na,b,1,guessed\n", 3, [":2:4", "guessed"]),
    "mixed units": (b"source,target,value,unit\na,b,1,t\nb,c,1,kg\n", 3, ["unit"]),
    "two years": (b"source,target,value,year\na,b,1,2020\na,b,1,2021\n", 3, ["year"]),
    "only semicolons": (b";;;\n;;;\n", 3, []),
    "a JSON file": (b'{"source": "a", "target": "b", "value": 1}\n', 3, ["neither nodes nor links"]),
    "an XML file": (b"<?xml version='1.0'?>\n<graph></graph>\n", 3, [":2", "<graphml>"]),
    "a truncated gzip": (gzip.compress(GOOD.encode() * 1000)[:200], 3, []),
    "a gzip with a wrong sum": (gzip.compress(GOOD.encode())[:-8] + b"\0" * 8, 3, []),
    "a truncated zip": (b"PK\x03\x04" + b"\0" * 20, 3, []),
    "a broken zstd": (b"\x28\xb5\x2f\xfd" + b"\xff" * 20, 3, []),
}

# name: (content of nodes.csv beside GOOD flows, words)
NODES = {
    "empty": (b"", ["empty"]),
    "no id column": (b"name,country\na,JPN\n", ["id"]),
    "an empty id": (b"id,country\n,JPN\n", [":2"]),
    "a node twice": (b"id,country\na,JPN\nb,DEU\na,USA\n", [":4", "a"]),
    "an unknown kind": (b"id,kind\na,town\n", [":2:2", "town"]),
    "a negative output": (b"id,output\na,-5\n", [":2:2", "negative"]),
    "text for an output": (b"id,output\na,lots\n", [":2:2", "lots"]),
    "an infinite capacity": (b"id,capacity\na,inf\n", [":2:2", "inf"]),
    "a NaN demand": (b"id,final_demand\na,nan\n", [":2:2", "nan"]),
    "a huge stock": (b"id,inventory_days\na,1e400\n", [":2:2", "1e400"]),
    "mixed units in a commodity": (b"id,commodity,unit\na,cobalt,t\nb,cobalt,kg\n", ["unit"]),
    "too many fields": (b"id,country\na,JPN,x\n", [":2"]),
    "an unclosed quote": (b'id,country\n"a,JPN\n', [":2"]),
    "the id column twice": (b"id,Id\na,b\n", ["id"]),
    "a text latitude": (b"id,lat\na,north\n", [":2:2", "north"]),
}

# name: (content of recipes.csv, words)
RECIPES = {
    "empty": (b"", ["empty"]),
    "no need column": (b"buyer,input\n*,*\n", ["need"]),
    "an unknown need": (b"buyer,input,need\n*,*,maybe\n", [":2:3", "maybe"]),
    "a need of 3": (b"buyer,input,need\n*,*,3\n", [":2:3", "3"]),
    "a negative stock": (b"buyer,input,need,inventory_days\n*,*,2,-1\n", [":2:4"]),
    "a pair twice": (b"buyer,input,need\n*,*,2\n*,*,1\n", ["twice"]),
    "a pair that is missing": (b"buyer,input,need\nsteel,iron,2\n", ["recipe"]),
    "an empty buyer": (b"buyer,input,need\n,*,2\n", [":2"]),
}

# name: (content of owners.csv, words)
OWNERS = {
    "empty": (b"", ["empty"]),
    "an unknown node": (b"id,owner,share\nzebra,CHN,1\n", [":2", "zebra"]),
    "a share of 2": (b"id,owner,share\na,CHN,2\n", [":2"]),
    "a negative share": (b"id,owner,share\na,CHN,-0.5\n", [":2"]),
    "shares over one": (b"id,owner,share\na,CHN,0.7\na,JPN,0.7\n", ["1"]),
    "an owner twice": (b"id,owner,share\na,CHN,0.3\na,CHN,0.3\n", ["twice"]),
    "an unknown rule": (b"id,owner,share,rule\na,CHN,0.3,majority\n", [":2:4", "majority"]),
    "no share column": (b"id,owner\na,CHN\n", ["share"]),
}

# command lines on the built-in data: (arguments, exit code, words)
COMMANDS = {
    "no verb": ((), 2, ["verb"]),
    "an unknown verb": (("chokepoint",), 2, ["chokepoints"]),
    "an unknown option": (("whatif", "--remov", "CHN", "--removed"), 2, ["--remove"]),
    "an option without a value": (("whatif", "--remove"), 2, ["value"]),
    "a flag with a value": (("whatif", "--quiet=yes", "--remove", "CHN"), 2, ["quiet"]),
    "nothing to remove": (("whatif",), 2, ["--remove"]),
    "an unknown country": (("whatif", "--remove", "JPNN"), 2, ["JPNN", "JPN"]),
    "an unknown key": (("whatif", "--remove", "contry=CHN"), 2, ["country"]),
    "an empty selector": (("whatif", "--remove", ""), 2, ["empty"]),
    "an empty value": (("whatif", "--remove", "country="), 2, ["empty"]),
    "a selector that matches nothing": (("whatif", "--remove", "CHN&country=JPN"), 2, ["no node"]),
    "an unknown stage": (("whatif", "--remove", "stage=refning"), 2, ["refining"]),
    "an unknown coalition": (("exposure", "--of", "coalition=G8"), 2, ["G7"]),
    "an unknown mode": (("whatif", "--remove", "CHN", "--mode", "export"), 2, ["export"]),
    "a cut over one": (("whatif", "--cut", "CHN=1.5"), 2, ["1.5"]),
    "a cut that is no number": (("whatif", "--cut", "CHN=half"), 2, ["half"]),
    "a cut without a share": (("whatif", "--cut", "CHN"), 2, []),
    "a negative top": (("chokepoints", "--top", "-3"), 2, ["top"]),
    "a broken top": (("chokepoints", "--top", "many"), 2, ["many"]),
    "an unknown format": (("chokepoints", "-f", "yaml"), 2, ["yaml"]),
    "an unknown level": (("chokepoints", "--by", "continent"), 2, ["continent"]),
    "an unknown commodity": (("chokepoints", "--commodity", "cobolt"), 2, ["cobalt"]),
    "an unknown network": (("chokepoints", "-n", "critical-mineral-2024"), 2, ["critical-minerals-2024"]),
    "a missing file": (("chokepoints", "--flows", "none.csv"), 3, ["none.csv"]),
    "nodes without flows": (("chokepoints", "--nodes", "nodes.csv"), 2, ["--flows"]),
    "a folder without flows": (("chokepoints", "-n", "/"), 3, ["flows.csv"]),
    "two networks": (("chokepoints", "a.csv", "b.csv"), 2, ["b.csv"]),
    "of and to together": (("exposure", "--of", "JPN", "--to", "CHN"), 2, ["--of"]),
    "neither of nor to": (("exposure",), 2, ["--of"]),
    "a rule that is none": (("concentration", "--fail-if", "hhi is high"), 2, ["hhi is high"]),
    "a rule on an unknown number": (("concentration", "--fail-if", "beauty > 1"), 2, ["beauty"]),
    "a schema of no verb": (("schema", "chokepoint"), 2, ["chokepoints"]),
    "an output folder that does not exist": (("chokepoints", "-o", "none/at/all.json"), 4, ["none"]),
    "an output that is a folder": (("chokepoints", "-o", "/"), 4, []),
    "a full disk": (("chokepoints", "-o", "/dev/full"), 4, ["No space"]),
}


class Files(Case):
    def check(self, code, words, *args):
        before = sorted(os.listdir(self.folder))
        err = self.fails(code, *args, "-f", "json", "-o", self.path("out.json"))
        for word in words:
            self.assertIn(word, err)
        self.assertEqual(before, sorted(os.listdir(self.folder)), "files left behind")

    def test_flows(self):
        for name, (content, code, words) in FLOWS.items():
            with self.subTest(name):
                self.check(code, words, "chokepoints", "-n", self.write("flows.csv", content))

    def test_beside_good_flows(self):
        for role, cases in (("nodes", NODES), ("recipes", RECIPES), ("owners", OWNERS)):
            self.write("flows.csv", GOOD)
            for name, (content, words) in cases.items():
                with self.subTest(f"{role}: {name}"):
                    self.write(role + ".csv", content)
                    self.check(3, words, "chokepoints", "-n", self.folder)
            os.unlink(self.path(role + ".csv"))

    def test_a_folder_for_a_file(self):
        os.mkdir(self.path("flows.csv"))
        self.check(3, ["flows.csv"], "chokepoints", "--flows", self.path("flows.csv"))

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_an_unreadable_file(self):
        os.chmod(self.write("flows.csv", GOOD), 0)
        self.check(3, ["flows.csv"], "chokepoints", "-n", self.path("flows.csv"))

    def test_a_zip_without_flows(self):
        with zipfile.ZipFile(self.path("net.zip"), "w") as archive:
            archive.writestr("readme.txt", "nothing")
        self.check(3, ["readme.txt"], "chokepoints", "-n", self.path("net.zip"))


class Commands(Case):
    def test_command_lines(self):
        for name, (args, code, words) in COMMANDS.items():
            with self.subTest(name):
                err = self.fails(code, *args, cwd=self.folder)
                for word in words:
                    self.assertIn(word, err)
                self.assertEqual(os.listdir(self.folder), [])

    def test_an_old_output_file_survives_a_failure(self):
        path = self.write("out.json", "precious")
        self.fails(2, "whatif", "--remove", "CHM", "-f", "json", "-o", path)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious")

    def test_a_full_standard_output_is_noticed(self):
        for verb in (["chokepoints"], ["help"], ["--version"], ["schema", "whatif"], ["datasets"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *verb], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 4, verb)
            self.assertEqual(len(done.stderr.strip().split(b"\n")), 1, verb)

    def test_a_closed_standard_output_is_noticed(self):
        done = subprocess.run(["sh", "-c", '"$0" chokepoints >&-', PROGRAM], stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 4)

    def test_a_reader_that_leaves_is_no_error(self):
        done = subprocess.run(["sh", "-c", '"$0" chokepoints --top 0 -f csv | head -n 1', PROGRAM],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout.count(b"\n"), 1)


class Tolerated(Case):
    """What looks odd but is clear enough to be read."""

    def losses(self, content, name="flows.csv", *more):
        path = self.write(name, content)
        return [(b["id"], b["loss"]) for b in
                self.results("whatif", "--remove", "a", "-n", path, *more)["buyers"]]

    def test_the_same_network_in_many_spellings(self):
        plain = self.losses(GOOD)
        self.assertTrue(plain)
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("flows.csv", GOOD)
        for name, content in {
            "BOM": "\ufeff" + GOOD,
            "CRLF": GOOD.replace("\n", "\r\n"),
            "no last line end": GOOD.rstrip("\n"),
            "tabs": GOOD.replace(",", "\t"),
            "bars": GOOD.replace(",", "|"),
            "semicolons": GOOD.replace(",", ";"),
            "semicolons and decimal commas": GOOD.replace(",", ";").replace(".", ","),
            "quotes": 'source,target,value\n"a","b","1"\n"b","c","2.5"\n',
            "aliases": GOOD.replace("source,target,value", "Supplier , BUYER,Weight"),
            "comments": "# made by hand\n# today\n" + GOOD,
            "blank lines": GOOD.replace("\n", "\n\n"),
            "spaces": "source, target ,value\n a ,b, 1\nb , c,2.5\n",
            "a further column": "source,target,value,note\na,b,1,x\nb,c,2.5,y\n",
            "a zero flow": GOOD + "a,c,0\n",
            "a missing flow": GOOD + "a,c,NA\n",
            "a split flow": "source,target,value\na,b,0.25\nb,c,2.5\na,b,0.75\n",
            "exponents": "source,target,value\na,b,1e0\nb,c,25E-1\n",
        }.items():
            with self.subTest(name):
                self.assertEqual(self.losses(content), plain)
        self.assertEqual(self.losses(gzip.compress(GOOD.encode()), "flows.csv.gz"), plain)
        self.assertEqual(self.losses(zipped.getvalue(), "net.zip"), plain)
        self.assertEqual([(b["id"], b["loss"]) for b in self.results(
            "whatif", "--remove", "a", "-n", "-", stdin=GOOD.encode())["buyers"]], plain)

    def test_namibia_is_not_missing(self):
        self.write("flows.csv", "source,target,value\nx,y,1\n")
        self.write("nodes.csv", "id,kind,country\nx,stage,NA\ny,stage,CHN\n")
        removed = self.results("whatif", "--remove", "country=NA", "-n", self.folder)["removed"]
        self.assertEqual(removed, ["x"])

    def test_windows_1252_is_read_and_noted(self):
        path = self.write("flows.csv", "source,target,value\nCôte d\u2019Ivoire,b,1\n".encode("cp1252"))
        document = self.json("whatif", "--remove", "id=Côte d\u2019Ivoire", "-n", path)
        self.assertEqual(document["results"]["removed"], ["Côte d\u2019Ivoire"])
        self.assertIn("1252", " ".join(d["message"] for d in document["diagnostics"]))

    def test_dropped_rows_are_counted_by_reason(self):
        path = self.write("flows.csv", GOOD + "a,c,0\na,d,..\n")
        rows = self.json("inspect", "-n", path)["provenance"]["inputs"][0]["rows"]
        self.assertEqual((rows["read"], rows["used"]), (4, 2))
        self.assertEqual(sum(rows["dropped"].values()), 2)


if __name__ == "__main__":
    unittest.main()
