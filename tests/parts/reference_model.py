"""What the hub must do about parts: which requisition a place needs, and what jobs want of it.

Written from the design's sentences, in another language than the hub. All is reckoned from facts, anew at each event of
a place: plain rather than fast, and no state but the facts. The rules stand in docs/parts.md.

    tests/parts/reference_model.py DUMP     holds a recorded run against it: reference_check.py"""
import sys
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_CEILING, Decimal
from heapq import heappop, heappush
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
    replaces: str = ""              # the plan's demand that the plan's order takes over
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
        self.fading = set()         # needs of plans whose round has ended: their order may take over
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
        return any(item.get("requisition") == row["requisition"] for order in self.orders.values()
                   if order["status"] != "cancelled" and order.get("seq", 0) >= row.get("seq", 0)
                   for item in order["items"])

    def is_open(self, asked):
        """Asked for and neither ordered nor ended: nothing known yet, or known by a receipt or by the ERP."""
        row = self.requisitions.get(asked.number)
        return not asked.ended and (row is None or row["word"] in UNORDERED and not self.in_an_order(row))

    def serving(self, need):
        """The open requisition of a need."""
        return next((one for one in reversed(self.asked) if one.need == need and self.is_open(one)), None)

    def part_surplus(self):
        """A second open requisition for a need (an order taken back can revive one) serves nothing: it is cancelled."""
        for one in self.asked:
            if self.is_open(one) and one.number and self.serving(one.need) is not one:
                one.need = f"orphan/{one.number}"

    def row_seq(self):
        return max(self.row.get("seq", 0), self.row.get("as_of", 0))

    def behind(self):
        """The stock row is too old for requisitions or orders that are known: nothing is bought until it catches up."""
        return self.row_seq() < self.moved

    def under_way(self):
        """(day, quantity, whose, jobs, item) of what is known to be under way; whose: 'order', a need, or ''."""
        found = [(day, number(item["open"]), "order", None, (order["purchase_order"], item["item"]))
                 for day, order, item in self.items()]
        owner = {one.number: one.need for one in self.asked if one.number}
        for row in self.requisitions.values():
            need = owner.get(row["requisition"], "")
            if row["word"] in UNORDERED and not self.in_an_order(row):
                jobs = None if need else row.get("work_orders") or None
                found.append((row.get("delivery_date", ""), self.quantity_of(row), need, jobs, None))
            elif row["word"] == "ordered" and need and not any(item.get("requisition") == row["requisition"] for order
                                                               in self.orders.values() for item in order["items"]):
                found.append((row.get("delivery_date", ""), self.quantity_of(row), "order", None, None))
        found += [(one.needed_on, one.quantity, one.need, None, None) for one in self.asked
                  if one.number and one.number not in self.requisitions and not one.ended]
        return sorted(found, key=lambda one: (one[4] is None, one[0] or "9999"))

    def quantity_of(self, row):
        """As the ERP says it, or as it took our change since."""
        return row["changed"] if row.get("changed") is not None else number(row["quantity"])

    def newest(self):
        """Nothing is known only from our own receipts, and the stock row is new enough for the rest."""
        changed = any(row.get("changed") is not None for row in self.requisitions.values())
        return not self.behind() and not changed and not any(
            one.number and one.number not in self.requisitions and not one.ended for one in self.asked)

    def in_flight(self, need=None):
        return sum((one.quantity for one in self.asked
                    if not one.number and not one.ended and not one.command.refused and need in (None, one.need)), ZERO)

    def leaving(self, need=None):
        """What reductions of held orders that are under way will take away."""
        asked = [(one, self.item_of(one)) for one in self.asked
                 if one.order_command and not one.order_command.refused and need in (None, one.need)]
        return sum((max(ZERO, number(found[2]["quantity"]) - one.order_command.quantity) for one, found in asked
                    if found), ZERO)

    def claims(self):
        """(reserved in the ERP beyond what it surely holds for our demands, what it does not surely hold)."""
        ours = [one for one in self.demands.values() if not one.suggestion]
        held = sum((one.held for one in ours), ZERO)
        return number(self.row["reserved"]) - held, sum((one.quantity for one in ours), ZERO) - held

    def cover(self, most):
        """(demand → what nothing covers, order items → what nobody takes). On hand first, then orders by day; when
        asking whether more must be bought, requisitions that no demand owns. `most`: the most that may be there, else
        the least."""
        beyond, unheld = self.claims()
        hand = number(self.row["on_hand"]) - max(ZERO, beyond - unheld if most else beyond)
        if most and beyond < 0:
            hand -= beyond          # an issue is in the stock row, and its job's own news is to come
        known = self.under_way()
        coming = [[quantity, jobs, item] for _, quantity, whose, jobs, item in known
                  if whose == "order" or most and (whose == "stock" or not whose)]
        if most:
            coming.append([self.in_flight("stock"), None, None])
        gap = sum((one[1] for one in known), ZERO) - number(self.row["on_order"]) - number(self.row["on_requisition"])
        if gap < 0 and most:
            coming.append([-gap, None, None])
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
        return uncovered, {item: left for left, _, item in coming if item}

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
        place.part_surplus()
        wanted = [f"demand/{one.name}" for one in place.demands.values() if not one.suggestion]
        wanted += [one.need for one in place.asked if one.need.startswith(("demand/", "orphan/"))]
        for need in [one for one in dict.fromkeys(wanted) if one not in place.fading]:
            yield from self.for_demand(place, need, today)
        yield from self.for_stock(place, today)
        for demand in [one for one in place.demands.values() if one.suggestion]:
            yield from self.for_suggestion(place, demand, today)
        for day, order, item in place.items():
            asked = next((one for one in place.asked if one.number and one.number == item.get("requisition")), None)
            if asked and asked.need.startswith("demand/") and asked.need not in place.fading:
                yield from self.for_order(place, asked, order, item, today)

    @staticmethod
    def lead(place):
        return int(number((place.planning or {}).get("lead_days")))

    def may_buy(self, place, demand, today):
        """A released job buys now; a due plan, or its order, within the part's lead time and the days set for plans."""
        if demand.released or demand.work_order and not demand.replaces or not demand.needed_on:
            return demand.released
        return demand.needed_on <= later(today, self.lead(place) + self.plan_lead_days)

    def facts(self, place, need, today):
        """A no, and a refused command, hold as long as these stay the same."""
        if need == "stock":
            planning = place.planning or {}
            return tuple(number(planning.get(key)) for key in ("reorder_point", "order_up_to", "lot_size"))
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
        if self.waits(place, need, facts, less):
            return
        asked = place.serving(need)
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
        serving = place.serving(need)
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
            quantity = max(point, number(place.planning["order_up_to"])) - position
            lot = number(place.planning.get("lot_size"))
            quantity = quantity if lot <= 0 else (quantity / lot).to_integral_value(ROUND_CEILING) * lot
        elif not place.behind() and not any(one.command for one in place.asked if one.need == "stock"):
            place.no.pop("stock", None)     # recovered: the next fall is a new need
        if self.waits(place, "stock", self.facts(place, "stock", today), quantity) or place.serving("stock"):
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
        left = number(item["quantity"]) - max(surplus, ZERO)
        moved = demand is not None and demand.needed_on != asked.needed_on
        if not held or not (surplus > 0 or moved):
            return
        if left > 0:
            day = self.day(place, demand.needed_on, today) if moved else ""
            yield ("change_order", asked.need, left, day, demand.needed_on if demand else asked.needed_on, asked)
        elif len(order["items"]) == 1:
            yield ("cancel_order", asked.need, ZERO, "", "", asked)


class Jobs:
    """What jobs, due plans and suggestions want, as the peers told it; each change waits until the hub has looked."""

    def __init__(self, zone):
        self.zone = zone
        self.lines = {}                     # demand → (place, Demand) as last predicted
        self.of = defaultdict(set)          # job or plan → its demands
        self.plans_done, self.rounds, self.moment = set(), [], None
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
            replaces = f"{data['plan']}/{data['plan_due']}/{line['id']}" if data.get("plan_due") else ""
            lines[name] = (f"{line['part']}/{line['storeroom']}", Demand(
                name, left if status in LIVE else ZERO, day, status in LIVE[1:], job, replaces=replaces))
        if data.get("plan"):
            self.plans_done.add(f"{data['plan']}/{data.get('plan_due')}")
            self.become(f"{data['plan']}/{data.get('plan_due')}", {})
        self.become(job, lines)

    def at(self, text):
        """The time of the event to come. A round that no order took over 30 days after its date began is over."""
        self.moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        while self.rounds and self.rounds[0][0] <= self.moment:
            _, subject = heappop(self.rounds)
            if subject not in self.plans_done:
                self.plans_done.add(subject)
                self.become(subject, {})

    def plan(self, data, subject):
        begins = datetime.fromisoformat(data["due"]).replace(tzinfo=self.zone).astimezone(timezone.utc)
        over = begins + timedelta(days=30)
        if subject not in self.plans_done and over > self.moment:
            heappush(self.rounds, (over, subject))
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


if __name__ == "__main__":
    import reference_check
    sys.exit(reference_check.main(sys.argv[1:]))
