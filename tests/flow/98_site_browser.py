"""The folder of a league in a browser, from the disk: its plots, and drawings where npm was not there."""
import glob
import os
import unittest

import browser
import flow

LEAGUE = """return league {
  name = "cup", slots = 8, scenarios = { { file = "village.lua", family = "june" } }, seeds = { 1, 2 },
  seats = { "Home 1", "Home 2" }, entrants = { "plain.lua", "other.lua" },
}
"""


@unittest.skipUnless(browser.find(), "there is no chromium here (Debian: apt install chromium)")
class SiteInBrowser(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("other.lua", flow.PLAIN.replace("rate = 36", "rate = 34"))
        self.write("l.lua", LEAGUE)
        self.lunagrid("league", "l.lua", "--out", "out", "-q")

    def browser(self, **how):
        tab = browser.Browser(**how)
        self.addCleanup(tab.close)
        return tab

    def open(self, tab, page):
        tab.go("file://" + page)
        tab.until(f"document.readyState === 'complete' && location.pathname === {page!r}")
        self.assertEqual(tab.problems, [], page)

    def test_every_kind_of_page(self):
        """Nothing fails, each figure is a plot or a drawing, and on a phone no page moves sideways."""
        rich = os.path.exists(self.path("out/site/uplot.js"))
        for phone in (False, True):
            tab = self.browser(phone=phone, width=380 if phone else 1200)
            for kind in ("index.html", "entrants/*.html", "games/*.html", "seats/*.html"):
                page = sorted(glob.glob(self.path("out/" + kind)))[0]
                self.open(tab, page)
                self.assertLessEqual(tab.run("document.documentElement.scrollWidth - window.innerWidth"), 0, page)
                count = tab.run("document.querySelectorAll('figure.plot').length")
                self.assertEqual(count > 0, kind.startswith(("games", "seats")), page)
                self.assertEqual(tab.run("document.querySelectorAll('figure.plot .uplot canvas').length"), count if rich else 0, page)
                shown = "[...document.querySelectorAll('figure.plot .drawing')].filter(d => !d.hidden).length"
                self.assertEqual(tab.run(shown), 0 if rich else count, page)

    def test_without_what_npm_brings_there_are_drawings(self):
        for name in ("uplot.js", "uplot.css", "plots.js"):
            if os.path.exists(self.path("out/site/" + name)):
                self.write("out/site/" + name, "")
        tab = self.browser()
        self.open(tab, sorted(glob.glob(self.path("out/games/*.html")))[0])
        self.assertEqual(tab.run("document.querySelectorAll('.uplot').length"), 0)
        self.assertGreater(tab.run("document.querySelectorAll('figure.plot svg path, figure.plot svg polyline').length"), 0)


if __name__ == "__main__":
    flow.main()
