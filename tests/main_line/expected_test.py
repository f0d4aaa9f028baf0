"""expected.py against cases that were reckoned by hand."""
import json
import os
import sys
import unittest
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import expected  # noqa: E402

CC = {"kind": "cost_center", "code": "CC-100"}


def policy(name="journal"):
    with open(os.path.join(HERE, "policies", name + ".json"), encoding="utf-8") as stream:
        return json.load(stream)


def other(amount, currency="EUR", line_id="L1", **more):
    return {"kind": "other", "id": line_id, "currency": currency, "amount": amount, **more}


def order(status, lines, number="WO-1", **more):
    return {"type": f"workorder.{status}", "subject": number,
            "data": {"number": number, "status": status, "receiver": CC, "lines": lines, **more}}


def balances(events, policy_value=None, invoices=()):
    """{"account receiver currency": "balance"}"""
    rows = expected.rows_of(expected.reckon(events, policy_value or policy(), invoices))
    return {" ".join(part for part in (row["account"], row["receiver"], row["currency"]) if part): row["balance"]
            for row in rows}


class RoundTogether(unittest.TestCase):
    def check(self, currency, amounts, wanted, mode=ROUND_HALF_EVEN):
        lines = expected.round_together([Decimal(amount) for amount in amounts], currency, mode)
        self.assertEqual([format(line, "f") for line in lines], wanted)

    def test_ties_go_to_the_even_digit(self):
        self.check("EUR", ["0.125"], ["0.12"])
        self.check("EUR", ["0.135"], ["0.14"])
        self.check("EUR", ["-0.125"], ["-0.12"])
        self.check("JPY", ["2.5"], ["2"])
        self.check("KWD", ["0.0005"], ["0.000"])

    def test_half_up_goes_away_from_zero(self):
        self.check("EUR", ["0.125"], ["0.13"], ROUND_HALF_UP)
        self.check("EUR", ["-0.125"], ["-0.13"], ROUND_HALF_UP)

    def test_difference_goes_to_the_largest_line(self):
        # 3 × 1.004 = 3.012 → 3.01; lines 1.00 each → 0.01 to the first of three equal ones.
        self.check("EUR", ["1.004", "1.004", "1.004"], ["1.01", "1.00", "1.00"])
        # 0.004 + 0.004 + 5.00 = 5.008 → 5.01: the largest gets it.
        self.check("EUR", ["0.004", "0.004", "5.00"], ["0.00", "0.00", "5.01"])
        # Largest by its absolute value: −9.006 rounds to −9.01; sum −8.002 → −8.00; lines 1.00 − 9.01 = −8.01.
        self.check("EUR", ["1.004", "-9.006"], ["1.00", "-9.00"])

    def test_no_lines(self):
        self.check("EUR", [], [])


class Journals(unittest.TestCase):
    def test_each_kind_on_its_accounts(self):
        lines = [{"kind": "labor", "id": "1", "currency": "EUR", "hours": "1.25", "rate": "47.33", "craft": "MECH"},
                 {"kind": "part", "id": "2", "currency": "EUR", "quantity": "3", "unit_cost": "0.335",
                  "part": "P-1001"},
                 {"kind": "contractor", "id": "3", "currency": "EUR", "amount": "200.00"}]
        # 59.1625 → 59.16; 1.005 → 1.00 (half even); 200.00; sum 260.1675 → 260.17, so 0.01 to the contractor.
        self.assertEqual(balances([order("completed", lines)]), {
            "610000 CC-100 EUR": "59.16", "181000 EUR": "-59.16", "620000 CC-100 EUR": "1.00", "182000 EUR": "-1.00",
            "630000 CC-100 EUR": "200.01", "183000 EUR": "-200.01"})

    def test_one_journal_per_currency(self):
        lines = [other("10.5", "JPY", "1"), other("1.0005", "KWD", "2"), other("0.005", "EUR", "3")]
        self.assertEqual(balances([order("completed", lines)]), {
            "640000 CC-100 JPY": "10", "184000 JPY": "-10", "640000 CC-100 KWD": "1.000", "184000 KWD": "-1.000"})

    def test_credit_and_capital(self):
        lines = [other("-20.00", line_id="1"), other("50.00", line_id="2", capital=True)]
        self.assertEqual(balances([order("completed", lines)]), {
            "640000 CC-100 EUR": "-20.00", "015000 CC-100 EUR": "50.00", "184000 EUR": "-30.00"})

    def test_receiver_line_order_asset_fallback(self):
        lines = [other("1.00", line_id="1", receiver={"kind": "internal_order", "code": "IO-9001"}),
                 other("2.00", line_id="2")]
        self.assertEqual(balances([order("completed", lines)])["640000 IO-9001 EUR"], "1.00")
        self.assertEqual(balances([order("completed", lines)])["640000 CC-100 EUR"], "2.00")
        without = order("completed", [other("3.00")], asset="BOILER-01")
        del without["data"]["receiver"]
        self.assertEqual(balances([without])["640000 CC-300 EUR"], "3.00")
        without["data"]["asset"] = "UNKNOWN"
        self.assertEqual(balances([without])["640000 CC-400 EUR"], "3.00")

    def test_accounts_of_a_company(self):
        value = policy()
        value["companies"] = {"2000": {"accounts": {"cost": {"other": "649999"}}}}
        self.assertEqual(balances([order("completed", [other("1.00")], company_code="2000")], value),
                         {"649999 CC-100 EUR": "1.00", "184000 EUR": "-1.00"})

    def test_nobody_bears_the_cost(self):
        value = policy()
        value["receivers"] = {}
        event = order("completed", [other("1.00")])
        del event["data"]["receiver"]
        with self.assertRaises(expected.PolicyError):
            balances([event], value)


class Histories(unittest.TestCase):
    COST = {"640000 CC-100 EUR": "5.00", "184000 EUR": "-5.00"}

    def test_newest_snapshot_holds(self):
        five, nine = [other("5.00")], [other("9.00")]
        self.assertEqual(balances([order("completed", nine), order("completed", five)]), self.COST)
        self.assertEqual(balances([order("completed", five), order("closed", five)]), self.COST)
        self.assertEqual(balances([order("completed", nine), order("reopened", nine), order("completed", five)]),
                         self.COST)
        self.assertEqual(balances([order("completed", five)] * 3), self.COST)

    def test_open_and_cancelled_orders_bear_nothing(self):
        for status in ("released", "started", "reopened", "cancelled"):
            event = order(status, [other("5.00")])
            event["data"]["status"] = {"started": "in_progress"}.get(status, status)
            self.assertEqual(balances([order("completed", [other("5.00")]), event]), {}, status)

    def test_orders_stay_apart(self):
        events = [order("completed", [other("5.00")], number="A"), order("completed", [other("-5.00")], number="B")]
        self.assertEqual(len(expected.rows_of(expected.reckon(events, policy()))), 4)


class EachCostOnce(unittest.TestCase):
    LINES = [{"kind": "labor", "id": "1", "currency": "EUR", "hours": "1.5", "rate": "40", "craft": "ELEC"},
             {"kind": "part", "id": "2", "currency": "EUR", "quantity": "7", "unit_cost": "1", "part": "P-1002"},
             {"kind": "contractor", "id": "3", "currency": "KWD", "amount": "1.2345", "purchase_order": "PO-1"},
             {"kind": "contractor", "id": "4", "currency": "EUR", "amount": "100.00"}]

    def test_the_erp_values(self):
        # 1.5 × 71.335 = 107.0025 → 107.00; 7 × 0.085 = 0.595 → 0.60 (even); 1.2345 → 1.234 (even); 100 in a journal.
        self.assertEqual(balances([order("completed", self.LINES)], policy("erp_valued")), {
            "610000 CC-100 EUR": "107.00", "181000 EUR": "-107.00", "620000 CC-100 EUR": "0.60",
            "300000 EUR": "-0.60", "630000 CC-100 KWD": "1.234", "191000 KWD": "-1.234",
            "630000 CC-100 EUR": "100.00", "183000 EUR": "-100.00"})

    def test_a_part_that_the_erp_values_has_no_share_in_the_journals_rounding(self):
        lines = [other("1.004", line_id="1"), other("1.004", line_id="2"),
                 {"kind": "part", "id": "3", "currency": "EUR", "quantity": "1", "unit_cost": "1.004",
                  "part": "P-1001"}]
        # Journal alone: 2.008 → 2.01; with the part line in it, it would be 3.012 → 3.01 with lines 1.01 1.00 1.00.
        self.assertEqual(balances([order("completed", lines)], policy("erp_valued")), {
            "640000 CC-100 EUR": "2.01", "184000 EUR": "-2.01", "620000 CC-100 EUR": "12.50", "300000 EUR": "-12.50"})

    def test_without_part_number_or_craft_the_journal_carries_the_line(self):
        lines = [{"kind": "part", "id": "1", "currency": "EUR", "quantity": "2", "unit_cost": "9"},
                 {"kind": "labor", "id": "2", "currency": "EUR", "hours": "1", "rate": "30.00"}]
        self.assertEqual(balances([order("completed", lines)], policy("erp_valued")), {
            "620000 CC-100 EUR": "18.00", "182000 EUR": "-18.00", "610000 CC-100 EUR": "30.00", "181000 EUR": "-30.00"})

    def test_returned_part(self):
        lines = [{"kind": "part", "id": "1", "currency": "JPY", "quantity": "-2", "unit_cost": "9", "part": "P-1001"}]
        self.assertEqual(balances([order("completed", lines)], policy("erp_valued")), {
            "620000 CC-100 EUR": "-25.00", "300000 EUR": "25.00"})

    def test_accrual_until_the_invoice(self):
        lines = [self.LINES[3]]
        self.assertEqual(balances([order("completed", lines)], policy("accrual")), {
            "630000 CC-100 EUR": "100.00", "190000 EUR": "-100.00"})
        invoice = {"workOrder": "WO-1", "workOrderLine": "4", "amount": "104.50", "currency": "EUR",
                   "costCenter": "CC-100"}
        self.assertEqual(balances([order("completed", lines)], policy("accrual"), [invoice]), {
            "630000 CC-100 EUR": "104.50", "160000 EUR": "-104.50"})

    def test_unknown_craft_and_carrier(self):
        line = {"kind": "labor", "id": "1", "currency": "EUR", "hours": "1", "rate": "1", "craft": "NONE"}
        with self.assertRaises(expected.PolicyError):
            balances([order("completed", [line])], policy("erp_valued"))
        value = policy()
        value["carrier"]["labor"] = "goods_issue"
        with self.assertRaises(expected.PolicyError):
            balances([], value)


if __name__ == "__main__":
    unittest.main()
