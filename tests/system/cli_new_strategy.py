#!/usr/bin/env python3
"""`souk new-strategy`: the folder and one line, or nothing at all. Works on a copy of the sources."""

from _cli import RepositoryCopy, checksum, main

SLOTS = ["recommender", "coupons", "pricing", "assistant", "outreach"]


class NewStrategy(RepositoryCopy):
    def snapshot(self):
        return {p: checksum(p) for p in sorted(self.repository.rglob("*")) if p.is_file()}

    def test_writes_the_folder_and_registers_it(self):
        before = self.registry.read_text().splitlines()
        self.souk("new-strategy", "pricing", "night-surge", cwd=self.repository)
        folder = self.repository / "strategies/pricing/night_surge"
        self.assertEqual(sorted(p.name for p in folder.iterdir()), ["README.md", "night_surge.cc", "night_surge.h"])
        added = [line for line in self.registry.read_text().splitlines() if line not in before]
        self.assertEqual(added, ['#include "strategies/pricing/night_surge/night_surge.h"',
                                 "      {NightSurgePricingInfo, MakeNightSurgePricing},"])
        self.assertEqual([line for line in self.registry.read_text().splitlines() if line in before], before)

    def test_works_from_a_folder_inside_the_repository(self):
        self.souk("new-strategy", "coupons", "mine", cwd=self.repository / "strategies")
        self.assertTrue((self.repository / "strategies/coupons/mine/mine.cc").exists())

    def test_one_name_may_serve_in_every_slot(self):
        for slot in SLOTS:
            self.souk("new-strategy", slot, "mine", cwd=self.repository)
        for slot in SLOTS:
            self.assertIn(f"strategies/{slot}/mine/mine.h", self.registry.read_text())

    def refuses(self, *arguments, says, cwd=None):
        before = self.snapshot()
        self.refused("new-strategy", *arguments, says=says, cwd=cwd or self.repository)
        self.assertEqual(self.snapshot(), before)

    def test_refuses_bad_names(self):
        for name in ("Surge", "night_surge", "-surge", "surge-", "a--b", "9lives", "../evil", "a/b", "é", "x" * 50):
            self.refuses("pricing", "--", name, says="allowed lower-case words")

    def test_refuses_names_that_exist(self):
        self.refuses("recommender", "item-knn", says="exists already")
        self.souk("new-strategy", "pricing", "surge", cwd=self.repository)
        self.refuses("pricing", "surge", says="exists already")

    def test_refuses_unknown_slots(self):
        self.refuses("princing", "surge", says="did you mean 'pricing'?")

    def test_refuses_outside_the_repository(self):
        self.refuses("pricing", "surge", says="repository", cwd=self.folder)

    def test_refuses_a_registry_without_markers(self):
        self.registry.write_text(self.registry.read_text().replace("// souk:new-strategy entries", ""))
        self.refuses("pricing", "surge", says="souk:new-strategy entries")
        self.assertFalse((self.repository / "strategies/pricing/surge").exists())


if __name__ == "__main__":
    main()
