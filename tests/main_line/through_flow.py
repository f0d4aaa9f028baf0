#!/usr/bin/env python3
"""The real cost posting flow against the independent reckoning, without hub, network or ERP.

    through_flow.py --drive PATH/main_line_flow_drive [--orders 1000] [--seeds 7,21]

For each policy, seed and delay of receipts: a history, the commands that the flow asks for, the documents that an ERP
would make of them, and the comparison. Then the same with the flow's rounding set wrong, which must be found.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_EVEN, Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import compare  # noqa: E402
import expected  # noqa: E402
import generate  # noqa: E402
import prepare  # noqa: E402

MEMBER = {kind: member for member, kind in compare.RECEIVERS.items()}


def item(debit, account, amount, receiver=None):
    line = {"debitCredit": "D" if debit else "C", "account": account, "amount": str(amount)}
    if receiver:
        line[MEMBER[receiver["kind"]]] = receiver["code"]
    return line


def pair(cost, contra, amount, receiver):
    return [item(amount >= 0, cost, abs(amount), receiver), item(amount < 0, contra, abs(amount))]


def valued(quantity, price):
    return (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)


def document_of(command, policy, earlier):
    """What an ERP makes of a command."""
    erp, payload, kind = policy["erp"], command["payload"], command["kind"]
    accounts = erp["accounts"]
    document = {"document": command["document"], "reference": command["key"], "workOrder": payload["work_order"],
                "companyCode": payload["company_code"], "currency": payload.get("currency")}
    if kind == "journal.post":
        document["items"] = [item(line["side"] == "debit", line["account"], line["amount"], line.get("receiver"))
                             for line in payload["lines"]]
    elif kind == "goods_issue.post":
        document["currency"] = erp["currency"]
        document["items"] = pair(accounts["parts"], accounts["inventory"],
                                 valued(payload["quantity"], erp["prices"][payload["part"]]), payload["receiver"])
    elif kind == "confirmation.post":
        document["currency"] = erp["currency"]
        document["items"] = pair(accounts["labor"], accounts["labor_clearing"],
                                 valued(payload["hours"], erp["rates"][payload["activity"]]), payload["receiver"])
    elif kind == "service_receipt.post":
        document["items"] = pair(accounts["contractor"], accounts["gr_ir"], Decimal(payload["amount"]),
                                 payload["receiver"])
    elif kind.endswith(".reverse"):
        original = earlier[payload["document"]]
        document.update(reverses=payload["document"], currency=original["currency"], items=[
            dict(line, debitCredit="C" if line["debitCredit"] == "D" else "D") for line in original["items"]])
    else:
        raise ValueError(f"the flow asked for {kind}, which no ERP here knows")
    return document


def run_flow(drive, section, events, policy, lag, folder):
    flows_path, events_path = os.path.join(folder, "flows.json"), os.path.join(folder, "events.jsonl")
    with open(flows_path, "w", encoding="utf-8") as stream:
        json.dump(section, stream)
    generate.write_lines(events_path, events)
    answer = subprocess.run([drive, flows_path, events_path, str(lag)], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise RuntimeError(f"the flow failed: {answer.stderr.strip()[-2000:]}")
    documents = {}
    for line in answer.stdout.splitlines():
        command = json.loads(line)
        documents[command["document"]] = document_of(command, policy, documents)
    return list(documents.values())


def differences_of(documents, rows):
    return (compare.compare_balances(rows, list(compare.rows_of_documents(documents)))
            + compare.check_documents(documents))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drive", required=True)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--seeds", default="7,21")
    options = parser.parse_args()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in (int(text) for text in options.seeds.split(",")):
            events, _ = generate.generate(options.orders, seed)
            for name in ("journal", "erp_valued", "accrual"):
                with open(os.path.join(HERE, "policies", name + ".json"), encoding="utf-8") as stream:
                    policy = json.load(stream)
                rows = expected.rows_of(expected.reckon(events, policy))
                section = prepare.flows(policy)
                for lag in (0, 40):
                    documents = run_flow(options.drive, section, events, policy, lag, folder)
                    found = differences_of(documents, rows)
                    faults += len(found)
                    print(f"seed {seed}, {name}, receipts up to {lag} late: {len(events)} events, {len(documents)} "
                          f"documents, {len(rows)} balances, {len(found)} differences")
                    print("".join(f"  {sentence}\n" for sentence in found[:10]), end="")
                section["cost_posting"]["rounding"] = "half_up"
                wrong = differences_of(run_flow(options.drive, section, events, policy, 0, folder), rows)
                if not wrong:
                    faults += 1
                    print(f"seed {seed}, {name}: the flow rounded wrong on purpose and nobody noticed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
