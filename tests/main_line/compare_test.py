"""generate.py and compare.py: histories are repeatable and valid, and a wrong ledger is found."""
import contextlib
import io
import os
import re
import sys
import unittest
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import compare  # noqa: E402
import expected  # noqa: E402
import generate  # noqa: E402
import prepare  # noqa: E402
from expected_test import policy  # noqa: E402

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?$")


class Generate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.events, cls.shapes = generate.generate(400, 11)

    def test_same_seed_same_history(self):
        self.assertEqual(generate.generate(400, 11)[0], self.events)
        self.assertNotEqual(generate.generate(400, 12)[0], self.events)

    def test_every_shape_and_every_currency_occurs(self):
        self.assertTrue(all(self.shapes.values()), self.shapes)
        lines = [line for event in self.events for line in event["data"]["lines"]]
        self.assertEqual({line["currency"] for line in lines}, {"EUR", "JPY", "KWD"})
        self.assertEqual({line["kind"] for line in lines}, {"labor", "part", "contractor", "other"})
        self.assertTrue(any(line.get("amount", "").startswith("-") for line in lines))
        self.assertTrue(any(line.get("quantity", "").startswith("-") for line in lines))

    def test_two_periods(self):
        months = {event["data"]["completed_at"][:7] for event in self.events if "completed_at" in event["data"]}
        self.assertEqual(months, {"2026-10", "2026-11"})

    def test_every_number_is_a_decimal_of_the_model(self):
        for event in self.events:
            done = event["data"]["status"] in ("completed", "closed")
            self.assertTrue(not done or "completed_at" in event["data"], event)
            ids = [line["id"] for line in event["data"]["lines"]]
            self.assertEqual(len(ids), len(set(ids)))
            for line in event["data"]["lines"]:
                for name in ("hours", "rate", "quantity", "unit_cost", "amount"):
                    self.assertTrue(NUMBER.match(line.get(name, "0")), (name, line))
                self.assertFalse(line.get("hours", "0").startswith("-"))

    def test_events_come_in_order_of_time(self):
        times = [event["time"] for event in self.events]
        self.assertEqual(times, sorted(times))


class Prepare(unittest.TestCase):
    def test_the_erp_knows_all_that_a_history_names(self):
        seed = prepare.erp_seed(policy("erp_valued"))
        codes = {table: {row.get("code") or row.get("number") for row in rows} for table, rows in seed.items()}
        for event in generate.generate(300, 3)[0]:
            for line in event["data"]["lines"]:
                for name, table in (("craft", "activities"), ("part", "materials"), ("vendor", "vendors"),
                                    ("purchase_order", "purchaseOrders")):
                    self.assertTrue(name not in line or line[name] in codes[table], line)
                bearer = line.get("receiver") or event["data"].get("receiver")
                if bearer:
                    table = {"cost_center": "costCenters", "internal_order": "internalOrders", "asset": "assets"}
                    self.assertIn(bearer["code"], codes[table[bearer["kind"]]])
        kinds = [row["kind"] for row in seed["accounts"]]
        self.assertEqual(len(kinds), len(set(kinds)))  # the ERP determines its accounts by kind

    def test_every_policy_makes_a_configuration(self):
        for name in ("journal", "erp_valued", "accrual"):
            section = prepare.flows(policy(name))
            self.assertEqual(section["cost_posting"]["labor"], policy(name)["carrier"]["labor"])


class Compare(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        events, _ = generate.generate(60, 5)
        cls.rows = expected.rows_of(expected.reckon(events, policy("erp_valued")))

    def test_the_same_ledger(self):
        self.assertEqual(compare.compare_balances(self.rows, self.rows), [])

    def test_periods_are_added_up(self):
        row = self.rows[0]
        parts = [dict(row, period="2026-10", balance="1.00"),
                 dict(row, period="2026-11", balance=str(Decimal(row["balance"]) - 1))]
        self.assertEqual(compare.compare_balances(self.rows, parts + self.rows[1:]), [])

    def test_one_unit_off_missing_and_too_many(self):
        row = self.rows[0]
        off = [dict(row, balance=str(Decimal(row["balance"]) + Decimal("0.001")))] + self.rows[1:]
        self.assertEqual(len(compare.compare_balances(self.rows, off)), 1)
        self.assertEqual(len(compare.compare_balances(self.rows, self.rows[1:])), 1)
        self.assertEqual(len(compare.compare_balances(self.rows, self.rows + [dict(row, account="999")])), 1)
        self.assertEqual(len(compare.compare_balances(self.rows, self.rows + [dict(row, workOrder="")])), 1)

    def test_rows_of_documents(self):
        documents = [{"workOrder": "W", "currency": "EUR", "items": [
            {"debitCredit": "D", "account": "6", "amount": "2.50", "internalOrder": "IO-1"},
            {"debitCredit": "C", "account": "1", "amount": "2.50"}]}]
        rows = list(compare.rows_of_documents(documents))
        self.assertEqual(compare.net_of(rows), {("W", "6", "internal_order", "IO-1", "EUR"): Decimal("2.50"),
                                                ("W", "1", "", "", "EUR"): Decimal("-2.50")})
        listed = [{"account": "6", "receiverKind": "internal_order", "receiver": "IO-1", "currency": "EUR",
                   "balance": "2.50"}, {"account": "1", "currency": "EUR", "balance": "-2.50"}]
        self.assertEqual(compare.compare_own_balances(rows, listed), [])
        self.assertEqual(len(compare.compare_own_balances(rows, listed[:1])), 1)

    def test_documents(self):
        good = {"document": "1", "reference": "A", "currency": "EUR",
                "items": [{"debitCredit": "D", "amount": "1.00"}, {"debitCredit": "C", "amount": "1.00"}]}
        self.assertEqual(compare.check_documents([good, dict(good, document="2", reference="")]), [])
        self.assertEqual(len(compare.check_documents([good, dict(good, document="2")])), 1)
        self.assertEqual(len(compare.check_documents(
            [dict(good, document="3", reference="B", reverses="1"), dict(good, document="4", reference="C",
                                                                         reverses="1")])), 1)
        self.assertEqual(len(compare.check_documents([dict(good, items=good["items"][:1])])), 1)

    def test_exit_code(self):
        answer = {"work_orders": 1, "rows": []}
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(compare.report([], [], answer, []), 0)
            self.assertEqual(compare.report(["x"], [], answer, []), 1)
            self.assertEqual(compare.report([], ["x"], answer, []), 1)


if __name__ == "__main__":
    unittest.main()
