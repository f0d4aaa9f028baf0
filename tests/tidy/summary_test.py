"""tools/summary.py: what counts as passed, failed and skipped."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

from summary import count_cases, read_programs  # noqa: E402

GOOGLE = """[==========] Running 4 tests from 1 test suite.
[       OK ] A.b (0 ms)
[       OK ] A.c (12 ms)
[  SKIPPED ] A.s (0 ms)
[  FAILED  ] All/A.d/0, where GetParam() = 7 (1 ms)
[  FAILED  ] 1 test, listed below:
[  FAILED  ] All/A.d/0, where GetParam() = 7
"""
PYTHON = """FAIL: test_b (test_x.T.test_b)
Ran 5 tests in 0.001s

FAILED (failures=1, errors=1, skipped=1)
"""


class CountCases(unittest.TestCase):
    def test_googletest(self):
        counts, failed = count_cases(GOOGLE)
        self.assertEqual((counts.passed, counts.failed, counts.skipped), (2, 1, 1))
        self.assertEqual(failed, ["All/A.d/0"])

    def test_unittest(self):
        counts, failed = count_cases(PYTHON)
        self.assertEqual((counts.passed, counts.failed, counts.skipped), (2, 2, 1))
        self.assertEqual(failed, ["test_b"])

    def test_plain_program(self):
        counts, _ = count_cases("all is well\n")
        self.assertEqual((counts.passed, counts.failed, counts.skipped), (0, 0, 0))


class ReadPrograms(unittest.TestCase):
    def counts(self, case):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as report:
            report.write(f"<testsuite>{case}</testsuite>")
            report.flush()
            counts = read_programs(report.name)[0].counts
            return counts.passed, counts.failed, counts.skipped

    def test_plain_pass(self):
        self.assertEqual(self.counts('<testcase name="a" time="1" status="run"/>'), (1, 0, 0))

    def test_crash_after_good_cases_is_a_failure(self):
        case = ('<testcase name="a" time="1" status="fail"><failure/>'
                "<system-out>[       OK ] A.b (0 ms)\n</system-out></testcase>")
        self.assertEqual(self.counts(case), (1, 1, 0))

    def test_program_that_was_not_built_is_a_failure(self):
        case = '<testcase name="a" time="0" status="notrun"><skipped message="Unable to find executable"/></testcase>'
        self.assertEqual(self.counts(case), (0, 1, 0))

    def test_disabled_is_skipped(self):
        case = '<testcase name="a" time="0" status="disabled"><skipped message="Disabled"/></testcase>'
        self.assertEqual(self.counts(case), (0, 0, 1))


if __name__ == "__main__":
    unittest.main()
