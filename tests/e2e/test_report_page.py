"""The page in a browser: nothing asked of anybody, no error, no clipped label, open to all readers."""
import os
import shutil
import subprocess
import tempfile
import unittest

import browser
from support import PROGRAM, Case, run

# Labels of a picture that leave it, or lie on one another by more than a hair.
LABELS = """(() => {
  const bad = [], fit = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 5;
  for (const svg of document.querySelectorAll("figure svg")) {
    const frame = svg.getBoundingClientRect(), seen = [];
    for (const text of svg.querySelectorAll("text:not(.continent)")) {
      const box = text.getBoundingClientRect();
      if (!box.width || !text.textContent)
        continue;
      const where = text.closest("section").id + ": " + text.textContent;
      if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 3 || box.bottom > frame.bottom + 3)
        bad.push(where + " is cut off");
      for (const [other, name] of seen)
        if (fit(box, other))
          bad.push(where + " lies on " + name);
      seen.push([box, text.textContent]);
    }
  }
  return bad;
})()"""

VIOLATIONS = """(async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | "));
})()"""


def axe_script():
    """The text of axe-core, fetched once into the build folder, or why there is none."""
    folder = os.path.join(os.path.dirname(os.path.dirname(PROGRAM)), "axe")
    script = os.path.join(folder, "node_modules", "axe-core", "axe.min.js")
    if not os.path.exists(script):
        npm = shutil.which("npm")
        if npm is None:
            return None, "npm is not installed"
        os.makedirs(folder, exist_ok=True)
        done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", folder,
                               "axe-core@4.10.3"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        if done.returncode != 0:
            return None, "npm cannot fetch axe-core: " + done.stdout.decode("utf-8", "replace")[-200:]
    with open(script, encoding="utf-8") as file:
        return file.read(), None


@unittest.skipIf(browser.CHROMIUM is None, "no Chromium here: the page is not looked at")
class Page(Case):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.whole = os.path.join(folder.name, "minerals.html")
        code, _, err = run("report", "-o", cls.whole)
        assert code == 0, err
        cls.browser = browser.Browser()
        cls.addClassCleanup(cls.browser.close)

    def page(self, *args, name="page.html"):
        path = self.path(name)
        self.ok("report", *args, "-o", path)
        return path

    def documents(self):
        paths = []
        for verb in (("chokepoints", "-c", "cobalt"), ("whatif", "--remove", "CHN", "-c", "gallium|cobalt"),
                     ("exposure", "--of", "JPN", "-c", "lithium"), ("concentration", "-c", "nickel|cobalt"),
                     ("simulate", "--scenario", "cod-cobalt-2025", "-c", "cobalt", "--buyer", "CHN", "--mitigate",
                      "stock=60d", "--series")):
            paths.append(self.path(verb[0] + ".json"))
            self.ok(*verb, "-f", "json", "-o", paths[-1])
        return paths

    def trade(self):
        return self.write("trade.csv", "source,target,commodity,value,year\n"
                          "CHN,JPN,rare,90,2010\nUSA,JPN,rare,10,2010\nCHN,JPN,rare,58,2020\nVNM,JPN,rare,14,2020\n"
                          "USA,JPN,rare,8,2020\nFRA,JPN,rare,5,2020\nCHN,KOR,rare,30,2010\nCHN,KOR,rare,35,2020\n")

    def look(self, path, **how):
        """Open a page and hold it against what every page must be."""
        self.browser.open(path, **how)
        self.assertEqual(self.browser.messages, [])
        self.assertEqual([r for r in self.browser.requests if not r.startswith(("file://" + path, "data:"))], [])
        self.assertLessEqual(self.browser.evaluate("document.documentElement.scrollWidth - innerWidth"), 0)

    def test_pages_of_the_built_in_data_are_quiet_and_legible(self):
        path = self.whole
        self.assertLess(os.path.getsize(path), 1e6)
        for width in (1440, 390):
            for commodity, dark in (("gallium", False), ("cobalt", True), ("aluminium", False), ("nickel", True)):
                with self.subTest(width=width, commodity=commodity):
                    self.look(path, width=width, dark=dark, hash=f"#c={commodity}&stop=CHN&buyer=JPN")
                    self.assertEqual(self.browser.evaluate(LABELS)[:5], [])
        self.look(path)
        self.assertLess(self.browser.evaluate("performance.getEntriesByType('navigation')[0].domComplete"), 3000)
        self.assertTrue(self.browser.pdf().startswith(b"%PDF"))
        self.assertEqual(self.browser.messages, [])

    def test_what_is_chosen_is_shown_and_equals_the_answer_of_the_verb(self):
        path = self.page("-c", "cobalt|gallium")
        self.look(path)
        stops = {s["id"]: k for k, s in enumerate(self.results("report", "-c", "cobalt|gallium")["stops"])}
        commodities = [c["id"] for c in self.results("report", "-c", "cobalt|gallium")["commodities"]]
        self.browser.choose("choose-view", str(commodities.index("cobalt")))
        self.browser.choose("choose-stop", str(stops["COD"]))
        self.browser.choose("choose-buyer", "KOR")
        shown = self.browser.evaluate("document.getElementById('answer').textContent")
        text = self.ok("whatif", "--remove", "COD", "-c", "cobalt", "--buyer", "KOR", "-f", "csv")
        loss = float(text.split("\n")[1].split(",")[2])
        self.assertIn(f"{100 * loss:.1f} %", shown)
        self.assertIn("2187 t a year", shown)
        self.assertIn("DR Congo, mining", shown)
        self.assertIn("China, refining", shown)
        self.assertIn("stop=COD", self.browser.evaluate("location.hash"))
        whole = self.results("whatif", "--remove", "COD", "-c", "cobalt")["total"]
        self.assertIn(f"{100 * whole['loss']:.1f} %", shown)

    def test_every_number_of_a_picture_stands_in_the_data(self):
        path = self.page("-c", "graphite")
        self.look(path)
        texts = self.browser.evaluate("""Array.from(document.querySelectorAll("figure tspan.num, .big, .heat td"), e => e.textContent)""")
        known = set()

        def gather(value):
            if isinstance(value, str):
                known.add(value)
            elif isinstance(value, dict):
                for one in value.values():
                    gather(one)
            elif isinstance(value, list):
                for one in value:
                    gather(one)

        gather(self.results("report", "-c", "graphite"))
        self.assertGreater(len(texts), 50)
        self.assertEqual([t for t in texts if t not in known and t != "-"], [])

    def test_a_hostile_name_is_drawn_as_text(self):
        name = "</script><img src=x onerror=alert(1)>"
        flows = self.write("flows.csv", f"source,target,value\nmine,{name},80\n{name},factory,60\nmine,factory,10\n")
        self.look(self.page("-n", flows, "--title", name))
        self.assertEqual(self.browser.dialogs, [])
        self.assertEqual(self.browser.evaluate("document.images.length"), 0)
        self.assertIn(name, self.browser.evaluate("document.querySelector('h1').textContent"))
        self.assertIn(name, self.browser.evaluate("document.getElementById('heat').textContent"))
        self.browser.evaluate("""(() => { const s = document.createElement("script"); s.textContent = "window.ran = 1";
            document.body.appendChild(s); })()""")
        self.assertIsNone(self.browser.evaluate("window.ran"))  # the policy lets our scripts run and no other

    def test_pages_of_reports_and_comparisons(self):
        pages = [self.page(*self.documents(), name="documents.html"),
                 self.page("--compare", self.trade() + "@2010", self.trade() + "@2020", "--buyer", "JPN", name="compare.html"),
                 self.page("-c", "cobalt", "--scenario", "cod-cobalt-2025", "--mitigate", "stock=60d", name="time.html"),
                 self.page("-n", "drc-copper-cobalt-2023", name="firms.html")]
        for path in pages:
            for width in (1440, 390):
                with self.subTest(path=path, width=width):
                    self.look(path, width=width)
                    self.assertEqual(self.browser.evaluate(LABELS)[:5], [])

    def test_axe_finds_nothing(self):
        script, reason = axe_script()
        if script is None:
            self.skipTest(reason)
        pages = [(self.whole, False), (self.whole, True),
                 (self.page(*self.documents(), name="documents.html"), False),
                 (self.page("--compare", self.trade() + "@2010", self.trade() + "@2020", name="compare.html"), True)]
        for path, dark in pages:
            for width in (1440, 390):
                with self.subTest(path=path, width=width):
                    self.look(path, width=width, dark=dark)
                    self.browser.evaluate(script + ";0")
                    self.assertEqual(self.browser.evaluate(VIOLATIONS), [])


if __name__ == "__main__":
    unittest.main()
