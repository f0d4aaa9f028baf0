#!/usr/bin/env python3
"""What must stand in the ERP after a history of work orders, to the last minor unit.

An independent reckoning: it shares no code with the hub and knows nothing of events in between. The newest snapshot
of each work order is the truth; completed and closed orders bear cost, all others bear none.

    expected.py --history events.jsonl --policy policies/journal.json [--invoices invoices.jsonl] --out expected.json
"""
import argparse
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

MINOR_UNITS = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3, "TND": 3}
KINDS = ("labor", "part", "contractor", "other")
CARRIERS = {"labor": ("journal", "confirmation"), "part": ("journal", "goods_issue"),
            "contractor": ("journal", "service_receipt", "accrual"), "other": ("journal",)}
EXACT = Context(prec=60)  # exact for every product and sum of the model's bounds


class PolicyError(Exception):
    """The policy or the history cannot be reckoned with; the message says what is wrong."""


@dataclass(frozen=True)
class Receiver:
    kind: str
    code: str

    @staticmethod
    def of(value):
        return Receiver(value["kind"], value["code"]) if value and value.get("code") else None


NOBODY = Receiver("", "")


def minor_units(currency):
    if currency not in MINOR_UNITS:
        raise PolicyError(f"currency {currency} is not in the checker's table")
    return MINOR_UNITS[currency]


def rounded(amount, currency, mode):
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=mode, context=EXACT)


def round_together(amounts, currency, mode):
    """Each line rounded alone, the total rounded once, the difference to the largest absolute line (first on ties)."""
    lines = [rounded(amount, currency, mode) for amount in amounts]
    if not lines:
        return lines
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    difference = EXACT.subtract(rounded(total, currency, mode), sum_of(lines))
    largest = max(range(len(lines)), key=lambda index: (abs(lines[index]), -index))
    lines[largest] = EXACT.add(lines[largest], difference)
    return lines


def sum_of(amounts):
    total = Decimal(0)
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def exact_amount(line):
    if line["kind"] == "labor":
        return EXACT.multiply(Decimal(line["hours"]), Decimal(line["rate"]))
    if line["kind"] == "part":
        return EXACT.multiply(Decimal(line["quantity"]), Decimal(line["unit_cost"]))
    return Decimal(line["amount"])


class Ledger:
    """Net balances by (work order, account, receiver, currency): debit positive."""

    def __init__(self):
        self.rows = defaultdict(Decimal)

    def pair(self, work_order, debit, receiver, credit, amount, currency):
        """Debits a cost account with its receiver and credits the account against it; a negative amount swaps."""
        if amount == 0:
            return
        for account, bearer, value in ((debit, receiver, amount), (credit, NOBODY, -amount)):
            key = (work_order, account, bearer.kind, bearer.code, currency)
            self.rows[key] = EXACT.add(self.rows[key], value)

    def nonzero(self):
        return {key: value for key, value in self.rows.items() if value != 0}


class Policy:
    def __init__(self, value):
        self.value = value
        self.mode = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP}[value.get("rounding", "half_even")]
        for kind, carrier in value["carrier"].items():
            allowed = CARRIERS["contractor" if kind == "contractor_without_order" else kind]
            if carrier not in allowed:
                raise PolicyError(f"carrier.{kind} is {carrier}; use one of: {', '.join(allowed)}")

    def carrier(self, line):
        carriers = self.value["carrier"]
        kind = line["kind"]
        if kind == "contractor" and carriers.get("contractor") == "service_receipt" and not line.get("purchase_order"):
            return carriers.get("contractor_without_order", "journal")
        # Without a part number or craft the ERP has nothing to value by: the journal carries the line.
        if kind in ("part", "labor") and not line.get({"part": "part", "labor": "craft"}[kind]):
            return "journal"
        return carriers.get(kind, "journal")

    def accounts(self, order):
        company = order.get("company_code") or self.value["company_code"]
        base = self.value["accounts"]
        own = self.value.get("companies", {}).get(company, {}).get("accounts", {})
        return {"cost": {**base["cost"], **own.get("cost", {})},
                "clearing": {**base["clearing"], **own.get("clearing", {})},
                "capital": own.get("capital", base.get("capital")),
                "accrued": own.get("accrued", base.get("accrued"))}

    def receiver(self, order, line):
        """The line's, else the order's, else the asset's default, else the site's."""
        receivers = self.value.get("receivers", {})
        for value in (line.get("receiver"), order.get("receiver"),
                      receivers.get("by_asset", {}).get(order.get("asset")), receivers.get("fallback")):
            found = Receiver.of(value)
            if found:
                return found
        raise PolicyError(f"{order['number']}, line {line['id']}: nobody bears the cost")


def post_journals(ledger, policy, order, lines):
    accounts = policy.accounts(order)
    for currency in sorted({line["currency"] for line in lines}):
        members = [line for line in lines if line["currency"] == currency]
        amounts = round_together([exact_amount(line) for line in members], currency, policy.mode)
        for line, amount in zip(members, amounts):
            kind = line["kind"]
            debit = accounts["capital"] if line.get("capital") else accounts["cost"][kind]
            ledger.pair(order["number"], debit, policy.receiver(order, line), accounts["clearing"][kind], amount,
                        currency)


def post_line(ledger, policy, order, line, carrier, invoiced):
    """One line that a document of its own carries."""
    erp = policy.value["erp"]
    number, bearer = order["number"], policy.receiver(order, line)
    if carrier == "confirmation":
        rate = erp["rates"].get(line.get("craft"))
        if rate is None:
            raise PolicyError(f"{number}, line {line['id']}: the ERP has no rate for craft {line.get('craft')}")
        amount = EXACT.multiply(Decimal(line["hours"]), Decimal(rate))
        ledger.pair(number, erp["accounts"]["labor"], bearer, erp["accounts"]["labor_clearing"],
                    rounded(amount, erp["currency"], ROUND_HALF_EVEN), erp["currency"])
    elif carrier == "goods_issue":
        price = erp["prices"].get(line.get("part"))
        if price is None:
            raise PolicyError(f"{number}, line {line['id']}: the ERP has no price for part {line.get('part')}")
        amount = EXACT.multiply(Decimal(line["quantity"]), Decimal(price))
        ledger.pair(number, erp["accounts"]["parts"], bearer, erp["accounts"]["inventory"],
                    rounded(amount, erp["currency"], ROUND_HALF_EVEN), erp["currency"])
    elif carrier == "service_receipt":
        ledger.pair(number, erp["accounts"]["contractor"], bearer, erp["accounts"]["gr_ir"],
                    rounded(exact_amount(line), line["currency"], policy.mode), line["currency"])
    elif (number, line["id"]) not in invoiced:  # accrual: stands until the vendor's invoice carries the cost
        accounts = policy.accounts(order)
        debit = accounts["capital"] if line.get("capital") else accounts["cost"]["contractor"]
        ledger.pair(number, debit, bearer, accounts["accrued"],
                    rounded(exact_amount(line), line["currency"], policy.mode), line["currency"])


def newest_snapshots(events):
    orders = {}
    for event in events:
        if event["type"].startswith("workorder."):
            orders[event["subject"]] = event["data"]
    return orders


def reckon(events, policy_value, invoices=()):
    """Ledger after all events and vendor invoices have been worked off."""
    policy, ledger = Policy(policy_value), Ledger()
    invoiced = {(invoice["workOrder"], invoice["workOrderLine"]) for invoice in invoices}
    for order in newest_snapshots(events).values():
        if order["status"] not in ("completed", "closed"):
            continue
        journal_lines = []
        for line in order.get("lines", []):
            carrier = policy.carrier(line)
            if carrier == "journal":
                journal_lines.append(line)
            else:
                post_line(ledger, policy, order, line, carrier, invoiced)
        post_journals(ledger, policy, order, journal_lines)
    erp = policy_value.get("erp", {}).get("accounts", {})
    for invoice in invoices:
        bearer = next((Receiver(kind, invoice[member]) for member, kind in (
            ("costCenter", "cost_center"), ("internalOrder", "internal_order"), ("asset", "asset"))
            if member in invoice), NOBODY)
        if invoice.get("purchaseOrder"):
            raise PolicyError("invoices with a purchase order are not reckoned here")
        ledger.pair(invoice["workOrder"], erp["contractor"], bearer, erp["payable"], Decimal(invoice["amount"]),
                    invoice["currency"])
    return ledger


def rows_of(ledger):
    names = ("workOrder", "account", "receiverKind", "receiver", "currency")
    return [{**dict(zip(names, key)), "balance": format(value, "f")} for key, value in sorted(ledger.nonzero().items())]


def totals_of(ledger, *positions):
    """Sums of cost over the key's given positions, for people: e.g. (2, 3, 4) per receiver and currency."""
    sums = defaultdict(Decimal)
    for key, value in ledger.nonzero().items():
        name = "|".join(key[position] for position in positions)
        sums[name] = EXACT.add(sums[name], value)
    return {name: format(value, "f") for name, value in sorted(sums.items())}


def read_lines(path):
    with open(path, encoding="utf-8") as stream:
        # Numbers that are not whole must never become binary floats.
        return [json.loads(line, parse_float=Decimal) for line in stream if line.strip()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", required=True)
    parser.add_argument("--policy", required=True)
    parser.add_argument("--invoices")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    events = read_lines(options.history)
    with open(options.policy, encoding="utf-8") as stream:
        policy = json.load(stream, parse_float=Decimal)
    try:
        ledger = reckon(events, policy, read_lines(options.invoices) if options.invoices else ())
    except PolicyError as error:
        print(f"expected: {error}", file=sys.stderr)
        return 2
    answer = {"work_orders": len(newest_snapshots(events)), "rows": rows_of(ledger),
              "per_receiver": totals_of(ledger, 2, 3, 4), "per_account": totals_of(ledger, 1, 4)}
    with open(options.out, "w", encoding="utf-8") as stream:
        json.dump(answer, stream, indent=1)
        stream.write("\n")
    print(f"expected: {answer['work_orders']} work orders, {len(answer['rows'])} balances")
    return 0


if __name__ == "__main__":
    sys.exit(main())
