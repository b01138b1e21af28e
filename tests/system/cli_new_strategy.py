#!/usr/bin/env python3
"""`souk new-strategy`: the folder and one line, or nothing at all. Works on a copy of the sources."""

from _cli import RepositoryCopy, checksum, main

CLASSES = {"recommender": "Recommender", "coupons": "Coupons", "pricing": "Pricing", "assistant": "Assistant",
           "outreach": "Outreach"}
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
        self.assertEqual(added, ["SOUK_STRATEGY(NightSurgePricing)"])
        self.assertEqual([line for line in self.registry.read_text().splitlines() if line in before], before)

    def test_works_from_a_folder_inside_the_repository(self):
        self.souk("new-strategy", "coupons", "mine", cwd=self.repository / "strategies")
        self.assertTrue((self.repository / "strategies/coupons/mine/mine.cc").exists())

    def test_one_name_may_serve_in_every_slot(self):
        for slot in SLOTS:
            self.souk("new-strategy", slot, "mine", cwd=self.repository)
        for slot in SLOTS:
            self.assertIn(f"(Mine{CLASSES[slot]})", self.registry.read_text())

    def test_says_when_another_slot_has_a_strategy_of_that_name(self):
        self.assertEqual(self.souk("new-strategy", "pricing", "surge", cwd=self.repository).stderr, "")
        done = self.souk("new-strategy", "coupons", "surge", cwd=self.repository)
        self.assertIn("pricing has a strategy 'surge', too", done.stderr)
        self.assertIn("coupons/surge", done.stderr)

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

    def test_refuses_names_that_would_clash(self):
        # NoCoupons is the class of coupons/none.
        self.refuses("coupons", "no", says="'NoCoupons' is registered already")

    def test_refuses_a_registry_that_is_another_file(self):
        self.registry.write_text("// nothing\n")
        self.refuses("pricing", "surge", says="SOUK_STRATEGY")
        self.assertFalse((self.repository / "strategies/pricing/surge").exists())


if __name__ == "__main__":
    main()
