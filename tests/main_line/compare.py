#!/usr/bin/env python3
"""Compares what stands in the sandbox ERP with what expected.py says, to the last minor unit.

    compare.py --expected expected.json --erp http://127.0.0.1:PORT --token TOKEN [--company 1000] [--wait SECONDS]
    compare.py --expected expected.json --documents documents.json

Balances per work order are added up from the lines of all documents, since the ERP's own list of balances is bounded;
where it fits, the two are compared as well. Also checks that no reference was used by two documents, that nothing was
reversed twice, and that each document's lines balance. Prints every difference; exit code 0 only where there is none,
2 when the ERP could not be read.
"""
import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from decimal import Decimal

SHOWN_MAX = 50
BALANCE_ROWS_MAX = 50_000  # the ERP's list ends there
RECEIVERS = {"costCenter": "cost_center", "internalOrder": "internal_order", "asset": "asset"}
KEY = ("workOrder", "account", "receiverKind", "receiver", "currency")


class ErpUnreadable(Exception):
    """The ERP did not answer as its API says; the message says what."""


class Erp:
    def __init__(self, base, token, company):
        self.base, self.token, self.company = base.rstrip("/"), token, company

    def get(self, path):
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read(), parse_float=Decimal)
        except (OSError, ValueError, urllib.error.HTTPError) as error:
            raise ErpUnreadable(f"GET {self.base}{path}: {error}") from error

    def balances(self):
        return self.get(f"/api/balances?companyCode={self.company}")["rows"]

    def documents(self):
        after, found = "0", []
        while True:
            page = self.get(f"/api/documents?lines=true&limit=1000&after={after}")
            found += [document for document in page["documents"] if document["companyCode"] == self.company]
            if not page.get("more"):
                return found
            if str(page["next"]) == after:
                raise ErpUnreadable("the list of documents does not move on")
            after = str(page["next"])


def net_of(rows, key=KEY):
    """Balances by (work order, account, receiver, currency) over all periods, zero ones left out."""
    sums = defaultdict(Decimal)
    for row in rows:
        # A missing member means "none": rows of clearing accounts have no receiver.
        sums[tuple(row.get(name) or "" for name in key)] += Decimal(row["balance"])
    return {name: value for name, value in sums.items() if value != 0}


def rows_of_documents(documents):
    """One row per line of each document."""
    for document in documents:
        for item in document.get("items", []):
            row = {"workOrder": document.get("workOrder", ""), "account": item["account"],
                   "currency": document["currency"],
                   "balance": Decimal(item["amount"]) * (1 if item["debitCredit"] == "D" else -1)}
            for member, kind in RECEIVERS.items():
                if item.get(member):
                    row["receiverKind"], row["receiver"] = kind, item[member]
            yield row


def compare_own_balances(document_rows, balance_rows):
    """The ERP's list of balances against the lines of its documents: they must tell the same."""
    if len(balance_rows) >= BALANCE_ROWS_MAX:
        return []
    from_lines, from_list = net_of(document_rows, KEY[1:]), net_of(balance_rows, KEY[1:])
    return [f"the ERP's own balance of {' '.join(key)} is {from_list.get(key, 0)}, its documents' lines add up to "
            f"{from_lines.get(key, 0)}" for key in sorted(set(from_lines) | set(from_list))
            if from_lines.get(key, 0) != from_list.get(key, 0)]


def compare_balances(expected_rows, actual_rows):
    """One sentence per difference."""
    expected, actual = net_of(expected_rows), net_of(actual_rows)
    differences = []
    for key in sorted(set(expected) | set(actual)):
        want, have = expected.get(key, Decimal(0)), actual.get(key, Decimal(0))
        if want != have:
            order, account, kind, receiver, currency = key
            bearer = f" on {kind} {receiver}" if kind else ""
            differences.append(f"{order or '(no work order)'}: account {account}{bearer}: {have} {currency} in the "
                               f"ERP, {want} expected, {have - want} off")
    return differences


def check_documents(documents):
    """One sentence per document that breaks a rule."""
    faults = []
    references = Counter(document["reference"] for document in documents if document.get("reference"))
    for reference, count in sorted(references.items()):
        if count > 1:
            numbers = ", ".join(str(document.get("document")) for document in documents
                                if document.get("reference") == reference)
            faults.append(f"reference {reference} was booked {count} times: documents {numbers}")
    reversals = Counter(str(document["reverses"]) for document in documents if document.get("reverses"))
    for number, count in sorted(reversals.items()):
        if count > 1:
            faults.append(f"document {number} was reversed {count} times")
    for document in documents:
        sums = defaultdict(Decimal)
        for item in document.get("items", []):
            sign = 1 if item["debitCredit"] == "D" else -1
            sums[item.get("currency", document.get("currency"))] += sign * Decimal(item["amount"])
        for currency, value in sums.items():
            if value != 0:
                faults.append(f"document {document.get('document')} does not balance: {value} {currency} left over")
    return faults


def report(differences, faults, expected, documents):
    for sentence in (differences + faults)[:SHOWN_MAX]:
        print(sentence)
    hidden = len(differences) + len(faults) - SHOWN_MAX
    if hidden > 0:
        print(f"… and {hidden} more")
    print(f"compare: {expected['work_orders']} work orders, {len(expected['rows'])} balances, "
          f"{len(documents)} documents: {len(differences)} differences, {len(faults)} broken rules")
    return 1 if differences or faults else 0


def read_json(path):
    with open(path, encoding="utf-8") as stream:
        return json.load(stream, parse_float=Decimal)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--expected", required=True)
    parser.add_argument("--erp")
    parser.add_argument("--token", default=os.environ.get("SANDBOX_ERP_TOKEN", ""))
    parser.add_argument("--company", default="1000")
    parser.add_argument("--wait", type=int, default=0, help="ask again until equal, at most so many seconds")
    parser.add_argument("--documents", help="the ERP's documents from a file instead")
    options = parser.parse_args()
    if bool(options.erp) == bool(options.documents):
        parser.error("give either --erp or --documents")
    expected = read_json(options.expected)
    give_up = time.monotonic() + options.wait
    balance_faults = []
    try:
        while True:
            if options.erp:
                erp = Erp(options.erp, options.token, options.company)
                documents = erp.documents()
            else:
                documents = read_json(options.documents)["documents"]
            rows = list(rows_of_documents(documents))
            differences = compare_balances(expected["rows"], rows)
            if not differences or not options.erp or time.monotonic() >= give_up:
                break
            time.sleep(1)
        if options.erp:
            balance_faults = compare_own_balances(rows, erp.balances())
    except ErpUnreadable as error:
        print(f"compare: the ERP could not be read: {error}", file=sys.stderr)
        return 2
    return report(differences, check_documents(documents) + balance_faults, expected, documents)


if __name__ == "__main__":
    sys.exit(main())
