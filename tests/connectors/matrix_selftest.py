"""The page of what each connector was tested with: a claim too many and a claim too few are both found."""
import importlib.machinery
import importlib.util
import os
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("connector_matrix", os.path.join(ROOT, "tools", "connector_matrix"))
matrix = importlib.util.module_from_spec(importlib.util.spec_from_loader("connector_matrix", loader))
loader.exec_module(matrix)

SYSTEMS = [{"system": "erp", "title": "An ERP", "tested_with": "the fake", "kinds": ["journal.post", "scrap.post"]}]


class Matrix(unittest.TestCase):
    def made(self, shown):
        return matrix.page(SYSTEMS, {"erp": shown})

    def test_a_page_claims_what_ran(self):
        text = self.made({"journal.post": {"fake", "real"}, "read stock": {"fake"}})
        self.assertEqual(matrix.claims(text), {("erp", "journal.post", "fake"), ("erp", "read stock", "fake"),
                                               ("erp", "journal.post", "**real system**")})
        self.assertIn("| Scrap | `scrap.post` | – |", text)

    def compared(self, kept, ran, tested_with="the fake"):
        before, matrix.PAGE = matrix.PAGE, os.path.join(os.environ.get("TMPDIR", "/tmp"), f"matrix_{os.getpid()}.md")
        try:
            with open(matrix.PAGE, "w", encoding="utf-8") as file:
                file.write(self.made(kept).replace("Tested with the fake", f"Tested with {tested_with}"))
            return matrix.check(self.made(ran))
        finally:
            os.remove(matrix.PAGE)
            matrix.PAGE = before

    def test_a_claim_without_proof_is_found(self):
        self.assertEqual(self.compared({"journal.post": {"fake", "real"}}, {"journal.post": {"fake"}}), 1)

    def test_what_ran_and_is_not_said_is_found(self):
        self.assertEqual(self.compared({}, {"journal.post": {"fake"}}), 1)

    def test_a_definition_counts_where_others_of_the_system_are_at_hand(self):
        self.assertEqual(self.compared({"journal.post": {"definition"}, "scrap.post": {"definition"}},
                                       {"journal.post": {"definition"}}), 1)

    def test_a_page_written_by_hand_is_found(self):
        self.assertEqual(self.compared({"journal.post": {"fake"}}, {"journal.post": {"fake"}}, "by another"), 1)

    def test_a_definition_that_is_not_at_hand_is_no_fault_but_anything_else_is(self):
        self.assertEqual(self.compared({"journal.post": {"fake", "definition"}}, {"journal.post": {"fake"}}), 0)
        self.assertEqual(self.compared({"journal.post": {"fake"}}, {"journal.post": {"fake"}}), 0)


if __name__ == "__main__":
    unittest.main()
