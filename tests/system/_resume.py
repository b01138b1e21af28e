"""What the tests of resuming and of stopping rules share."""

from _cli import CliTest

# Enough of a difference between the arms for a rule to settle it, and little enough to need more than the first look.
RULED = """\
name: ruled
question: When is it enough?
seed: 7
replications: 3
time: { warmup_days: 2, days: 3 }
catalogue: { items: 60, departments: 3, categories: 6, brands: 5, cost_share: 0.6 }
population: { shoppers: 100 }
browse: { stay_a: 1, stay_b: 1 }
incumbent: base
arms:
  - { name: base, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none }
  - { name: oracle, recommender: oracle }
"""


class Files(CliTest):
    def setUp(self):
        import _results
        self.results = _results
        super().setUp()
        self.write("ruled.yaml", RULED)

    def path(self, name):
        return self.folder / name

    def run_small(self, output, *more, **options):
        return self.souk("run", "small.yaml", "--replications", "6", "-o", output, *more, **options)

    def whole(self):
        """whole.h5, the run of all six in one go."""
        self.once("whole.h5", "small.yaml", "--replications", "6")

    def assert_same(self, a, b):
        self.assertEqual(self.results.differences(self.path(a), self.path(b)), [])

    def parts(self, name="out.h5"):
        """Numbers of the parts that wait to be merged."""
        return sorted(int(p.stem[1:]) for p in self.folder.glob(f"{name}.parts/*/r*.h5"))
