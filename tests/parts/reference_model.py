"""What the hub must have done about parts, reckoned anew from the dump of a run and held against what it did.

Written from the design's sentences, in another language than the hub. Facts are what the peers said: snapshots, answers to
commands, people's answers. The hub's own events tell only WHEN it looked; what they say is predicted too. After each event of a
place everything about it is reckoned again from the facts: plain rather than fast. The rules stand in docs/parts.md."""
import json
import sys
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
LIVE = ("approved", "released", "in_progress", "reopened")
UNORDERED = ("requested", "approved")
ORDERED = ("held", "sent")
STEPS = {"requisition.create": "create", "requisition.change": "change", "requisition.cancel": "cancel",
         "purchase_order.change": "change_order", "purchase_order.cancel": "cancel_order"}


def number(text):
    return Decimal(str(text)) if text not in (None, "") else ZERO


def plain(value):
    return format(value, "f").rstrip("0").rstrip(".") if "." in format(value, "f") else format(value, "f")


def later(day, days):
    return (date.fromisoformat(day) + timedelta(int(days))).isoformat()


def in_order(demands):
    """By need-by date (none: last), ties by name."""
    return sorted(demands, key=lambda one: (one.needed_on or "9999", one.name))


@dataclass
class Demand:
    """What a job's line, a due plan's line or a suggestion wants of a place."""
    name: str
    quantity: Decimal
    needed_on: str = ""
    released: bool = False
    work_order: str = ""
    suggestion: bool = False
    reservation: str = ""
    held: Decimal = ZERO            # what the ERP's stock row surely counts as reserved for it

    def facts(self):
        return (self.quantity, self.needed_on)

    def told(self):
        return (self.quantity, self.needed_on, self.released) if self.quantity > 0 else ZERO

    def __str__(self):
        return f"{self.name} {plain(self.quantity)} on {self.needed_on}{'' if self.released else ' (not released)'}"


@dataclass
class Command:
    """Asked of the ERP, its outcome not known yet."""
    step: str
    key: str
    facts: object
    quantity: Decimal = ZERO
    needed_on: str = ""
    row: dict = None                # the requisition as it was known then
    refused: bool = False


@dataclass
class Asked:
    """A requisition that had to be asked for, and what became of it."""
    need: str
    quantity: Decimal
    needed_on: str
    facts: object                   # what the need was when the ERP last took our word
    number: str = ""
    command: Command = None
    order_command: Command = None
    ended: str = ""


class Place:
    """All facts about one part in one storeroom, and what follows from them."""

    def __init__(self, name):
        self.name, self.row, self.planning = name, None, None
        self.demands, self.requisitions, self.orders, self.reservations = {}, {}, {}, {}
        self.asked = []
        self.moved = 0              # the newest change of what is requisitioned or ordered
        self.no = {}                # need → its facts when somebody said no
        self.reported = set()

    def items(self, statuses=ORDERED):
        """What orders still bring, by the day it comes: (day, order, item)."""
        found = [(item.get("confirmed_date") or item.get("delivery_date") or "9999", order, item)
                 for order in self.orders.values() if order["status"] in statuses for item in order["items"]
                 if f"{item['part']}/{item['storeroom']}" == self.name and not item.get("final")]
        return sorted(found, key=lambda one: (one[0], one[1]["purchase_order"], one[2]["item"]))

    def item_of(self, asked):
        return next((one for one in self.items() if asked.number and one[2].get("requisition") == asked.number), None)

    def in_an_order(self, row):
        return any(item.get("requisition") == row["requisition"] and order["status"] != "cancelled"
                   and order.get("seq", 0) >= row.get("seq", 0) for order in self.orders.values() for item in order["items"])

    def is_open(self, asked):
        """Asked for and neither ordered nor ended: nothing known of it yet, known by our receipt, or by the ERP's news."""
        row = self.requisitions.get(asked.number)
        return not asked.ended and (row is None or row["word"] in UNORDERED and not self.in_an_order(row))

    def serving(self, need):
        """The open requisition of a need, and the ones too many: an order taken back can revive one."""
        mine = [one for one in self.asked if one.need == need and self.is_open(one)]
        return (mine[-1] if mine else None), mine[:-1]

    def row_seq(self):
        return max(self.row.get("seq", 0), self.row.get("as_of", 0))

    def behind(self):
        """Requisitions or orders are known that the stock row is too old for: nothing is bought until it has caught up."""
        return self.row_seq() < self.moved

    def under_way(self):
        """(day, quantity, whose, jobs) of all that is known to be requisitioned or ordered; whose: 'order', a need, or ''."""
        found = [(day, number(item["open"]), "order", None) for day, _, item in self.items()]
        owner = {one.number: one.need for one in self.asked if one.number}
        for row in self.requisitions.values():
            need = owner.get(row["requisition"], "")
            if row["word"] in UNORDERED and not self.in_an_order(row):
                jobs = None if need else row.get("work_orders") or None
                found.append((row.get("delivery_date", ""), self.quantity_of(row), need, jobs))
            elif row["word"] == "ordered" and need and not any(
                    item.get("requisition") == row["requisition"] for order in self.orders.values() for item in order["items"]):
                found.append((row.get("delivery_date", ""), self.quantity_of(row), "order", None))
        found += [(one.needed_on, one.quantity, one.need, None) for one in self.asked
                  if one.number and one.number not in self.requisitions and not one.ended]
        return sorted(found, key=lambda one: (one[2] != "order", one[0] or "9999"))

    def quantity_of(self, row):
        """As the ERP says it, or as it took our change since."""
        return row["changed"] if row.get("changed") is not None else number(row["quantity"])

    def newest(self):
        """No requisition or change is known only from our own receipts, and the stock row is new enough for all others."""
        return not self.behind() and not any(row.get("changed") is not None for row in self.requisitions.values()) and not any(
            one.number and one.number not in self.requisitions and not one.ended for one in self.asked)

    def in_flight(self, need=None):
        return sum((one.quantity for one in self.asked
                    if not one.number and not one.ended and not one.command.refused and need in (None, one.need)), ZERO)

    def leaving(self, need=None):
        """What reductions of held orders that are under way will take away."""
        asked = [(one, self.item_of(one)) for one in self.asked
                 if one.order_command and not one.order_command.refused and need in (None, one.need)]
        return sum((max(ZERO, number(found[2]["quantity"]) - one.order_command.quantity) for one, found in asked if found), ZERO)

    def claims(self):
        """(reserved in the ERP beyond what it surely holds for our demands, what it does not surely hold)."""
        ours = [one for one in self.demands.values() if not one.suggestion]
        held = sum((one.held for one in ours), ZERO)
        return number(self.row["reserved"]) - held, sum((one.quantity for one in ours), ZERO) - held

    def cover(self, most):
        """(demand → what nothing covers, open order items → what nobody takes). On hand first, then orders by day, then, when
        asking whether more must be bought, requisitions that no demand owns. `most`: the most that may be there, else the least."""
        beyond, unheld = self.claims()
        hand = number(self.row["on_hand"]) - max(ZERO, beyond - unheld if most else beyond)
        if most and beyond < 0:
            hand -= beyond          # an issue is in the stock row, and its job's own news is to come
        known = self.under_way()
        coming = [[quantity, jobs, whose] for _, quantity, whose, jobs in known
                  if whose == "order" or most and (whose == "stock" or not whose)]
        if most:
            coming.append([self.in_flight("stock"), None, ""])
        gap = sum((one[1] for one in known), ZERO) - number(self.row["on_order"]) - number(self.row["on_requisition"])
        if gap < 0 and most:
            coming.append([-gap, None, ""])
        owed = gap if gap > 0 and (not most or self.newest()) else ZERO
        for debt in (owed, max(ZERO, -hand)):       # come in already; a hole that the next goods fill
            for one in coming:
                part = min(one[0], debt)
                one[0], debt = one[0] - part, debt - part
        hand, uncovered = max(ZERO, hand), {}
        for demand in in_order(one for one in self.demands.values() if not one.suggestion):
            part = min(hand, demand.quantity)
            hand, left = hand - part, demand.quantity - part
            for one in coming:
                if one[1] is None or demand.work_order in one[1]:
                    part = min(one[0], left)
                    one[0], left = one[0] - part, left - part
            uncovered[demand.name] = left
        unused = [one[0] for one in coming if one[2] == "order"]
        return uncovered, dict(zip(((order["purchase_order"], item["item"]) for _, order, item in self.items()), unused))

    def position(self):
        """On hand + on order + on requisition − reserved − demands that are not reserved yet."""
        beyond, unheld = self.claims()
        coming = number(self.row["on_order"]) + number(self.row["on_requisition"])
        if not self.newest():
            coming = max(coming, sum((one[1] for one in self.under_way()), ZERO))
        return (number(self.row["on_hand"]) + coming + self.in_flight() - number(self.row["reserved"])
                - max(ZERO, unheld - max(ZERO, beyond)))


class Supply:
    """The steps that are due for a place, each as (step, need, quantity, delivery date, need-by date, Asked)."""

    def __init__(self, settings):
        self.plan_lead_days = int(settings.get("plan_lead_days", 7))

    def due(self, place, today):
        if place.row is None:
            return
        wanted = [f"demand/{one.name}" for one in place.demands.values() if not one.suggestion]
        wanted += [one.need for one in place.asked if one.need.startswith("demand/")]
        for need in dict.fromkeys(wanted):
            yield from self.for_demand(place, need, today)
        yield from self.for_stock(place, today)
        for demand in [one for one in place.demands.values() if one.suggestion]:
            yield from self.for_suggestion(place, demand, today)
        for day, order, item in place.items():
            asked = next((one for one in place.asked if one.number and one.number == item.get("requisition")), None)
            if asked and asked.need.startswith("demand/"):
                yield from self.for_order(place, asked, order, item, today)

    @staticmethod
    def lead(place):
        return int(number((place.planning or {}).get("lead_days")))

    def may_buy(self, place, demand, today):
        """A released job buys now; a due plan only within the part's lead time and the days set for plans."""
        if demand.released or demand.work_order or not demand.needed_on:
            return demand.released
        return demand.needed_on <= later(today, self.lead(place) + self.plan_lead_days)

    def facts(self, place, need, today):
        """A no, and a refused command, hold as long as these stay the same."""
        if need == "stock":
            return tuple(number((place.planning or {}).get(key)) for key in ("reorder_point", "order_up_to", "lot_size"))
        demand = place.demands.get(need.partition("/")[2])
        return demand.facts() if demand and (demand.suggestion or self.may_buy(place, demand, today)) else None

    def day(self, place, needed_on, today):
        return max(needed_on, today) if needed_on else later(today, self.lead(place))

    def for_demand(self, place, need, today):
        name, facts = need.partition("/")[2], self.facts(place, need, today)
        more = less = ZERO
        if facts is not None:
            more = place.cover(most=True)[0][name]
            less = max(more, place.cover(most=False)[0][name])
        needed_on = facts[1] if facts else ""
        asked, too_many = place.serving(need)
        for one in too_many:
            if not one.command:
                yield ("cancel", need, ZERO, "", "", one)
        if self.waits(place, need, facts, less):
            return
        asked, _ = place.serving(need)
        if asked is None:
            if more > 0 and not place.behind():
                yield ("create", need, more, self.day(place, needed_on, today), needed_on, None)
        elif less <= 0:
            yield ("cancel", need, ZERO, "", "", asked)
        else:
            quantity, moved = max(more, min(less, asked.quantity)), needed_on != asked.needed_on
            if moved or quantity != asked.quantity:
                yield ("change", need, quantity, self.day(place, needed_on, today) if moved else "", needed_on, asked)

    def waits(self, place, need, facts, less):
        """One command of a need at a time; a refused one holds until it no longer fits; a no until the need changes."""
        serving = place.serving(need)[0]
        for asked in [one for one in place.asked if one.need == need and one.command]:
            exists = serving is not None and serving.number != ""
            fits = (not exists and less > 0) if asked.command.step == "create" else exists
            if not asked.command.refused or fits and asked.command.facts == facts:
                return True
            if asked.command.step == "create":
                asked.ended = "refused"
            asked.command = None
        if need in place.no and place.no[need] != facts:
            del place.no[need]
        return need in place.no

    def for_stock(self, place, today):
        if place.planning is None:
            return
        position, point = place.position(), number(place.planning["reorder_point"])
        quantity = ZERO
        if position < point:
            lot, quantity = number(place.planning.get("lot_size")), max(point, number(place.planning["order_up_to"])) - position
            quantity = quantity if lot <= 0 else (quantity / lot).to_integral_value(ROUND_CEILING) * lot
        elif not place.behind() and not any(one.command for one in place.asked if one.need == "stock"):
            place.no.pop("stock", None)     # recovered: the next fall is a new need
        for one in place.serving("stock")[1]:
            if not one.command:
                yield ("cancel", "stock", ZERO, "", "", one)
        if self.waits(place, "stock", self.facts(place, "stock", today), quantity) or place.serving("stock")[0]:
            return
        if quantity > 0 and not place.behind():
            yield ("create", "stock", quantity, later(today, self.lead(place)), "", None)

    def for_suggestion(self, place, demand, today):
        """A planned part's reorder serves it; for another part it is a requisition of its own, once."""
        need = f"suggestion/{demand.name}"
        if place.planning is None and not place.behind() and not any(one.need == need for one in place.asked):
            yield ("create", need, demand.quantity, self.day(place, demand.needed_on, today), demand.needed_on, None)

    def for_order(self, place, asked, order, item, today):
        """A held order follows its demand: what neither it nor another job nor the reorder point takes goes back."""
        demand, held = place.demands.get(asked.need.partition("/")[2]), order["status"] == "held"
        facts = demand.facts() if demand else None
        mine = {one.number for one in place.asked if one.need == asked.need}
        surplus = sum((number(one["open"]) for _, _, one in place.items() if one.get("requisition") in mine), ZERO)
        surplus = min(surplus - place.leaving(asked.need) - (demand.quantity if demand else ZERO), number(item["open"]),
                      place.cover(most=False)[1].get((order["purchase_order"], item["item"]), ZERO))
        if place.planning and place.position() - place.leaving() - number(place.planning["reorder_point"]) < surplus:
            surplus = ZERO
        command = asked.order_command
        if command and (not command.refused or held and command.facts == facts):
            return
        asked.order_command = None
        left, moved = number(item["quantity"]) - max(surplus, ZERO), demand is not None and demand.needed_on != asked.needed_on
        if not held or not (surplus > 0 or moved):
            return
        if left > 0:
            day = self.day(place, demand.needed_on, today) if moved else ""
            yield ("change_order", asked.need, left, day, demand.needed_on if demand else asked.needed_on, asked)
        elif len(order["items"]) == 1:
            yield ("cancel_order", asked.need, ZERO, "", "", asked)


class Jobs:
    """What jobs, due plans and suggestions want, as the peers told it; each change waits until the hub has looked at it."""

    def __init__(self, zone):
        self.zone = zone
        self.lines = {}                     # demand → (place, Demand) as last predicted
        self.of = defaultdict(set)          # job or plan → its demands
        self.plans_done = set()
        self.waiting = defaultdict(deque)   # (place, demand) → changes that the hub must tell

    def day(self, text):
        if "T" not in (text or ""):
            return text or ""
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(self.zone).date().isoformat()

    def workorder(self, data, today):
        job, status, lines = data["number"], data["status"], {}
        for line in data.get("planned_parts", []):
            if not line.get("part"):
                continue
            left = max(ZERO, number(line.get("base_quantity", line.get("quantity"))) - number(line.get("issued")))
            name = f"{job}/{line['id']}"
            day = line.get("needed_on") or self.day(data.get("scheduled_start")) or self.day(data.get("due_at"))
            if not day:
                day = self.lines[name][1].needed_on if name in self.lines else today
            lines[name] = (f"{line['part']}/{line['storeroom']}",
                           Demand(name, left if status in LIVE else ZERO, day, status in LIVE[1:], job))
        if data.get("plan"):
            self.plans_done.add(f"{data['plan']}/{data.get('plan_due')}")
            self.become(f"{data['plan']}/{data.get('plan_due')}", {})
        self.become(job, lines)

    def plan(self, data, subject):
        if subject not in self.plans_done:
            self.become(subject, {
                f"{subject}/{line['id']}": (f"{line['part']}/{line['storeroom']}", Demand(
                    f"{subject}/{line['id']}", number(line.get("base_quantity", line["quantity"])),
                    line.get("needed_on") or data["due"]))
                for line in data.get("planned_parts", []) if data.get("certain")})

    def suggestion(self, data):
        name = data["suggestion"]
        if name not in self.lines and data.get("status", "OPEN").upper() == "OPEN":
            self.become(name, {name: (f"{data['part']}/{data['storeroom']}", Demand(
                name, number(data["base_quantity"]), data.get("needed_on", ""), True, suggestion=True))})

    def become(self, owner, lines):
        """What is wanted now; each difference to before must be told."""
        for name in sorted(self.of[owner] | set(lines)):
            before, after = self.lines.get(name), lines.get(name)
            if before and (after is None or after[0] != before[0]):
                if before[1].quantity > 0:
                    self.tell(before[0], Demand(name, ZERO))
                self.lines.pop(name)
                before = None
            if after and (after[1].told() != before[1].told() if before else after[1].quantity > 0):
                self.tell(*after)
                self.lines[name] = after
        self.of[owner] = set(lines)

    def tell(self, place, demand):
        self.waiting[place, demand.name].append(demand)


class Model:
    """Goes through the log once; after each fact of a place, holds what is due there against what was asked."""

    def __init__(self, lines, report):
        self.lines = defaultdict(list)
        for one in lines:
            self.lines[one["line"]].append(one)
        plant = self.lines["plant"][0]
        settings = plant.get("settings", {})
        self.report, self.divergences, self.position, self.today = report, 0, 0, plant.get("today", "")
        self.supply, self.jobs = Supply(settings.get("supply", settings)), Jobs(ZoneInfo(plant.get("time_zone") or "UTC"))
        self.places, self.by_key, self.counts = {}, {}, Counter()
        self.transactions, self.answers, self.delivered, self.mirrors = {}, {}, {}, {}
        self.commands = defaultdict(list)
        for one in self.lines["command"]:
            self.commands[one["cause"]].append(one)

    def diverges(self, what, expected, found, why):
        self.divergences += 1
        self.report(f"log position {self.position}: {what}: expected {expected}, found {found}: {why}")

    def place(self, data):
        name = f"{data['part']}/{data['storeroom']}"
        return self.places.setdefault(name, Place(name))

    def run(self):
        for event in self.lines["event"]:
            self.position, self.today = event["position"], self.jobs.day(event["recorded"])
            for place in self.take(event["type"], event["subject"], event["data"]):
                self.hold(place)
            for one in self.commands[self.position]:
                if one["kind"] == "inventory.mirror":
                    self.mirrors[self.place(one["payload"]).name] = one
        self.position = "at rest"
        self.at_rest()
        return self.divergences

    # What the event says; the places that it is about.

    def take(self, kind, subject, data):
        noun, _, word = kind.partition(".")
        if "key" in data and "flow" in data and kind != "timer.fired":
            return self.answer(noun, word, data)
        if noun == "workorder":
            self.jobs.workorder(data, self.today)
        elif kind == "plan.due":
            self.jobs.plan(data, subject)
        elif kind == "reorder.suggested":
            self.jobs.suggestion(data)
        elif kind in ("part.consumed", "part.returned"):
            sign = -1 if word == "consumed" else 1
            self.transactions.setdefault(data["transaction"], (
                self.place(data), sign * number(data.get("base_quantity") or data["quantity"]), data.get("returns")))
        elif kind == "demand.changed":
            return self.looked_at(self.place(data), data)
        elif noun == "purchase_order":
            return self.order(data)
        elif kind in ("timer.fired", "notice.answered"):
            place = self.places.get(data.get("key") or data.get("flow_key"))
            if data.get("flow") != "supply" or place is None:
                return []
            if data.get("choice") == "order_again":
                place.no.pop(data["notice"].partition("/")[2], None)
            return [place]
        elif noun == "delivery":
            self.delivered[data["document"]] = (self.place(data), number(data["quantity"]) * (1 if word == "received" else -1))
        elif noun == "reservation":
            self.place(data).reservations[data["reservation"]] = data
        elif noun in ("stock", "planning", "requisition") and "storeroom" in data and word != "compared":
            getattr(self, "on_" + noun)(self.place(data), word, data)
            return [self.place(data)]
        return []

    def on_stock(self, place, _, data):
        if place.row is None or max(data.get("seq", 0), data.get("as_of", 0)) >= place.row_seq():
            place.row = data
            for demand in place.demands.values():
                demand.held = demand.quantity if demand.reservation else demand.held

    def on_planning(self, place, _, data):
        place.planning = data

    def on_requisition(self, place, word, data):
        name, seq, old = data["requisition"], data.get("seq", 0), place.requisitions.get(data["requisition"])
        if old and seq < old.get("seq", 0):
            return
        asked = self.by_key.get(data.get("reference")) or next((one for one in place.asked if one.number == name), None)
        was_open = asked is not None and place.is_open(asked)
        by_receipt = old.get("changed") is not None if old else asked is not None and asked.number == name
        before = number(old["quantity"]) if old and old["word"] in UNORDERED else ZERO
        if by_receipt or before != (number(data["quantity"]) if word in UNORDERED else ZERO):
            place.moved = max(place.moved, seq)
        place.requisitions[name] = {**data, "word": word}
        if asked is None or asked.ended == "cancelled by us":
            return
        asked.number = name
        by_us = asked.command and asked.command.step == "cancel" and word == "cancelled"
        if word in ("rejected", "cancelled", "closed"):
            asked.ended = word
            if word != "closed" and not by_us and was_open:
                place.no[asked.need] = asked.facts
        elif old and not was_open and place.is_open(asked):     # its order was taken back
            asked.quantity, asked.needed_on = number(data["quantity"]), data.get("delivery_date", "")
            asked.facts = self.supply.facts(place, asked.need, self.today)

    def order(self, data):
        places = {self.place(item).name: self.place(item) for item in data["items"] if item.get("part")}
        for place in places.values():
            old = place.orders.get(data["purchase_order"])
            if old and data.get("seq", 0) < old.get("seq", 0):
                continue
            before = {item["item"]: item["open"] for _, order, item in place.items() if order is old}
            place.orders[data["purchase_order"]] = data
            after = {item["item"]: item["open"] for _, order, item in place.items() if order is data}
            if before != after:
                place.moved = max(place.moved, data.get("seq", 0))
        return list(places.values())

    def answer(self, noun, word, data):
        """A peer's answer to a command, or a person's word on one that was refused."""
        if noun == "issue":
            self.answers[data["echo"]["transaction"]] = (word, data)
        asked = self.by_key.get(data["key"])
        if data["flow"] != "supply" or asked is None:
            return []
        place = self.places[data["flow_key"]]
        slot = "order_command" if noun == "purchase_order" else "command"
        command = getattr(asked, slot)
        if command is None or command.key != data["key"]:
            return [place]
        if word == "rejected":
            command.refused = True
        elif word == "booked":
            setattr(asked, slot, None)
            self.booked(place, asked, command, data)
        elif word in ("withdrawn", "given_up"):
            setattr(asked, slot, None)
            if command.facts == self.supply.facts(place, asked.need, self.today):
                place.no[asked.need] = command.facts
            if command.step == "create":
                asked.ended = "refused"
        return [place]

    def booked(self, place, asked, command, data):
        row = place.requisitions.get(asked.number)
        if command.step == "create":
            asked.number = asked.number or data["document"]
        elif command.step == "cancel":
            asked.ended = "cancelled by us"
            if row:
                row.update(word="cancelled", seq=sys.maxsize)
        elif command.step == "cancel_order":
            command.row.update(status="cancelled", seq=sys.maxsize)
        else:
            asked.needed_on = command.needed_on
            if command.step == "change_order" and command.row is place.orders.get(command.row["purchase_order"]):
                item = next(one for one in command.row["items"] if one.get("requisition") == asked.number)
                item["open"] = number(item["open"]) + command.quantity - number(item["quantity"])
                item["quantity"] = command.quantity
            if command.step == "change":
                if row is command.row and row and command.quantity != place.quantity_of(row):
                    row["changed"] = command.quantity       # until the ERP's own news of it
                asked.quantity, asked.facts = command.quantity, command.facts

    def looked_at(self, place, data):
        """The hub told what a job wants. The change predicted first must read the same; only from now on supply knows it."""
        name, queue = data["demand"], self.jobs.waiting[place.name, data["demand"]]
        found = Demand(name, number(data["quantity"]), data.get("needed_on", ""), bool(data.get("released")),
                       data.get("work_order", ""), bool(data.get("suggestion")))
        old = place.demands.get(name)
        news = not (old and old.told() == found.told() and not (queue and queue[0].told() == found.told()))
        expected = queue.popleft() if news and queue else old
        if found.suggestion and found.quantity == 0:
            expected = found        # supply has said what becomes of it
        if expected is None or expected.told() != found.told():
            self.diverges(f"demand {name} at {place.name}", expected or "no news", found, "reckoned from its newest snapshot")
        found.reservation = data.get("reservation", "")
        found.held = min(old.held, found.quantity) if old and found.reservation else ZERO
        if found.quantity == 0:
            place.demands.pop(name, None)
        elif old:
            place.demands[name] = found
        else:
            place.demands[name] = found
        return [place]

    # What was asked against what was due.

    def hold(self, place):
        found = [one for one in self.commands[self.position] if one["kind"] in STEPS and self.about(one) is place]
        for step in self.supply.due(place, self.today):
            expected = self.expected(place, step)
            match = next((one for one in found if self.spoken(one) == expected), None)
            if match:
                found.remove(match)
                self.adopt(place, step, match)
            elif (step[1], expected) not in place.reported:
                place.reported.add((step[1], expected))
                self.diverges(f"{place.name}, need {step[1]}", expected, [self.spoken(one) for one in found] or "nothing",
                              self.why(place))
        for command in found:       # goes on from what really happened, so that one divergence is told once
            need = command.get("echo", {}).get("slot", "?")
            self.diverges(f"{place.name}, need {need}", "nothing more", self.spoken(command), self.why(place))
            said, asked = command["payload"], place.serving(need)[0]
            self.adopt(place, (STEPS[command["kind"]], need, number(said.get("quantity")), said.get("delivery_date", ""),
                               said.get("delivery_date", ""), asked), command)

    def about(self, command):
        said = command["payload"]
        target = said.get("requisition") or said.get("purchase_order")
        return self.place(said) if "part" in said else next(
            (place for place in self.places.values() if target in place.requisitions or target in place.orders
             or any(one.number == target for one in place.asked)), None)

    def expected(self, place, step):
        kind, need, quantity, day, _, asked = step
        if kind == "create":
            demand = place.demands.get(need.partition("/")[2])
            jobs = {demand.work_order} if demand else {one.work_order for one in place.demands.values()}
            return kind, plain(quantity), day, sorted(jobs - {""}), (place.planning or {}).get("vendor", "")
        _, order, item = place.item_of(asked) or ("", {}, {})
        return {"change": (kind, asked.number, plain(quantity), day), "cancel": (kind, asked.number),
                "change_order": (kind, order.get("purchase_order"), item.get("item"), plain(quantity), day),
                "cancel_order": (kind, order.get("purchase_order"))}[kind]

    @staticmethod
    def spoken(command):
        kind, said = STEPS[command["kind"]], command["payload"]
        quantity, day = plain(number(said.get("quantity"))), said.get("delivery_date", "")
        return {"create": (kind, quantity, day, sorted(said.get("work_orders", [])), said.get("vendor", "")),
                "change": (kind, said.get("requisition"), quantity, day), "cancel": (kind, said.get("requisition")),
                "change_order": (kind, said.get("purchase_order"), said.get("item"), quantity, day),
                "cancel_order": (kind, said.get("purchase_order"))}[kind]

    def adopt(self, place, step, command):
        kind, need, quantity, _, needed_on, asked = step
        facts = self.supply.facts(place, need, self.today)
        if kind == "create":
            asked = Asked(need, quantity, needed_on, facts)
            place.asked.append(asked)
        self.counts["requisitions" if kind == "create" else "changes"] += 1
        if asked is not None:
            made = Command(kind, command["key"], facts, quantity, needed_on, place.requisitions.get(asked.number))
            self.by_key[command["key"]] = asked
            if kind.endswith("_order"):
                demand, found = place.demands.get(need.partition("/")[2]), place.item_of(asked)
                made.facts, made.row, asked.order_command = demand.facts() if demand else None, found and found[1], made
            else:
                asked.command = made

    @staticmethod
    def why(place):
        row = place.row or {}
        stock = ", ".join(f"{key} {row.get(key, '?')}" for key in ("on_hand", "on_order", "on_requisition", "reserved"))
        asked = ", ".join(f"{one.need} {plain(one.quantity)} {one.number}" for one in place.asked if place.is_open(one))
        return (f"{stock}; position {plain(place.position()) if place.row else '?'}{' (behind)' if place.row and place.behind() else ''}; "
                f"wanted: {'; '.join(map(str, in_order(place.demands.values()))) or 'nothing'}; open: {asked or 'none'}")

    # At rest: what the ERP and the CMMS have.

    def at_rest(self):
        for (place, name), queue in self.jobs.waiting.items():
            for demand in queue:
                self.diverges(f"demand {name} at {place}", demand, "never told", "reckoned from its newest snapshot")
        used = self.issues()
        for row in self.lines["stock"]:
            self.stock(self.place(row), row, used)
        self.requisitions()

    def issues(self):
        """One goods issue per transaction, of its quantity; place → what they took."""
        moved, documents, used, known = defaultdict(Counter), defaultdict(set), Counter(), set()
        for one in self.lines["movement"]:
            if one["type"] == "goods_issue":
                moved[one.get("reference", "")][self.place(one).name] += number(one["base_quantity"])
                documents[one.get("reference", "")].add(one["document"])
        for name, (place, quantity, returns) in self.transactions.items():
            word, receipt = self.answers.get(name, ("", {}))
            known.add(receipt.get("key"))
            if word == "booked":
                used[place.name] += quantity
                key = receipt["key"]
                if moved[key] != Counter({place.name: quantity}) or len(documents[key]) != 1:
                    self.diverges(f"transaction {name}", f"one goods issue of {plain(quantity)} at {place.name}",
                                  sorted(documents[key]) or "none", f"reference {key}")
            elif not word and self.answers.get(returns, ("booked",))[0] == "booked":
                self.diverges(f"transaction {name}", f"a goods issue of {plain(quantity)} at {place.name}", "no answer",
                              "each transaction becomes one goods issue or a refusal")
        for key in sorted(set(moved) - known):
            if any(moved[key].values()):
                self.diverges("goods issue", "none", sorted(documents[key]), f"no transaction stands behind {key}")
        return used

    def stock(self, place, row, used):
        """The ERP's row = what moved; the CMMS was told the same."""
        here = lambda lines: (one for one in self.lines[lines] if self.place(one) is place)  # noqa: E731
        opening = sum((number(one["quantity"]) for one in here("opening")), ZERO)
        by_hand = sum((number(one["base_quantity"]) for one in here("movement")
                       if one["type"] not in ("goods_issue", "goods_receipt")), ZERO)
        came = sum((quantity for where, quantity in self.delivered.values() if where is place), ZERO)
        expected = {"on_hand": opening + by_hand + came + used[place.name],
                    "on_order": sum((number(item["open"]) for _, _, item in place.items()), ZERO),
                    "on_requisition": sum((one[1] for one in place.under_way() if one[2] != "order"), ZERO),
                    "reserved": sum((one.quantity for one in place.demands.values() if one.reservation), ZERO) + sum(
                        (number(one["open"]) for one in place.reservations.values() if one["status"] == "open"
                         and not one.get("reference")), ZERO)}
        why = f"opening {plain(opening)}, by hand {plain(by_hand)}, delivered {plain(came)}, used {plain(used[place.name])}"
        told = self.mirrors.get(place.name)
        for key, value in expected.items():
            if number(row[key]) != value:
                self.diverges(f"{key} of {place.name} in the ERP", plain(value), row[key], why)
            if told and key in told["payload"] and number(told["payload"][key]) != value:
                self.diverges(f"{key} of {place.name} as the CMMS was told", plain(value), told["payload"][key], why)

    def requisitions(self):
        """Each requisition of the ERP with our reference was due, and stands as it was last asked for."""
        known = {one["requisition"]: one for one in self.lines["requisition"]}
        for place in self.places.values():
            for asked in place.asked:
                row = known.pop(asked.number, None)
                if row is None and asked.ended != "refused":
                    self.diverges(f"requisition of {place.name}, need {asked.need}", plain(asked.quantity), "none", "due")
                elif row and asked.ended not in ("refused",) and not asked.command and (
                        number(row["quantity"]) != asked.quantity or place.is_open(asked) != (
                            row["status"] in ("in_approval", "approved"))):
                    self.diverges(f"requisition {asked.number}", f"{plain(asked.quantity)}, {'open' if place.is_open(asked) else asked.ended or 'ordered'}",
                                  f"{row['quantity']}, {row['status']}", f"need {asked.need} of {place.name}")
        for name, row in known.items():
            if row.get("reference"):
                self.diverges(f"requisition {name}", "none", row["quantity"], "nothing needed it")


def main(arguments):
    with open(arguments[0], encoding="utf-8") as stream:
        model = Model((json.loads(line, parse_float=Decimal) for line in stream if line.strip()), print)
    found = model.run()
    print(f"{model.counts['requisitions']} requisitions, {model.counts['changes']} changes, {len(model.places)} places, "
          f"{found} divergences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
