#!/usr/bin/env python3
"""Model files from the command line: written by run and evaluate, loaded by `pretrained`, refused by name."""

from _cli import SMALL, CliTest, checksum, main

PRE = SMALL.replace("replications: 3", "replications: 2") + """\
  - name: pre
    recommender: { name: popularity, pretrained: 'models/base.recommender.r{replication}.h5' }
"""


class RunModels(CliTest):
    def setUp(self):
        super().setUp()
        self.souk("run", "small.yaml", "--replications", "2", "--save-models", "models", "-o", "out.h5", "--quiet")

    def test_every_strategy_of_every_cell_has_a_file(self):
        names = [f for f in self.files() if f.startswith("models/")]
        expected = sorted(f"models/{arm}.{slot}.r{r}.h5" for arm in ("base", "chance") for r in (0, 1)
                          for slot in ("assistant", "coupons", "outreach", "pricing", "recommender"))
        self.assertEqual(names, expected)

    def test_h5py_opens_them(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("no h5py")
        with h5py.File(self.folder / "models/base.recommender.r1.h5") as file:
            self.assertEqual(file.attrs["strategy"], "popularity")
            self.assertEqual(file.attrs["slot"], "recommender")
            self.assertEqual(int(file.attrs["souk_model"][0]), 1)
            self.assertGreater(file["state"].shape[0], 100)

    def test_the_same_run_writes_the_same_bytes(self):
        before = checksum(self.folder / "models/base.recommender.r0.h5")
        self.souk("run", "small.yaml", "--replications", "2", "--save-models", "again", "-o", "out.h5", "--quiet")
        self.assertEqual(checksum(self.folder / "again/base.recommender.r0.h5"), before)

    def test_a_scenario_loads_them_relative_to_its_own_folder(self):
        self.write("pre.yaml", PRE)
        (self.folder / "elsewhere").mkdir()
        out = self.souk("run", "../pre.yaml", "--quiet", "-o", "o.h5", cwd=self.folder / "elsewhere").stdout
        self.assertRegex(out, r"(?m)^ *pre ")
        described = self.souk("describe", "pre.yaml").stdout
        self.assertIn("pretrained: models/base.recommender.r{replication}.h5", described)

    def test_set_takes_it_too(self):
        self.souk("run", "small.yaml", "--replications", "1", "-o", "o.h5", "--quiet", "--set",
                  "arms.base.recommender.pretrained=models/base.recommender.r0.h5")

    def test_mistakes_are_told_before_anything_runs(self):
        self.write("pre.yaml", PRE)
        damaged = self.folder / "models/base.recommender.r1.h5"
        data = bytearray(damaged.read_bytes())
        data[-9] ^= 4
        damaged.write_bytes(data)
        before = self.files()
        self.refused("run", "pre.yaml", "-o", "new.h5", says=["models/base.recommender.r1.h5: is damaged: found", "allowed"])
        damaged.unlink()
        self.refused("run", "pre.yaml", "-o", "new.h5", says="models/base.recommender.r1.h5: cannot be read: No such file")
        self.refused("run", "small.yaml", "-o", "new.h5", "--set",
                     "arms.base.recommender.pretrained=models/chance.recommender.r0.h5",
                     says="found a model of recommender/random; allowed one of recommender/popularity")
        self.refused("run", "small.yaml", "-o", "new.h5", "--set",
                     "arms.base.recommender={name: popularity, scope: shop, pretrained: models/base.recommender.r0.h5}",
                     says=["with { scope: category", "allowed one with { scope: shop"])
        self.refused("run", "small.yaml", "-o", "new.h5", "--set", "arms.base.recommender.pretrained=out.h5",
                     says="out.h5: is a results file of souk; allowed a model file")
        self.refused("run", "small.yaml", "--save-models", "small.yaml", "-o", "new.h5", says="small.yaml")
        self.assertEqual([f for f in before if f != "models/base.recommender.r1.h5"], self.files())
        self.write("bad.yaml", SMALL.replace("recommender: random", "recommender: { name: random, pretrained: 3 }"))
        self.refused("run", "bad.yaml", says=["bad.yaml:18:", "pretrained: found 3; allowed"])


class EvaluateModels(CliTest):
    def test_a_saved_model_gives_the_same_values(self):
        pairs = "".join(f"{u} {(u * 7 + e * e) % 23}\n" for u in range(40) for e in range(8))
        self.write("pairs.txt", pairs)
        strategies = "pop=popularity,knn=item-knn{neighbours: 5},random"
        first = self.souk_json("evaluate", "pairs.txt", "--strategies", strategies, "--save-models", "m", "--json")
        self.assertEqual([f for f in self.files() if f.startswith("m/")], ["m/knn.h5", "m/pop.h5", "m/random.h5"])
        again = self.souk_json("evaluate", "pairs.txt", "--json", "--strategies",
                               "pop=popularity{pretrained: m/pop.h5},knn=item-knn{neighbours: 5, pretrained: m/knn.h5},random")
        for a, b in zip(first["strategies"], again["strategies"]):
            self.assertEqual(a["values"], b["values"])
            self.assertEqual(a["coverage"], b["coverage"])
        self.write("other.txt", pairs + "1 99\n")
        self.refused("evaluate", "other.txt", "--strategies", "popularity{pretrained: m/pop.h5}",
                     says=["m/pop.h5: found a model of another catalogue (23 items", "allowed one of this catalogue (24 items"])
        self.refused("evaluate", "pairs.txt", "--strategies", "item-knn{pretrained: m/knn.h5}",
                     says=["m/knn.h5: found a model of item-knn with { neighbours: 5", "allowed one with { neighbours: "])
        self.write("m/pop.h5", "precious")
        self.refused("evaluate", "pairs.txt", "--strategies", strategies, "--save-models", "m", says="is not overwritten")

    def test_labels_become_file_names(self):
        self.write("pairs.txt", "".join(f"{u} {e}\n" for u in range(4) for e in range(4)))
        self.souk("evaluate", "pairs.txt", "--strategies", "popularity{scope: shop},popularity", "--save-models", "m")
        self.assertEqual([f for f in self.files() if f.startswith("m/")], ["m/popularity-scope--shop-.h5", "m/popularity.h5"])
        self.refused("evaluate", "pairs.txt", "--strategies", "a b=popularity,a/b=random", "--save-models", "m",
                     says="found two strategies that would be saved as m/a-b.h5")


if __name__ == "__main__":
    main()
