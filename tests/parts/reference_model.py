"""What the hub must have done about parts, reckoned anew from a dump of a simulated run and held against it.

Written from the design's sentences, not from the hub's code. Facts are what the peers said (snapshots, answers); the hub's own
events only tell WHEN it looked, never what to think: their content is predicted too. After each event of a place everything
about that place is reckoned again from its facts: no shortcut, nothing kept but the facts and what was asked of the ERP."""
import json
import sys
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
LIVE = ("approved", "released", "in_progress", "reopened")
RELEASED = LIVE[1:]
OPEN, CHANGEABLE = ("requested", "approved", "ordered"), ("requested", "approved")
SUPPLY_KINDS = ("requisition.create", "requisition.change", "requisition.cancel", "purchase_order.change",
                "purchase_order.cancel")


def number(text):
    return Decimal(str(text)) if text not in (None, "") else ZERO


def plain(value):
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


@dataclass
class Demand:
    """What a job's line, a due plan's line or a suggestion wants of a place."""
    name: str
    quantity: Decimal
    needed_on: str
    released: bool
    work_order: str = ""
    suggestion: bool = False
    reservation: str = ""

    def facts(self):
        return (self.quantity, self.needed_on, self.released)


@dataclass
class Asked:
    """A requisition that the hub must have asked for, and what became of it."""
    need: str
    quantity: Decimal
    needed_by: str
    key: str = ""
    number: str = ""
    under_way: str = ""             # key of the command whose outcome is not known yet
    ended: str = ""                 # rejected, cancelled, closed, refused
    cancelling: bool = False
    changes: int = 0


@dataclass
class Place:
    name: str
    row: dict = None
    planning: dict = None
    demands: dict = field(default_factory=dict)
    requisitions: dict = field(default_factory=dict)
    orders: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)     # need → what the need was when somebody said no
    missed: set = field(default_factory=set)        # what was reported already

    def status(self, asked):
        """The newest word on a requisition: ours until the ERP has spoken."""
        known = self.requisitions.get(asked.number)
        return known["status_word"] if known else "requested"

    def open_for(self, need):
        return next((one for one in self.asked if one.need == need and not one.ended), None)

    def items(self):
        """Order items of this place that still bring something, by the day they come."""
        found = []
        for order in self.orders.values():
            if order["status"] not in ("held", "sent"):
                continue
            for item in order["items"]:
                if f"{item['part']}/{item['storeroom']}" == self.name and not item.get("final") and number(item["open"]) > 0:
                    found.append((item.get("confirmed_date") or item.get("delivery_date") or "9999", order, item))
        return sorted(found, key=lambda one: (one[0], one[1]["purchase_order"], one[2]["item"]))

    def shared_requisitions(self):
        """Open, not ordered, and for no demand of ours: reorders and what somebody else asked for. Quantities."""
        ours = {one.number for one in self.asked if one.need != "stock" and one.number}
        named = {item.get("requisition") for _, _, item in self.items()}
        told = [number(one["quantity"]) for key, one in self.requisitions.items()
                if one["status_word"] in CHANGEABLE and key not in ours and key not in named]
        return told + [one.quantity for one in self.asked
                       if one.need == "stock" and not one.ended and one.number not in self.requisitions]

    def uncovered(self, today, most, without=""):
        """Demand → what nothing covers: on hand first, then orders by day, then (when asking for more) shared requisitions.
        `most` counts the most that may be there, else the least; `without`: a requisition whose own held order is left out."""
        row = self.row
        hand = number(row["on_hand"])
        orders = [number(item["open"]) for _, order, item in self.items()
                  if not (without and item.get("requisition") == without and order["status"] == "held")]
        left_out = sum(number(item["open"]) for _, _, item in self.items()) - sum(orders)
        unexplained = number(row["on_order"]) - left_out - sum(orders)
        if most and unexplained > 0:
            orders.append(unexplained)
        while not most and unexplained < 0 and orders:
            cut = min(-unexplained, orders[-1])
            unexplained += cut
            orders[-1] -= cut
            if orders[-1] == 0:
                orders.pop()
        pool = hand + sum(orders) + (sum(self.shared_requisitions()) if most else ZERO)
        result = {}
        for demand in sorted(self.demands.values(), key=lambda one: (one.needed_on or "9999", one.name)):
            taken = max(ZERO, min(pool, demand.quantity))
            pool -= taken
            result[demand.name] = demand.quantity - taken
        return result

    def position(self):
        """On hand + on order + on requisition − reserved − demands not reserved yet."""
        row = self.row
        asked = sum(one.quantity for one in self.asked if not one.ended and one.number not in self.requisitions)
        unreserved = sum(one.quantity for one in self.demands.values() if not one.reservation and not one.suggestion)
        return (number(row["on_hand"]) + number(row["on_order"]) + number(row["on_requisition"]) + asked
                - number(row["reserved"]) - unreserved)

    def row_is_current(self):
        newest = max([one.get("seq", 0) for one in (*self.requisitions.values(), *self.orders.values())], default=0)
        return self.row is not None and self.row.get("seq", 0) >= newest


def whole_lots(quantity, lot):
    return quantity if lot <= 0 else (quantity / lot).to_integral_value(ROUND_CEILING) * lot


class Supply:
    """What must be asked of the ERP for one place, from its facts alone."""

    def __init__(self, settings):
        self.plan_lead_days = int(settings.get("plan_lead_days", 14))

    def in_time(self, place, demand, today):
        """A released job wants its parts now; a due plan only within the lead time."""
        if demand.released or demand.suggestion:
            return True
        if demand.work_order:
            return False
        lead = int(number((place.planning or {}).get("lead_days", self.plan_lead_days)))
        return demand.needed_on <= (date.fromisoformat(today) + timedelta(lead)).isoformat()

    def need_facts(self, place, need):
        """A no holds as long as these stay the same."""
        if need == "stock":
            planning = place.planning or {}
            return tuple(str(planning.get(key)) for key in ("reorder_point", "order_up_to", "lot_size"))
        demand = place.demands.get(need)
        return demand and (demand.quantity, demand.needed_on)

    def wanted(self, place, today):
        """Every step that is due now: (kind, need, quantity, date, requisition or order), at most one per need."""
        if place.row is None:
            return []
        needs = sorted(set(place.demands) | {one.need for one in place.asked if not one.ended and one.need != "stock"})
        steps = [step for need in needs for step in self.for_demand(place, need, today)]
        return steps + self.for_stock(place, today)

    def for_demand(self, place, need, today):
        asked, demand = place.open_for(need), place.demands.get(need)
        if asked is None:
            if demand is None or not self.in_time(place, demand, today):
                return []
            if place.refused.get(need) == self.need_facts(place, need):
                return []
            short = place.uncovered(today, most=True)[need]
            return [("create", need, short, demand.needed_on, "")] if short > 0 else []
        if asked.under_way or asked.cancelling:
            return []
        held = next(((order, item) for _, order, item in place.items()
                     if item.get("requisition") == asked.number and order["status"] == "held"), None)
        if place.status(asked) not in CHANGEABLE and not held:
            return []
        more = place.uncovered(today, True, asked.number).get(need, ZERO)
        less = place.uncovered(today, False, asked.number).get(need, ZERO)
        quantity = more if more > asked.quantity else min(less, asked.quantity)
        moved = demand is not None and demand.needed_on != asked.needed_by
        if quantity == 0:
            return [("cancel_order" if held else "cancel", need, ZERO, "", asked)]
        if quantity == asked.quantity and not moved:
            return []
        return [("change_order" if held else "change", need, quantity, demand.needed_on if moved else "", asked)]

    def for_stock(self, place, today):
        planning = place.planning
        if planning is None or place.open_for("stock") or not place.row_is_current():
            return []
        position, point = place.position(), number(planning["reorder_point"])
        if position >= point:
            place.refused.pop("stock", None)
            return []
        if place.refused.get("stock") == self.need_facts(place, "stock"):
            return []
        up_to = max(point, number(planning["order_up_to"]))
        quantity = whole_lots(up_to - position, number(planning.get("lot_size")))
        due = (date.fromisoformat(today) + timedelta(int(number(planning.get("lead_days"))))).isoformat()
        return [("create", "stock", quantity, due, "")] if quantity > 0 else []


class Jobs:
    """What jobs, due plans and suggestions want, as the peers told it; each change waits until the hub has looked at it."""

    def __init__(self, zone):
        self.zone = zone
        self.lines = {}                     # demand → (place, facts) as last predicted
        self.of = defaultdict(set)          # job or plan → its demands
        self.plans_done = set()
        self.waiting = defaultdict(deque)   # (place, demand) → changes that the hub must tell

    def day(self, text):
        if not text or "T" not in text:
            return text or ""
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(self.zone).date().isoformat()

    def workorder(self, status, data, today):
        job = data["number"] if "number" in data else data["work_order"]
        lines = {}
        for line in data.get("planned_parts", []):
            left = max(ZERO, number(line.get("base_quantity", line.get("quantity"))) - number(line.get("issued")))
            name = f"{job}/{line['id']}"
            day = line.get("needed_on") or self.day(data.get("scheduled_start")) or self.day(data.get("due"))
            if not day:
                day = self.lines[name][1].needed_on if name in self.lines else today
            lines[name] = (f"{line['part']}/{line['storeroom']}",
                           Demand(name, left if status in LIVE else ZERO, day, status in RELEASED, job))
        if data.get("plan"):
            done = f"{data['plan']}/{data.get('plan_due')}"
            self.plans_done.add(done)
            self.become(done, {})
        self.become(job, lines)

    def plan(self, data, subject):
        if subject in self.plans_done or not data.get("certain", True):
            return
        self.become(subject, {
            f"{subject}/{line['id']}": (f"{line['part']}/{line['storeroom']}",
                                        Demand(f"{subject}/{line['id']}", number(line.get("base_quantity", line["quantity"])),
                                               line.get("needed_on") or data["due"], False))
            for line in data.get("planned_parts", [])})

    def suggestion(self, data):
        name = data["suggestion"]
        wanted = number(data["base_quantity"]) if data.get("status", "OPEN").upper() == "OPEN" else ZERO
        if name not in self.lines:
            self.become(name, {name: (f"{data['part']}/{data['storeroom']}",
                                      Demand(name, wanted, data.get("needed_on", ""), True, suggestion=True))})

    def become(self, owner, lines):
        for name in sorted(self.of[owner] | set(lines)):
            before, after = self.lines.get(name), lines.get(name)
            if before and (after is None or after[0] != before[0]):
                self.tell(before[0], Demand(name, ZERO, before[1].needed_on, before[1].released, before[1].work_order,
                                            before[1].suggestion))
                del self.lines[name]
                before = None
            if after and (before is None and after[1].quantity > 0 or
                          before and self.said(before[1]) != self.said(after[1])):
                self.tell(*after)
                self.lines[name] = after
        self.of[owner] = set(lines)

    @staticmethod
    def said(demand):
        return demand.facts() if demand.quantity > 0 else ZERO

    def tell(self, place, demand):
        self.waiting[place, demand.name].append(demand)


class Model:
    """Reads the dump once, in the log's order."""

    def __init__(self, lines, report):
        self.report_line = report
        self.divergences = 0
        plant = next(one for one in lines if one["line"] == "plant")
        self.zone = ZoneInfo(plant.get("time_zone") or "UTC")
        self.supply = Supply(plant.get("settings", {}).get("supply", plant.get("settings", {})))
        self.jobs = Jobs(self.zone)
        self.places = {}
        self.position, self.today = 0, plant.get("today", "")
        self.lines = defaultdict(list)
        for one in lines:
            self.lines[one["line"]].append(one)
        self.commands = defaultdict(list)
        for one in self.lines["command"]:
            self.commands[one["cause"]].append(one)
        self.by_key = {}                    # command key → Asked
        self.transactions, self.answers = {}, {}
        self.delivered, self.used = Counter(), Counter()
        self.mirrored, self.reservations = {}, {}
        self.counts = Counter()

    def diverges(self, what, expected, found, why):
        self.divergences += 1
        self.report_line(f"log position {self.position}: {what}: expected {expected}, found {found}: {why}")

    def place(self, part, storeroom):
        name = f"{part}/{storeroom}"
        return self.places.setdefault(name, Place(name))

    def run(self):
        for event in self.lines["event"]:
            self.position = event["position"]
            self.today = self.jobs.day(event["recorded"])
            touched = self.take(event)
            for name in touched:
                self.hold(self.places[name])
            self.other_commands(event)
        self.position = "at rest"
        self.at_rest()
        return self.divergences

    # ---- facts

    def take(self, event):
        """Keeps what the event says; the places that must be reckoned anew."""
        kind, data = event["type"], event["data"]
        noun, _, word = kind.partition(".")
        if "key" in data and "flow" in data:
            return self.answer(noun, word, data)
        if noun == "workorder":
            self.jobs.workorder(data["status"], data, self.today)
            return []
        if kind == "plan.due":
            self.jobs.plan(data, event["subject"])
            return []
        if kind == "reorder.suggested":
            self.jobs.suggestion(data)
            return []
        if kind == "demand.changed":
            return self.looked_at(data)
        if kind in ("part.consumed", "part.returned"):
            self.transaction(kind, data)
            return []
        if noun == "purchase_order":
            return self.order(data)
        if kind == "timer.fired":
            return [data["key"]] if data.get("flow") == "supply" and data["key"] in self.places else []
        if kind == "notice.answered":
            return self.person(data)
        if noun == "reservation":
            self.reservations[data["reservation"]] = data
        if "part" not in data or "storeroom" not in data or event.get("own"):
            return []
        return self.of_place(noun, word, data, self.place(data["part"], data["storeroom"]))

    def of_place(self, noun, word, data, place):
        newer = lambda old: old is None or data.get("seq", 0) >= old.get("seq", 0)  # noqa: E731
        if noun == "stock" and newer(place.row):
            place.row = data
        elif noun == "planning" and newer(place.planning):
            place.planning = data
        elif noun == "delivery":
            self.delivered[place.name] += number(data["quantity"]) * (1 if word == "received" else -1)
        elif noun == "requisition" and newer(place.requisitions.get(data["requisition"])):
            self.requisition(place, word, data)
        return [place.name] if noun in ("stock", "planning", "requisition", "delivery", "reservation") else []

    def requisition(self, place, word, data):
        place.requisitions[data["requisition"]] = {**data, "status_word": word}
        asked = self.by_key.get(data.get("reference", ""))
        if asked is None:
            asked = next((one for one in place.asked if one.number == data["requisition"]), None)
        if asked is None:
            return
        if asked.under_way == data.get("reference"):
            asked.under_way = ""
        asked.number = data["requisition"]
        if word in ("rejected", "cancelled", "closed") and not asked.ended:
            asked.ended = word
            if word == "rejected" or word == "cancelled" and not asked.cancelling:
                place.refused[asked.need] = self.supply.need_facts(place, asked.need)

    def order(self, data):
        names = {f"{item['part']}/{item['storeroom']}" for item in data["items"] if item.get("part")}
        for name in sorted(names):
            place = self.places.setdefault(name, Place(name))
            old = place.orders.get(data["purchase_order"])
            if old is None or data.get("seq", 0) >= old.get("seq", 0):
                place.orders[data["purchase_order"]] = data
        return sorted(names)

    def answer(self, noun, word, data):
        """A peer's answer to a command."""
        if noun == "issue":
            self.answers[data["echo"]["transaction"]] = (word, data)
        asked = self.by_key.get(data["key"])
        if data["flow"] != "supply" or asked is None:
            return []
        place = self.places[data["flow_key"]]
        if word == "booked":
            if asked.under_way == data["key"]:
                asked.under_way = ""
            asked.number = asked.number or data.get("document", "")
        elif word == "withdrawn" or word == "rejected" and data.get("gave_up"):
            asked.under_way = ""
            if asked.key == data["key"]:
                asked.ended = "refused"
                place.refused[asked.need] = self.supply.need_facts(place, asked.need)
        return [place.name]

    def looked_at(self, data):
        """The hub told what a job wants: the change predicted first must read the same; only now supply knows it."""
        place = self.place(data["part"], data["storeroom"])
        name, queue = data["demand"], self.jobs.waiting[f"{data['part']}/{data['storeroom']}", data["demand"]]
        told = (number(data["quantity"]), data.get("needed_on", ""), bool(data.get("released")))
        same = lambda one: one.quantity == told[0] and (told[0] == 0 or one.facts() == told)  # noqa: E731
        if queue and (same(queue[0]) or name not in place.demands):
            demand = queue.popleft()
        else:
            demand = place.demands.get(name)
        if demand is None or not same(demand):
            self.diverges(f"demand {name} at {place.name}", [plain(one) for one in demand.facts()] if demand else "no news",
                          [plain(one) for one in told], "reckoned from the job's newest snapshot")
            demand = Demand(name, *told, data.get("work_order", ""), bool(data.get("suggestion")))
        demand.reservation = data.get("reservation", "")
        if data.get("replaces"):
            for asked in place.asked:
                asked.need = name if asked.need == data["replaces"] else asked.need
        place.demands.pop(name, None)
        if demand.quantity > 0:
            place.demands[name] = demand
        return [place.name]

    def person(self, data):
        place = self.places.get(data.get("flow_key", ""))
        if data.get("flow") != "supply" or place is None:
            return []
        if data.get("choice") == "order_again":
            place.refused = {need: facts for need, facts in place.refused.items() if need not in data["notice"]}
        return [place.name]

    # ---- requisitions

    def describe(self, place, step):
        kind, need, quantity, day, asked = step
        if kind == "create":
            demand = place.demands.get(need)
            jobs = {demand.work_order} if demand else {one.work_order for one in place.demands.values()}
            jobs = tuple(sorted(jobs - {""}))
            return ("requisition.create", plain(quantity), day, jobs, (place.planning or {}).get("vendor", ""))
        order, item = next(((order["purchase_order"], item["item"]) for _, order, item in place.items()
                            if item.get("requisition") == asked.number), ("", ""))
        return {"change": ("requisition.change", asked.number, plain(quantity), day),
                "cancel": ("requisition.cancel", asked.number),
                "change_order": ("purchase_order.change", order, item, plain(quantity), day),
                "cancel_order": ("purchase_order.cancel", order)}[kind]

    @staticmethod
    def spoken(command):
        kind, said = command["kind"], command["payload"]
        quantity, day = plain(number(said.get("quantity"))), said.get("delivery_date", "")
        if kind == "requisition.create":
            return (kind, quantity, day, tuple(sorted(said.get("work_orders", []))), said.get("vendor", ""))
        return {"requisition.change": (kind, said.get("requisition"), quantity, day),
                "requisition.cancel": (kind, said.get("requisition")),
                "purchase_order.change": (kind, said.get("purchase_order"), said.get("item"), quantity, day),
                "purchase_order.cancel": (kind, said.get("purchase_order"))}[kind]

    def place_of(self, command):
        said = command["payload"]
        if "part" in said:
            return f"{said['part']}/{said['storeroom']}"
        target = said.get("requisition") or said.get("purchase_order")
        return next((name for name, place in self.places.items()
                     if target in place.requisitions or target in place.orders
                     or any(one.number == target for one in place.asked)), "")

    def hold(self, place):
        """What must be asked now against what was asked at this place of the log."""
        found = [one for one in self.commands[self.position] if one["kind"] in SUPPLY_KINDS
                 and self.place_of(one) == place.name]
        for step in self.supply.wanted(place, self.today):
            expected = self.describe(place, step)
            match = next((one for one in found if self.spoken(one) == expected), None)
            if match is not None:
                found.remove(match)
                self.adopt(place, step, match)
            elif (step[1], expected) not in place.missed:
                place.missed.add((step[1], expected))
                self.diverges(f"{place.name}, need {step[1]}", expected, [self.spoken(one) for one in found] or "nothing",
                              self.why(place, step[1]))
        for command in found:
            need = self.need_of(place, command)
            self.diverges(f"{place.name}, need {need}", "nothing more", self.spoken(command), self.why(place, need))
            self.adopt(place, self.as_step(place, need, command), command)

    def need_of(self, place, command):
        """Whose requisition an unexpected command is: for the report, and to go on with what really happened."""
        said, slot = command["payload"], command.get("echo", {}).get("slot", "")
        if slot:
            return slot.partition("/")[2] or slot
        if command["kind"] != "requisition.create":
            item = {one[1]["purchase_order"]: one[2].get("requisition") for one in place.items()}
            target = said.get("requisition") or item.get(said.get("purchase_order"))
            return next((one.need for one in place.asked if one.number == target), "?")
        jobs = said.get("work_orders", [])
        return next((name for name, one in place.demands.items() if one.work_order in jobs and not place.open_for(name)),
                    "stock" if not jobs else "?")

    def as_step(self, place, need, command):
        said = command["payload"]
        kind = {"requisition.create": "create", "requisition.change": "change", "requisition.cancel": "cancel",
                "purchase_order.change": "change_order", "purchase_order.cancel": "cancel_order"}[command["kind"]]
        return (kind, need, number(said.get("quantity")), said.get("delivery_date", ""), place.open_for(need))

    def adopt(self, place, step, command):
        kind, need, quantity, day, asked = step
        if kind == "create":
            asked = Asked(need, quantity, day, command["key"])
            place.asked.append(asked)
            self.counts["requisitions"] += 1
        else:
            self.counts["changes"] += 1
        if asked is None or asked == "":
            return
        asked.under_way = command["key"]
        self.by_key[command["key"]] = asked
        if kind in ("change", "change_order"):
            asked.quantity, asked.needed_by = quantity, day or asked.needed_by
        asked.cancelling = asked.cancelling or kind in ("cancel", "cancel_order")

    def why(self, place, need):
        row = place.row or {}
        stock = ", ".join(f"{key} {row.get(key, '?')}" for key in ("on_hand", "on_order", "on_requisition", "reserved"))
        if need == "stock":
            position = plain(place.position()) if place.row else "unknown"
            return f"{stock}; position {position}, planning {place.planning}"
        wants = ", ".join(f"{one.name} {plain(one.quantity)} on {one.needed_on}{'' if one.released else ' (not released)'}"
                          for one in sorted(place.demands.values(), key=lambda one: (one.needed_on, one.name)))
        return f"{stock}; wanted: {wants or 'nothing'}; asked: {[(one.need, plain(one.quantity)) for one in place.asked if not one.ended]}"

    # ---- stock

    def transaction(self, kind, data):
        """Immutable: told again it is the same one."""
        sign = -1 if kind == "part.consumed" else 1
        quantity = sign * number(data.get("base_quantity") or data["quantity"])
        self.transactions.setdefault(data["transaction"], (f"{data['part']}/{data['storeroom']}", quantity))

    def other_commands(self, event):
        for command in self.commands[event["position"]]:
            said = command["payload"]
            if command["kind"] == "inventory.mirror":
                self.mirrored[f"{said['part']}/{said['storeroom']}"] = said
            if command["kind"] == "goods_issue.post" and (said.get("part"), said.get("storeroom")) != (None, None):
                self.counts["issues"] += 1

    def at_rest(self):
        for (place, name), queue in self.jobs.waiting.items():
            for demand in queue:
                self.diverges(f"demand {name} at {place}", [plain(one) for one in demand.facts()], "never told",
                              "reckoned from the job's newest snapshot")
        self.issues_at_rest()
        for row in self.lines["stock"]:
            self.stock_at_rest(row)
        self.requisitions_at_rest()
        for row in self.lines["balance"]:
            self.counts["balances"] += 1

    def issues_at_rest(self):
        """One live goods issue per transaction, of its quantity, or the ERP's refusal."""
        moved, documents = defaultdict(Counter), defaultdict(set)
        for one in self.lines["movement"]:
            if one["type"] == "goods_issue":
                moved[one.get("reference", "")][f"{one['part']}/{one['storeroom']}"] += number(one["base_quantity"])
                documents[one.get("reference", "")].add(one["document"])
        expected_keys = set()
        for name, (place, quantity) in self.transactions.items():
            word, receipt = self.answers.get(name, ("", {}))
            if word != "booked":
                if not word:
                    self.diverges(f"transaction {name}", f"a goods issue of {plain(quantity)} at {place}", "no answer",
                                  "each transaction becomes one goods issue or a refusal")
                continue
            key = receipt["key"]
            expected_keys.add(key)
            self.used[place] += quantity
            if moved[key] != Counter({place: quantity}) or len(documents[key]) != 1:
                self.diverges(f"transaction {name}", f"one goods issue of {plain(quantity)} at {place}",
                              f"{len(documents[key])}: {({at: plain(value) for at, value in moved[key].items()})}",
                              f"reference {key}")
        for key in sorted(set(moved) - expected_keys):
            if any(moved[key].values()):
                self.diverges("goods issue", "none", f"{sorted(documents[key])} with reference {key}",
                              "no transaction stands behind it")

    def stock_at_rest(self, row):
        name = f"{row['part']}/{row['storeroom']}"
        place = self.places.get(name) or Place(name)
        by_hand = sum(number(one["base_quantity"]) for one in self.lines["movement"]
                      if one["type"] not in ("goods_issue", "goods_receipt")
                      and f"{one['part']}/{one['storeroom']}" == name)
        opening = sum(number(one["quantity"]) for one in self.lines["opening"]
                      if f"{one['part']}/{one['storeroom']}" == name)
        expected = {
            "on_hand": opening + by_hand + self.delivered[name] + self.used[name],
            "on_order": sum(number(item["open"]) for _, _, item in place.items()),
            "reserved": sum(number(one["open"]) for one in self.reservations.values()
                            if f"{one['part']}/{one['storeroom']}" == name and one["status"] == "open")}
        for key, value in expected.items():
            if number(row[key]) != value:
                self.diverges(f"{key} of {name} in the ERP", plain(value), plain(number(row[key])),
                              f"opening {plain(opening)}, by hand {plain(by_hand)}, delivered {plain(self.delivered[name])}, "
                              f"used {plain(self.used[name])}")
        mirror = self.mirrored.get(name)
        if mirror and number(mirror["on_hand"]) != expected["on_hand"]:
            self.diverges(f"on hand of {name} as the CMMS was told", plain(expected["on_hand"]), mirror["on_hand"],
                          "the newest stock must have reached the CMMS")

    def requisitions_at_rest(self):
        known = {one["requisition"]: one for one in self.lines["requisition"]}
        seen = set()
        for place in self.places.values():
            for asked in place.asked:
                row = known.get(asked.number)
                if asked.ended == "refused":
                    continue
                if row is None:
                    self.diverges(f"requisition for {place.name}, need {asked.need}", plain(asked.quantity), "none",
                                  "asked for and never there")
                    continue
                seen.add(asked.number)
        for key, row in known.items():
            if row.get("reference") and key not in seen:
                self.diverges(f"requisition {key}", "none", plain(number(row["quantity"])), "no need stands behind it")


def read(path):
    with open(path, encoding="utf-8") as stream:
        return [json.loads(line, parse_float=Decimal) for line in stream if line.strip()]


def main(arguments):
    model = Model(read(arguments[0]), print)
    found = model.run()
    print(f"{model.counts['requisitions']} requisitions, {model.counts['changes']} changes, {len(model.places)} places, "
          f"{found} divergences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
