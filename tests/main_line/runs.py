"""Generated histories through the real hub into the real sandbox ERP, and what stands there in the end."""
import copy
import json
import os
import random
import time
import zlib
from collections import Counter, defaultdict
from decimal import Decimal
from urllib.parse import urlsplit

import compare
import expected
import generate
import prepare
import send
import world

HERE = os.path.dirname(os.path.abspath(__file__))


class Outcome:
    """What one run gave; `faults` is empty where all holds."""

    def __init__(self):
        self.orders = self.events = self.documents = self.balances = self.invoices = 0
        self.kills = self.replays = self.retries = self.fired = 0
        self.seconds = 0.0
        self.faults = []

    def figure(self):
        words = [f"{self.orders} orders, {self.events} events, {self.documents} documents, {self.balances} balances"]
        words += [f"{self.invoices} invoices"] if self.invoices else []
        words += [f"{self.kills} kills"] if self.kills else []
        words += [f"misbehaved {self.fired} times"] if self.fired else []
        words += [f"{self.replays} replays by a person"] if self.replays else []
        words += [f"{self.seconds:.0f} s", f"{len(self.faults)} differences"]
        return ", ".join(words) + (": " + "; ".join(self.faults[:3]) if self.faults else "")


def policy_named(name):
    with open(os.path.join(HERE, "policies", name + ".json"), encoding="utf-8") as stream:
        return json.load(stream)


class Feed:
    """The senders of one file, and how far they are."""

    def __init__(self, port, path, token, values, key, connections=8, limit_s=900):
        give_up = time.monotonic() + limit_s
        address = urlsplit(f"http://127.0.0.1:{port}{path}")
        self.senders = [send.Sender(address, token, give_up) for _ in range(connections)]
        for value in values:
            place = zlib.crc32((value.get(key) or "").encode()) % connections
            self.senders[place].lines.append(json.dumps(value, ensure_ascii=False))
        for sender in self.senders:
            sender.daemon = True
            sender.start()

    def sent(self):
        return sum(sender.sent for sender in self.senders)

    def finish(self, outcome):
        for sender in self.senders:
            sender.join()
        outcome.retries += sum(sender.retries for sender in self.senders)
        outcome.faults += [f"refused: {text}" for sender in self.senders for text in sender.refused]


def order_invoices(events, policy_value):
    """A vendor's invoice for each contractor line with a purchase order, as far as the order's receipts go."""
    policy, found, room = expected.Policy(policy_value), [], defaultdict(Decimal)
    orders = [order for order in expected.newest_snapshots(events).values()
              if order["status"] in ("completed", "closed")]
    lines = [(order, line) for order in orders for line in order["lines"] if policy.carrier(line) == "service_receipt"]
    amounts = [expected.rounded(expected.exact_amount(line), line["currency"], policy.mode) for _, line in lines]
    for (_, line), amount in zip(lines, amounts):
        room[line["purchase_order"]] += amount
    for (order, line), amount in zip(lines, amounts):
        if amount <= 0 or amount > room[line["purchase_order"]]:
            continue
        room[line["purchase_order"]] -= amount
        found.append({"companyCode": policy_value["company_code"], "postingDate": "2026-11-20",
                      "vendor": line["vendor"], "vendorInvoice": f"PO-{len(found) + 1:06d}",
                      "purchaseOrder": line["purchase_order"], "amount": format(amount, "f"),
                      "currency": line["currency"], "workOrder": order["number"], "workOrderLine": line["id"]})
    return found


def add_order_invoices(ledger, invoices, accounts):
    """What was received is cleared without cost: no row has a receiver."""
    for invoice in invoices:
        ledger.pair(invoice["workOrder"], accounts["gr_ir"], expected.NOBODY, accounts["payable"],
                    Decimal(invoice["amount"]), invoice["currency"])


def check(plant, rows, sabotage=""):
    """(documents, sentences) of the ERP against the expected rows."""
    erp = compare.Erp(f"http://127.0.0.1:{plant.erp.port}", world.ERP_TOKEN, "1000")
    documents = erp.documents()
    rows = copy.deepcopy(rows)
    if sabotage == "cent":
        rows[0]["balance"] = format(Decimal(rows[0]["balance"]) + Decimal("0.01"), "f")
    if sabotage == "lost_document":
        documents = documents[:-1]
    if sabotage == "twice":
        documents = documents + [documents[-1]]
    found = list(compare.rows_of_documents(documents))
    faults = compare.compare_balances(rows, found) + compare.check_documents(documents)
    if not sabotage:
        faults += compare.compare_own_balances(found, erp.balances())
    return documents, faults


def run(orders, seed, policy_name, build=None, *, kill="", kills=20, rules=None, closed="", invoices=0, limit_s=900,
        sabotage="", keep=False):
    """One history through hub and ERP. `kill`: "hub" or "erp". `rules`: the ERP's misbehaviour, on until all is
    settled. `closed`: a period that is closed until all is settled; then a person opens it and replays."""
    outcome, policy, begun = Outcome(), policy_named(policy_name), time.monotonic()
    events, _ = generate.generate(orders, seed)
    bills = generate.invoices_for(events, seed, invoices) if invoices and policy_name == "accrual" else []
    cleared = order_invoices(events, policy) if invoices and policy_name == "erp_valued" else []
    ledger = expected.reckon(events, policy, bills)
    add_order_invoices(ledger, cleared, policy["erp"]["accounts"])
    rows = expected.rows_of(ledger)
    outcome.orders, outcome.events, outcome.balances = orders, len(events), len(rows)
    outcome.invoices = len(bills) + len(cleared)
    with world.World(build, keep) as plant:
        plant.start_erp(prepare.erp_seed(policy))
        plant.start_hub(prepare.flows(policy))
        if rules:
            plant.faults(rules, seed)
        if closed:
            plant.erp_asks("POST", "/admin/periods", {"companyCode": "1000", "period": closed, "open": False})
        feed = Feed(plant.hub.port, "/api/v1/events", world.HUB_TOKEN, events, "subject", limit_s=limit_s)
        disturb(plant, kill, kills, len(events), feed, random.Random(seed), outcome)
        if rules:
            plant.settle(limit_s)  # the misbehaviour lasts until nothing moves any more
            outcome.fired = sum(int(rule["fired"]) for rule in calm(plant))
        plant.settle(limit_s)
        if closed:
            plant.erp_asks("POST", "/admin/periods", {"companyCode": "1000", "period": closed, "open": True})
        if closed or any(rule.get("outcome") == "reject" for rule in rules or ()):
            outcome.replays = plant.replay_all(limit_s)
        if bills or cleared:
            Feed(plant.erp.port, "/api/invoices", world.ERP_TOKEN, bills + cleared, "vendorInvoice").finish(outcome)
            plant.settle(limit_s)
        waiting = plant.exceptions()
        kinds = Counter(f"{one['code']} ({one['reason'][:80]})" for one in waiting)
        outcome.faults += [f"{count} open exceptions {name}" for name, count in kinds.most_common(3)]
        documents, faults = check(plant, rows, sabotage)
        outcome.documents = len(documents)
        outcome.faults += faults
    outcome.seconds = time.monotonic() - begun
    return outcome


def disturb(plant, kill, kills, events, feed, rng, outcome):
    """Lets the history flow, with a program killed at random moments of it."""
    if not kill:
        feed.finish(outcome)
        return
    program = plant.hub if kill == "hub" else plant.erp
    # The last tenth is left out, so that each kill strikes while events still come.
    moments = [rng.randrange(events * 9 // 10) for _ in range(kills)]
    disturber = world.Disturber(program, moments, feed.sent, rng, 0 if kill == "hub" else 0.3)
    disturber.start()
    feed.finish(outcome)
    disturber.ended.set()
    disturber.join()
    outcome.kills = disturber.kills
    if disturber.failure:
        outcome.faults.append(disturber.failure)
    if disturber.kills < kills:
        outcome.faults.append(f"only {disturber.kills} of {kills} kills struck")


def calm(plant):
    """Ends the misbehaviour; what it did. The ERP may be away just now."""
    def asked():
        status, answer = world.call(plant.erp.port, "GET", "/admin/faults", None, world.ERP_TOKEN)
        return answer if status == 200 else None
    fired = world.wait_until("the ERP to come back", asked, 120, 0.1)["rules"]
    plant.faults([])
    return fired
