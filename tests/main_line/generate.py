#!/usr/bin/env python3
"""Histories of work orders from a seed, as a CMMS would tell them to the hub.

    generate.py --orders 1000 --seed 7 --out DIR [--invoices PERCENT] [--site NAME]

DIR gets events.jsonl (bodies for POST /api/v1/events, in the order of time), invoices.jsonl (bodies for the ERP's
POST /api/invoices, to be posted after the events) and summary.json. The same seed gives the same bytes.

Kinds of histories: plain, closed later, reopened and completed again, corrected after completion (also across the end
of a month), corrected and corrected back, cancelled before and after completion, reopened and left open, with credits,
with zero cost or no lines, and repeats of the same event.
"""
import argparse
import json
import os
import random
import sys
from datetime import datetime, timedelta, timezone

ASSETS = ["FILLER-01", "FILLER-02", "CAPPER-01", "LABELER-01", "PACKER-01", "PALLET-01", "BOILER-01", "COMPR-01",
          "CHILLER-01", "CRANE-01", "FORKLIFT-01", "PUMP-01"]
RECEIVERS = ([{"kind": "cost_center", "code": code} for code in ("CC-100", "CC-200", "CC-300", "CC-400")]
             + [{"kind": "internal_order", "code": code} for code in ("IO-9001", "IO-9002")]
             + [{"kind": "asset", "code": "FILLER-01"}])
CRAFTS = ["MECH", "ELEC", "INST"]
PARTS = [f"P-{number}" for number in range(1001, 1013)]
VENDORS = ["V-100", "V-101", "V-102", "V-103"]
CURRENCIES = ["EUR"] * 7 + ["JPY", "KWD"]
# Work starts late in October, so that completions fall on both sides of the month's end in the company's zone.
START = datetime(2026, 10, 26, 6, 0, tzinfo=timezone.utc)
SHAPES = {"plain": 55, "closed": 10, "reopened": 10, "corrected": 9, "back_and_forth": 3, "cancelled_before": 3,
          "cancelled_after": 4, "left_open": 3, "zero": 3}


def purchase_order(vendor, currency):
    """One purchase order per vendor and currency; erp_seed.py sets them up."""
    return f"PO-{vendor[2:]}-{currency}"


def timestamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def decimal_text(rng, low, high, places):
    """A decimal text between low and high (whole numbers) with exactly `places` digits after the point."""
    unscaled = rng.randint(low * 10 ** places, high * 10 ** places)
    sign, digits = ("-" if unscaled < 0 else ""), str(abs(unscaled)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def amount_text(rng, currency, credit=False, euro_max=4000):
    """Mostly amounts with more digits than the currency has, ties of rounding among them."""
    units = {"JPY": 0, "EUR": 2, "KWD": 3}[currency]
    high = euro_max * {"JPY": 18000, "EUR": 100, "KWD": 35}[currency] // 100
    places = units + rng.choice([0, 0, 1, 1, 2])
    text = decimal_text(rng, 0, high, places)
    if places == units + 1 and rng.random() < 0.5:
        text = text[:-1] + "5"
    return "-" + text if credit and text.strip("0.") else text


class Order:
    """One work order and what happens to it."""

    def __init__(self, rng, number, start, site):
        self.rng = rng
        self.moment = start
        self.events = []
        self.line_count = 0
        self.data = {"number": number, "site": site, "asset": rng.choice(ASSETS),
                     "title": rng.choice(["Replace bearing", "Weekly inspection", "Leak at the filler valve",
                                          "Förderband prüfen", "Calibrate the scale"]),
                     "order_type": rng.choice(["corrective", "preventive"]), "status": "released",
                     "company_code": "1000"}
        if rng.random() < 0.6:
            self.data["receiver"] = rng.choice(RECEIVERS)
        if rng.random() < 0.7:
            self.data["currency"] = "EUR"
            self.data["planned_cost"] = decimal_text(rng, 50, 5000, 2)
        self.data["lines"] = []

    def line(self, kind=None):
        rng = self.rng
        self.line_count += 1
        kind = kind or rng.choices(("labor", "part", "contractor", "other"), (45, 35, 12, 8))[0]
        currency = rng.choice(CURRENCIES)
        line = {"kind": kind, "id": f"L{self.line_count}", "currency": currency}
        credit = rng.random() < 0.06
        if kind == "labor":
            line.update(hours=decimal_text(rng, 0, 9, rng.choice([1, 2, 2, 3])),
                        rate=amount_text(rng, currency, euro_max=120), craft=rng.choice(CRAFTS),
                        person=f"E-{rng.randint(1, 40):03d}")
        elif kind == "part":
            quantity = decimal_text(rng, 1, 12, 0) if rng.random() < 0.8 else decimal_text(rng, 0, 5, 3)
            if credit:
                quantity = "-" + quantity if quantity.strip("0.") else quantity
            line.update(part=rng.choice(PARTS), quantity=quantity, unit="PCE",
                        unit_cost=amount_text(rng, currency, euro_max=400), storeroom="MAIN")
        elif kind == "contractor":
            vendor = rng.choice(VENDORS)
            line.update(vendor=vendor, amount=amount_text(rng, currency, credit))
            if rng.random() < 0.5:
                line["purchase_order"] = purchase_order(vendor, currency)
        else:
            line.update(amount=amount_text(rng, currency, credit), description="Travel, waste, hire")
            if rng.random() < 0.2:
                line["capital"] = True
        if rng.random() < 0.15:
            line["receiver"] = rng.choice(RECEIVERS)
        return line

    def fill(self):
        self.data["lines"] = [self.line() for _ in range(self.rng.choices((1, 2, 3, 5, 8, 14),
                                                                          (20, 25, 25, 18, 9, 3))[0])]

    def fill_zero(self):
        lines = []
        if self.rng.random() < 0.6:
            lines.append({"kind": "other", "id": "Z1", "currency": "EUR", "amount": "0.00"})
        if self.rng.random() < 0.4:
            lines.append({"kind": "contractor", "id": "Z2", "currency": "JPY", "vendor": "V-100", "amount": "0.4"})
        self.data["lines"] = lines

    def correct(self):
        """Changes, adds or removes a line, or moves the whole order to another receiver."""
        rng, lines = self.rng, self.data["lines"]
        action = rng.choice(("change", "add", "remove", "receiver"))
        if action == "remove" and len(lines) > 1:
            lines.pop(rng.randrange(len(lines)))
        elif action == "add":
            lines.append(self.line())
        elif action == "receiver":
            self.data["receiver"] = rng.choice(RECEIVERS)
        else:
            index = rng.randrange(len(lines))
            replacement = self.line(lines[index]["kind"])
            replacement["id"] = lines[index]["id"]
            lines[index] = replacement

    def pass_time(self, hours_max):
        self.moment += timedelta(milliseconds=self.rng.randint(1000, hours_max * 3_600_000))

    def tell(self, status):
        """An event with a copy of the order as it is now."""
        if status in ("completed", "closed"):
            self.data.setdefault("completed_at", timestamp(self.moment))
        elif status not in ("cancelled",):
            self.data.pop("completed_at", None)
        self.data["status"] = status
        kind = {"in_progress": "started"}.get(status, status)
        self.events.append((self.moment, {"source": "cmms", "type": f"workorder.{kind}",
                                          "subject": self.data["number"], "time": timestamp(self.moment),
                                          "data": json.loads(json.dumps(self.data))}))

    def live(self, shape):
        rng = self.rng
        self.tell("released")
        self.pass_time(24)
        if shape == "cancelled_before":
            self.tell("cancelled")
            return
        if rng.random() < 0.3:
            self.tell("in_progress")
            self.pass_time(12)
        if shape == "zero":
            self.fill_zero()
        else:
            self.fill()
        self.tell("completed")
        if shape in ("plain", "zero"):
            return
        # Half a month at most: some of what follows falls into the next period.
        self.pass_time(14 * 24)
        if shape == "closed":
            self.tell("closed")
        elif shape == "cancelled_after":
            self.tell("cancelled")
        elif shape == "corrected":
            for _ in range(rng.randint(1, 3)):
                self.correct()
                self.tell("completed")
                self.pass_time(48)
        elif shape == "back_and_forth":
            before = json.loads(json.dumps(self.data))
            self.correct()
            self.tell("completed")
            self.pass_time(48)
            self.data = before
            self.tell("completed")
        else:
            self.tell("reopened")
            self.pass_time(24)
            if shape == "reopened":
                self.correct()
                self.tell("completed")


def generate(orders, seed, site="plant1"):
    """(events in order of time, shapes by number of orders)"""
    rng = random.Random(seed)
    stream, shapes = [], dict.fromkeys(SHAPES, 0)
    for index in range(orders):
        start = START + timedelta(milliseconds=rng.randint(0, 8 * 24 * 3_600_000))
        order = Order(rng, f"WO-{seed:03d}-{index + 1:06d}", start, site)
        shape = rng.choices(list(SHAPES), list(SHAPES.values()))[0]
        shapes[shape] += 1
        order.live(shape)
        if rng.random() < 0.05:  # a webhook and a poll told the same thing: the same event again
            order.events.insert(rng.randrange(len(order.events)) + 1, None)
            position = order.events.index(None)
            order.events[position] = order.events[position - 1]
        for place, (moment, event) in enumerate(order.events):
            stream.append((moment, index, place, event))
    stream.sort(key=lambda entry: entry[:3])
    return [entry[3] for entry in stream], shapes


def invoices_for(events, seed, percent):
    """Vendors' invoices, as the ERP takes them, for contractor lines without purchase order of finished orders."""
    rng = random.Random(f"invoices/{seed}")
    newest = {event["subject"]: event for event in events}
    invoices = []
    for number in sorted(newest):
        order = newest[number]["data"]
        if order["status"] not in ("completed", "closed"):
            continue
        for line in order["lines"]:
            if line["kind"] != "contractor" or "purchase_order" in line or line["amount"].startswith("-"):
                continue
            if rng.randrange(100) >= percent:
                continue
            places = {"JPY": 0, "EUR": 2, "KWD": 3}[line["currency"]]
            receiver = line.get("receiver") or order.get("receiver") or {"kind": "cost_center", "code": "CC-400"}
            member = {"cost_center": "costCenter", "internal_order": "internalOrder", "asset": "asset"}
            invoices.append({"companyCode": "1000", "postingDate": "2026-11-20", "vendor": line["vendor"],
                             "vendorInvoice": f"INV-{len(invoices) + 1:06d}",
                             "amount": decimal_text(rng, 1, 500, places), "currency": line["currency"],
                             "workOrder": number, "workOrderLine": line["id"],
                             member[receiver["kind"]]: receiver["code"]})
    return invoices


def write_lines(path, values):
    with open(path, "w", encoding="utf-8") as stream:
        for value in values:
            stream.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--invoices", type=int, default=0, help="percent of contractor lines without purchase order")
    parser.add_argument("--site", default="plant1")
    options = parser.parse_args()
    events, shapes = generate(options.orders, options.seed, options.site)
    invoices = invoices_for(events, options.seed, options.invoices)
    os.makedirs(options.out, exist_ok=True)
    write_lines(os.path.join(options.out, "events.jsonl"), events)
    write_lines(os.path.join(options.out, "invoices.jsonl"), invoices)
    with open(os.path.join(options.out, "summary.json"), "w", encoding="utf-8") as stream:
        json.dump({"seed": options.seed, "orders": options.orders, "events": len(events), "invoices": len(invoices),
                   "shapes": shapes}, stream, indent=1)
        stream.write("\n")
    print(f"generate: {options.orders} orders, {len(events)} events, {len(invoices)} invoices")
    return 0


if __name__ == "__main__":
    sys.exit(main())
