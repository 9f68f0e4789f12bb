"""Networks in the files of other programs: graph files, sheets, matrices, packed."""
import gzip
import hashlib
import json
import lzma
import os
import subprocess
import unittest

import igraph
import networkx

from support import PROGRAM, ROOT, Case, run

SHARED = os.path.join(ROOT, "..", "shared")


def numbers(document):
    """What a report says about a network, without where the network was read from."""
    return {key: document[key] for key in ("network", "methods", "results", "findings")}


class Images(Case):
    """Networks kept as they lie in memory (convert --to image)."""

    def image(self, *args):
        path = self.path("net.image")
        self.ok("convert", *args, "--to", "image", "-o", path)
        return path

    def test_what_is_said_of_an_image_is_what_is_said_of_its_files(self):
        for network in ("critical-minerals-2024", "drc-copper-cobalt-2023"):
            path, folder = self.image("-n", network), self.path(network)
            self.ok("convert", network, "-o", folder)
            for verb in (["whatif", "--remove", "country=COD"], ["concentration", "--by", "owner"],
                         ["chokepoints", "--top", "5"], ["exposure", "--of", "CHN"], ["inspect"],
                         ["simulate", "--remove", "country=COD", "--duration", "30"]):
                with self.subTest(network=network, verb=verb[0]):
                    one, two = (self.json(verb[0], name, *verb[1:]) for name in (folder, path))
                    self.assertEqual(numbers(two), numbers(one))
            for part in ("flows", "nodes", "owners", "recipes"):
                of_network, of_image = (run("convert", name, "--part", part) for name in (folder, path))
                self.assertEqual(of_image, of_network)

    def test_an_image_of_an_image_is_the_same_file_and_says_what_the_first_was_made_from(self):
        path = self.image("-n", "drc-copper-cobalt-2023")
        self.ok("convert", path, "--to", "image", "-o", self.path("again.image"))
        with open(path, "rb") as one, open(self.path("again.image"), "rb") as two:
            self.assertEqual(one.read(), two.read())
        document = self.json("concentration", path)
        source, = document["provenance"]["inputs"]
        self.assertEqual((source["role"], source["path"]), ("image", path))
        with open(path, "rb") as file:
            self.assertEqual(source["sha256"], hashlib.sha256(file.read()).hexdigest())
        origin = self.json("concentration", "drc-copper-cobalt-2023")["provenance"]["inputs"]
        notes = [note["message"] for note in document["diagnostics"] if note["subject"] == path]
        for made_from in origin:
            self.assertTrue(any(made_from["sha256"] in note for note in notes), notes)

    def test_packed_and_from_standard_input(self):
        path = self.image("-c", "cobalt")
        plain = self.ok("convert", path)
        with open(path, "rb") as file:
            image = file.read()
        self.assertEqual(self.ok("convert", self.write("net.image.xz", lzma.compress(image))), plain)
        self.assertEqual(self.ok("convert", self.write("net.image.gz", gzip.compress(image))), plain)
        self.assertEqual(self.ok("convert", "-", stdin=image), plain)
        self.assertEqual(self.ok("convert", "--flows", path), plain)

    def test_what_asks_for_a_part_of_a_table_is_refused(self):
        path = self.image("-c", "cobalt")
        recipes = self.write("recipes.csv", "buyer,input,need\n*,*,essential\n")
        for more in (["-c", "cobalt"], ["--year", "2020"], ["--map", "value=x"], ["--product", "26"]):
            with self.subTest(more=more):
                self.assertIn("is an image of a whole network", self.fails(2, "inspect", path, *more))
        self.assertIn("is an image of a whole network",
                      self.fails(2, "inspect", "--flows", path, "--recipes", recipes))

    def test_an_image_is_no_table(self):
        path = self.image("-c", "cobalt")
        with open(path, "rb") as file:
            head = file.read()[:100000]
        for name in (path, self.write("short.gz", gzip.compress(head))):
            err = self.fails(3, "inspect", "--flows", self.write("f.csv", "source,target,value\na,b,1\n"),
                             "--nodes", name)
            self.assertIn("is an image of a network, not a table", err)

    def test_damaged_images_are_refused_in_one_line(self):
        path = self.image("-n", "drc-copper-cobalt-2023")
        with open(path, "rb") as file:
            image = file.read()
        length = int.from_bytes(image[72:80], "little")
        broken = {
            "cut off": (image[:length // 2], "not "),
            "of another version": (image[:80] + b"\x01" + image[81:], "made by another version"),
            "of another machine": (image[:64] + image[64:72][::-1] + image[72:], "no image of a network"),
            "with a text behind it that is none": (image + b"\xff\xfe\n", "no text"),
            "with a long text behind it": (image + b"x" * 300 + b"\n", "long lines"),
        }
        for at in range(length // 4, length, length // 7):  # a number somewhere
            changed = bytearray(image)
            changed[at // 64 * 64 + 3] ^= 0x41
            broken[f"changed at {at}"] = (bytes(changed), "image of a network")
        for name, (content, words) in broken.items():
            with self.subTest(name):
                code, _, err = run("inspect", self.write("broken.image", content))
                if code != 0 or not name.startswith("changed"):  # a changed digit may be as good
                    err = self.fails(3, "inspect", self.path("broken.image"))
                    self.assertIn('broken.image": ', err)
                    self.assertIn(words, err)

    def test_a_text_that_is_not_utf8_is_refused(self):
        path = self.image("-n", "drc-copper-cobalt-2023")
        with open(path, "rb") as file:
            image = file.read()
        at = image.index("\u00e9".encode()) if "\u00e9".encode() in image else image.index(b"Tenke")
        self.write("net.image", image[:at] + b"\xff" + image[at + 1:])
        self.fails(3, "inspect", path)

    def test_a_terminal_or_a_full_disk_gets_no_image(self):
        self.fails(4, "convert", "-c", "cobalt", "--to", "image", "-o", "/dev/full")
        master, slave = os.openpty()
        done = subprocess.run([PROGRAM, "convert", "-c", "cobalt", "--to", "image"], stdout=slave,
                              stderr=subprocess.PIPE, check=False, timeout=60)
        os.close(slave)
        os.close(master)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"not for a terminal", done.stderr)


class GraphFiles(Case):
    def test_convert_and_load_again_is_the_same_network(self):
        for commodity in ("cobalt|nickel", "rare_earths_magnet"):
            original = self.ok("convert", "-c", commodity), self.ok("convert", "-c", commodity,
                                                                     "--part", "nodes")
            for form in ("graphml", "node-link"):
                file = self.path("network." + form)
                self.ok("convert", "-c", commodity, "--to", form, "-o", file)
                again = self.ok("convert", file), self.ok("convert", file, "--part", "nodes")
                self.assertEqual(again, original, form)

    def test_reports_on_it_are_the_same(self):
        self.ok("convert", "-c", "cobalt", "-o", self.path("native"))
        for name in ("owners.csv", "recipes.csv"):  # a graph file has none
            if os.path.exists(self.path("native/" + name)):
                os.remove(self.path("native/" + name))
        for form in ("graphml", "node-link"):
            file = self.path("network." + form)
            self.ok("convert", "-n", self.path("native"), "--to", form, "-o", file)
            for verb in (["whatif", "--remove", "COD"], ["concentration"], ["chokepoints"],
                         ["exposure", "--of", "JPN"]):
                with self.subTest(form=form, verb=verb[0]):
                    one = self.json(verb[0], self.path("native"), *verb[1:])
                    two = self.json(verb[0], file, *verb[1:])
                    self.assertEqual(numbers(two), numbers(one))

    def test_beside_a_graph_stand_recipes_and_owners(self):
        self.ok("convert", "-c", "cobalt", "-o", self.path("native"))
        self.ok("convert", "-c", "cobalt", "--to", "graphml", "-o", self.path("g"))
        one = self.json("concentration", self.path("native"), "--by", "owner")
        two = self.json("concentration", "--flows", self.path("g"), "--owners",
                        self.path("native/owners.csv"), "--by", "owner")
        self.assertEqual(numbers(two), numbers(one))
        err = self.fails(2, "inspect", "--flows", self.path("g"), "--nodes",
                         self.path("native/nodes.csv"))
        self.assertIn("is a graph with nodes of its own", err)

    def graph(self):
        g = networkx.MultiDiGraph()
        g.add_node("mine é", country="COD", output=71.25, label='a "mine" <&>')
        g.add_node("smelter", country="CHN")
        g.add_edge("mine é", "smelter", weight=0.1 + 0.2, product="ore")
        g.add_edge("mine é", "smelter", weight=1e-300, product="scrap")
        g.add_edge("smelter", "user", weight=7)
        return g

    EXPECTED = ("source,target,value,basis,product,unit\n"
                "mine é,smelter,0.30000000000000004,reported,ore,\n"
                "mine é,smelter,1e-300,reported,scrap,\n"
                "smelter,user,7,reported,,\n")

    def test_networkx_writes_what_is_read(self):
        g = self.graph()
        g.edges["smelter", "user", 0]["product"] = ""
        networkx.write_graphml(g, self.path("g.graphml"))
        data = networkx.node_link_data(g)
        links = data.pop("links")
        self.write("links.json", json.dumps({**data, "links": links}))
        self.write("edges.json", json.dumps({**data, "edges": links}, indent=1, ensure_ascii=False))
        for name in ("g.graphml", "links.json", "edges.json"):
            flows = self.ok("convert", self.path(name))
            self.assertEqual(flows.replace(",all,", ",,"), self.EXPECTED, name)
            nodes = self.ok("convert", self.path(name), "--part", "nodes")
            self.assertEqual(nodes.split("\n")[1], 'mine é,"a ""mine"" <&>",country,COD,71.25')

    def test_igraph_writes_what_is_read_and_reads_what_is_written(self):
        networkx.write_graphml(self.graph(), self.path("n.graphml"))
        self.ok("convert", self.path("n.graphml"), "--to", "graphml", "-o", self.path("ours.graphml"))
        g = igraph.Graph.Read_GraphML(self.path("ours.graphml"))
        self.assertEqual(g.vs["id"], ["mine é", "smelter", "user"])
        g.write_graphml(self.path("theirs.graphml"))  # the ids are n0, n1, n2 there
        self.assertEqual(self.ok("convert", self.path("theirs.graphml"), "-q"),
                         self.ok("convert", self.path("ours.graphml")).replace(  # 15 digits are its most
                             "0.30000000000000004", "0.3"))
        del g.vs["id"]
        g.vs["name"] = ["a", "b", "c"]
        g.write_graphml(self.path("named.graphml"))
        code, out, err = run("convert", self.path("named.graphml"))
        self.assertIn("\na,b,1e-300,reported,scrap,\n", out)
        self.assertIn('nodes are called by their attribute "name"', err)

    def test_packed_and_from_standard_input(self):
        networkx.write_graphml(self.graph(), self.path("g.graphml"))
        plain = self.ok("convert", self.path("g.graphml"))
        with open(self.path("g.graphml"), "rb") as file:
            text = file.read()
        self.write("g.graphml.xz", lzma.compress(text))
        self.assertEqual(self.ok("convert", self.path("g.graphml.xz")), plain)
        self.assertEqual(self.ok("convert", "-", stdin=text), plain)

    def test_undirected_graphs_are_refused(self):
        g = networkx.Graph()
        g.add_edge("a", "b", weight=1)
        networkx.write_graphml(g, self.path("g.graphml"))
        self.write("g.json", json.dumps(networkx.node_link_data(g)))
        for name in ("g.graphml", "g.json"):
            self.assertIn("undirected", self.fails(3, "inspect", self.path(name)))

    def test_xml_from_strangers_costs_nothing_and_reads_nothing(self):
        laughs = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12))
        self.write("secret.txt", "top secret")
        hostile = {
            "laughs": f'<!DOCTYPE g [<!ENTITY l0 "ha">{laughs}]><graphml><graph '
                      'edgedefault="directed"><node id="&l11;"/></graph></graphml>',
            "file": f'<!DOCTYPE g [<!ENTITY x SYSTEM "file://{self.path("secret.txt")}">]><graphml>'
                    '<graph edgedefault="directed"><node id="a">&x;</node></graph></graphml>',
            "dtd": f'<!DOCTYPE g SYSTEM "file://{self.path("secret.txt")}"><graphml><graph '
                   'edgedefault="directed"><node id="&x;"/></graph></graphml>',
            "deep": "<graphml>" + "<a>" * 10 ** 6,
            "wide": "<graphml " + " ".join(f'a{k}=""' for k in range(10 ** 6)) + "/>",
        }
        for name, text in hostile.items():
            path = self.write(name + ".graphml", text)
            before = os.listdir(self.folder)
            code, out, err, seconds, kib = measured("convert", path, "--to", "graphml", "-o",
                                                    self.path("out.graphml"))
            self.assertEqual(code, 3, err)
            self.assertIn(name + ".graphml:1: ", err)
            self.assertNotIn("secret", err.replace("secret.txt", ""))
            self.assertEqual(os.listdir(self.folder), before, name)
            self.assertLess(kib, 400 << 10, name)

    def test_a_value_of_2_gib_is_refused_in_little_memory(self):
        for name, head in (("a.json", '{"nodes": [{"id": "'), ("b.graphml", "<graphml><key id='")):
            path = self.path(name)
            with open(path, "wb") as file:
                file.write(head.encode())
                block = b"x" * (1 << 20)
                for _ in range(int(os.environ.get("SUPPLYNET_HUGE_MIB", "128"))):
                    file.write(block)
            code, out, err, seconds, kib = measured("inspect", path)
            os.remove(path)
            self.assertEqual(code, 3, err)
            self.assertRegex(err, "value of more than 16 MiB|tag of more than 64 KiB")


class Sheets(Case):
    def setUp(self):
        super().setUp()
        import openpyxl
        self.book = openpyxl.Workbook()
        self.flows = self.book.active
        self.flows.title = "flows"
        self.flows.append(["source", "target", "value", "product", None])
        self.flows.append(['Côte "x", y', "B", 71.25, "ore\nfine"])
        self.flows.append(["B", "C", 12345678901234])

    def save(self, name):
        self.book.save(self.path(name))
        return self.path(name)

    def test_a_workbook_of_one_sheet_is_its_table(self):
        self.assertEqual(self.ok("convert", self.save("a.xlsx")),
                         "source,target,value,basis,product,unit\n"
                         "B,C,12345678901234,reported,all,\n"
                         '"Côte ""x"", y",B,71.25,reported,ore fine,\n')

    def test_sheets_are_the_files_of_a_network(self):
        nodes = self.book.create_sheet("nodes")
        nodes.append(["id", "country", "output"])
        nodes.append(["B", "COD", 7])
        self.book.create_sheet("notes").append(["read me"])
        path = self.save("a.xlsx")
        self.assertIn("\nB,,country,COD,7\n", self.ok("convert", path, "--part", "nodes"))
        self.assertNotIn("COD", self.ok("convert", path + "#flows", "--part", "nodes"))
        err = self.fails(3, "inspect", path + "#flow")
        self.assertIn('holds no sheet "flow" (it holds flows, nodes, notes)', err)
        source = self.json("inspect", path)["provenance"]["inputs"]
        self.assertEqual({s["path"] for s in source}, {path + "#flows", path + "#nodes"})

    def test_an_error_names_the_cell(self):
        self.flows["A7"], self.flows["B7"], self.flows["C7"] = "x", "y", "three"
        err = self.fails(3, "inspect", self.save("a.xlsx"))
        self.assertIn('a.xlsx#flows:7:3: value "three" is not a number (column "value")', err)

    def test_merged_cells_are_refused(self):
        self.flows.merge_cells("A9:C9")
        self.assertIn("the cells A9:C9 are merged", self.fails(3, "inspect", self.save("a.xlsx")))

    def test_a_part_of_an_archive_by_name(self):
        import zipfile
        with zipfile.ZipFile(self.path("z.zip"), "w") as archive:
            archive.writestr("2023.csv", "source,target,value\na,b,1\n")
            archive.writestr("2024.csv", "source,target,value\na,c,1\n")
        self.assertIn("a,c,1", self.ok("convert", self.path("z.zip#2024.csv")))
        self.assertIn("no file", self.fails(3, "inspect", self.path("z.zip#2025.csv")))
        plain = self.write("p.csv", "source,target,value\na,b,1\n")
        self.assertIn("has no part", self.fails(3, "inspect", plain + "#x"))
        odd = self.write("odd#name.csv", "source,target,value\na,b,1\n")
        self.assertIn("a,b,1", self.ok("convert", odd))


LEATHER = os.path.join(SHARED, "fixtures", "io")


@unittest.skipUnless(os.path.isdir(LEATHER), "no ../shared/fixtures/io")
class Leather(Case):
    """Three countries, three sectors (Quast and Kummritz 2015), straight from the matrix."""

    def setUp(self):
        import csv
        import numpy
        super().setUp()
        with open(os.path.join(LEATHER, "leather_io_reference.csv")) as file:
            self.reference = list(csv.DictReader(file))
        with open(os.path.join(LEATHER, "leather_leontief_inverse.csv")) as file:
            inverse = numpy.array([[float(x) for x in row] for row in csv.reader(file)])
        names = [row["sector"] for row in self.reference]
        output = numpy.array([float(row["gross_output"]) for row in self.reference])
        flows = abs(((numpy.eye(9) - numpy.linalg.inv(inverse)) * output).round(1))
        demand, added = output - flows.sum(axis=1), output - flows.sum(axis=0)
        self.matrix = self.write("leather.csv", "\n".join(
            [",".join(["", *names, "Final demand", "output"])]
            + [",".join([name, *map(str, row), repr(float(d)), str(x)])
               for name, row, d, x in zip(names, flows, demand, output)]
            + [",".join(["value added", *(repr(float(v)) for v in added), "", ""]),
               ",".join(["output", *map(str, output), "", ""])]) + "\n")

    def test_upstreamness_downstreamness_and_influence(self):
        rows = self.results("centrality", "--metric", "upstreamness,downstreamness,influence",
                            self.matrix)["groups"][0]["rows"]
        self.assertEqual(len(rows), 9)
        for row in rows:
            known = next(r for r in self.reference if r["sector"] == row["id"])
            for ours, theirs in (("upstreamness", "upstreamness_(I-B)^-1_1"),
                                 ("downstreamness", "downstreamness_1(I-A)^-1"),
                                 ("influence", "influence_vector_alpha0.5")):
                self.assertAlmostEqual(row[ours], float(known[theirs]), 7)

    def test_face_value_and_look_through(self):
        for known in self.reference:
            group = self.results("exposure", "--of", "id=" + known["sector"], self.matrix)["groups"][0]
            got = {row["id"]: row["inputs"] for row in group["suppliers"]}
            for country in ("ARG", "TUR", "DEU"):
                face = "face_value_" + ("share_" if country == "ARG" else "") + country
                look = "lookthrough_" + ("share_" if country == "ARG" else "") + country
                self.assertAlmostEqual(got[country]["face_value"], float(known[face]), 7)
                self.assertAlmostEqual(got[country]["look_through"], float(known[look]), 7)

    def test_extraction_of_a_country(self):
        rows = self.results("centrality", "--metric", "extraction", "--by", "country",
                            self.matrix)["groups"][0]["rows"]
        self.assertEqual({r["id"]: round(r["extraction"], 6) for r in rows},
                         {"ARG": .207864, "TUR": .374340, "DEU": .668383})

    def test_balances_are_reported(self):
        group = self.results("inspect", self.matrix)["groups"][0]
        self.assertAlmostEqual(group["output"], 936.6)
        self.assertLess(group["residual"], 1e-9)
        with open(self.matrix) as file:
            text = file.read().replace(",77.7\n", ",97.7\n", 1)
        code, out, err = run("inspect", self.write("off.csv", text))
        self.assertEqual(code, 1)
        self.assertIn("Argentina.Agriculture and its sales and final demand differ by 20.5 %",
                      " ".join(out.split()))


WIOD = os.path.join(SHARED, "data", "networks", "wiod2011_edges.csv.gz")


@unittest.skipUnless(os.path.exists(WIOD), "no ../shared/data/networks")
class Wiod(unittest.TestCase):
    """41 economies with 35 industries each: dense, and as large as such tables are."""

    @classmethod
    def setUpClass(cls):
        import csv
        import gzip
        import tempfile
        cls.keep = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.keep.cleanup)
        cls.folder = cls.keep.name
        with gzip.open(WIOD, "rt") as file:
            edges = list(csv.reader(file))[1:]
        with open(WIOD.replace("edges.csv.gz", "nodes.csv")) as file:
            nodes = list(csv.reader(file))[1:]
        with open(cls.folder + "/flows.csv", "w") as file:
            file.write("source,target,value\n" + "".join(",".join(e) + "\n" for e in edges))
        with open(cls.folder + "/nodes.csv", "w") as file:
            file.write("id,country,sector,output,final_demand\n"
                       + "".join(",".join(n) + "\n" for n in nodes))
        label = {n[0]: n[1] + "." + n[2] for n in nodes}
        cell = {(s, t): v for s, t, v in edges}
        with open(cls.folder + "/matrix.csv", "w") as file:
            file.write("," + ",".join(label.values()) + ",final_demand,output\n")
            for n in nodes:
                file.write(label[n[0]] + "," + ",".join(cell.get((n[0], m), "") for m in label)
                           + f",{n[4]},{n[3]}\n")

    def measure(self, *args):
        code, out, err, seconds, kib = measured(*args)
        if os.sep + "release" + os.sep in PROGRAM:
            self.assertLess(seconds, 2, args)
        return code, out, err

    def test_inspect_reports_the_balances(self):
        code, out, err = self.measure("inspect", self.folder, "-f", "json")
        self.assertEqual(code, 1)  # what was drawn from stocks is missing in some books
        self.assertIn("final demand of 10 rows is negative (drawn from stocks): taken as 0", err)
        report = json.loads(out)
        self.assertEqual((report["network"]["nodes"], report["network"]["flows"]), (1435, 413525))
        self.assertEqual(report["results"]["structure"]["firms"], 1435)
        group = report["results"]["groups"][0]
        self.assertEqual(group["output"], 141767904)
        self.assertEqual(report["findings"][0]["rule"], "residual")

    def test_answers_come_at_once(self):
        for args in (["whatif", "--remove", "CHN"], ["exposure", "--of", "DEU"],
                     ["exposure", "--to", "CHN"], ["centrality"], ["concentration"]):
            with self.subTest(args[0]):
                code, out, err = self.measure(*args, "-n", self.folder, "-f", "json")
                self.assertEqual(code, 0, err)
                self.assertTrue(json.loads(out)["results"])

    def test_the_matrix_is_the_same_network(self):
        code, out, err = self.measure("concentration", self.folder, "-f", "json")
        code, same, notes = self.measure("concentration", self.folder + "/matrix.csv", "-f", "json")
        self.assertIn("labels are read as country.sector: 41 countries, 35 sectors", notes)
        self.assertIn("final demand of 10 rows is negative", notes)
        one, two = json.loads(out), json.loads(same)
        self.assertEqual(two["network"], one["network"])
        largest = [[(g["stage"], g["hhi"], g["total"]) for g in d["results"]["groups"]]
                   for d in (one, two)]
        self.assertEqual(len(largest[0]), len(largest[1]))


def measured(*args):
    """As run, with processor seconds and the most memory of its own [KiB] (mapped files count)."""
    with subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        out, err = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return (child.returncode, out.decode(), err.decode(), usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss)


if __name__ == "__main__":
    unittest.main()
