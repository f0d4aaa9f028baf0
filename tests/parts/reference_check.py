"""Holds a recorded run (a dump, see README.md) against the reference model: each requisition, its changes and
cancellations at the place of the log where they were due, each demand as it was told, each stock at rest.

Facts are what the peers said: snapshots, answers to commands, people's answers. The hub's own events tell only WHEN it
looked; what they say is predicted too."""
import json
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

from reference_model import STEPS, UNORDERED, ZERO, Asked, Command, Demand, Jobs, Place, Supply, in_order, number, plain

OPEN_IN_ERP = ("in_approval", "approved")


class Check:
    """Goes through the log once; after each fact of a place, holds what is due there against what was asked."""

    def __init__(self, lines, report):
        self.log = iter(lines)
        plant = next(self.log)
        self.lines, self.asked_here = defaultdict(list), []
        settings = plant.get("settings", {})
        self.report, self.divergences, self.position, self.today = report, 0, 0, plant.get("today", "")
        self.supply = Supply(settings.get("supply", settings))
        self.jobs = Jobs(ZoneInfo(plant.get("time_zone") or "UTC"))
        self.places, self.by_key, self.counts, self.unreserved = {}, {}, Counter(), set()
        self.transactions, self.answers, self.delivered, self.mirrors = {}, {}, {}, {}

    def diverges(self, what, expected, found, why):
        self.divergences += 1
        self.report(f"log position {self.position}: {what}: expected {expected}, found {found}: {why}")

    def place(self, data):
        name = f"{data['part']}/{data['storeroom']}"
        return self.places.setdefault(name, Place(name))

    def run(self):
        event = None
        for line in self.log:
            if line["line"] == "command":
                self.asked_here.append(line)
                continue
            if event:
                self.step(event)
            event = line if line["line"] == "event" else None
            if not event:
                self.lines[line["line"]].append(line)
        if event:
            self.step(event)
        self.position = "at rest"
        self.at_rest()
        return self.divergences

    def step(self, event):
        """One event of the log with the commands that it caused."""
        self.position, self.today = event["position"], self.jobs.day(event["recorded"])
        self.jobs.at(event["recorded"])
        held = self.take(event["type"], event["subject"], event["data"])
        for place in held:
            self.hold(place)
        for one in self.asked_here:
            if one["kind"] in STEPS and not any(self.about(one) is place for place in held):
                self.diverges(f"command {one['key']}", "nothing", f"{one['kind']} {one['payload']}",
                              f"{event['type']} is nothing that supply decides on")
            if one["cause"] != self.position:
                raise ValueError(f"command {one['key']} of position {one['cause']} stands behind {self.position}")
            if one["kind"] == "inventory.mirror":
                self.mirrors[self.place(one["payload"]).name] = one
        self.asked_here = []

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
            if data.get("name") == "faded":
                place.fading.clear()
            if data.get("choice") == "order_again":
                place.no.pop(data["notice"].partition("/")[2], None)
            return [place]
        elif noun == "delivery":
            quantity = number(data["quantity"])
            self.delivered[data["document"]] = (self.place(data), quantity if word == "received" else -quantity)
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
        asked = self.by_key.get(data.get("reference")) or next(
            (one for one in place.asked if one.number == name), None)
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
            before = {item["item"]: number(item["open"]) for _, order, item in place.items() if order is old}
            place.orders[data["purchase_order"]] = data
            after = {item["item"]: number(item["open"]) for _, order, item in place.items() if order is data}
            if before != after:
                place.moved = max(place.moved, data.get("seq", 0))
        return list(places.values())

    def answer(self, noun, word, data):
        """A peer's answer to a command, or a person's word on one that was refused."""
        if noun == "issue" and "echo" in data:
            self.answers[data["echo"]["transaction"]] = (word, data)
        elif noun == "issue" and word == "replayed":        # a person's word: the refusal is over, an answer follows
            self.answers = {name: one for name, one in self.answers.items() if one[1]["key"] != data["key"]}
        if data.get("kind") == "reservation.create":
            demand = data["flow_key"].removeprefix("plan/") + "/" + data["echo"]["line"]
            (self.unreserved.discard if word in ("booked", "replayed") else self.unreserved.add)(demand)
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
        """The hub told what a job wants. The change predicted first must read the same; only now supply knows it."""
        name, queue = data["demand"], self.jobs.waiting[place.name, data["demand"]]
        found = Demand(name, number(data["quantity"]), data.get("needed_on", ""), bool(data.get("released")),
                       data.get("work_order", ""), bool(data.get("suggestion")), data.get("replaces", ""))
        old = place.demands.get(name)
        news = not (old and old.told() == found.told() and not (queue and queue[0].told() == found.told()))
        expected = queue.popleft() if news and queue else old
        if found.suggestion and found.quantity == 0:
            expected = found        # supply has said what becomes of it
        if expected is None or expected.told() != found.told() or found.quantity > 0 and (
                expected.replaces != found.replaces):
            self.diverges(f"demand {name} at {place.name}", expected or "no news", found,
                          "reckoned from its newest snapshot")
        found.reservation = data.get("reservation", "")
        found.held = min(old.held, found.quantity) if old and found.reservation else ZERO
        need = f"demand/{name}"
        if found.quantity == 0:
            if old and not old.work_order and not old.suggestion:
                place.fading.add(need)
            place.demands.pop(name, None)
            return [place]
        place.demands[name] = found
        if f"demand/{found.replaces}" in place.fading and not any(one.need == need for one in place.asked):
            place.fading.discard(f"demand/{found.replaces}")
            for asked in place.asked:
                asked.need = need if asked.need == f"demand/{found.replaces}" else asked.need
        place.fading.discard(need)
        return [place]

    # What was asked against what was due.

    def hold(self, place):
        found = [one for one in self.asked_here if one["kind"] in STEPS and self.about(one) is place]
        for step in self.supply.due(place, self.today):
            expected = self.expected(place, step)
            match = next((one for one in found if self.spoken(one) == expected), None)
            if match:
                found.remove(match)
                self.adopt(place, step, match)
            elif (step[1], expected) not in place.reported:
                place.reported.add((step[1], expected))
                self.diverges(f"{place.name}, need {step[1]}", expected,
                              [self.spoken(one) for one in found] or "nothing", self.why(place))
        for command in found:       # goes on from what really happened, so that one divergence is told once
            need = command.get("echo", {}).get("slot", "?")
            self.diverges(f"{place.name}, need {need}", "nothing more", self.spoken(command), self.why(place))
            said, asked = command["payload"], place.serving(need)
            day = said.get("delivery_date", "")
            self.adopt(place, (STEPS[command["kind"]], need, number(said.get("quantity")), day, day, asked), command)

    def about(self, command):
        said = command["payload"]
        if command.get("flow_key") in self.places:
            return self.places[command["flow_key"]]
        target = said.get("requisition") or said.get("purchase_order")
        return self.place(said) if "part" in said else next(
            (place for place in self.places.values() if target in place.requisitions or target in place.orders
             or any(one.number == target for one in place.asked)), None)

    def expected(self, place, step):
        kind, need, quantity, day, _, asked = step
        if kind == "create":
            demand = place.demands.get(need.partition("/")[2])
            jobs = {demand.work_order} if demand else {one.work_order for one in place.demands.values()}
            return kind, plain(quantity), day, tuple(sorted(jobs - {""})), (place.planning or {}).get("vendor", "")
        _, order, item = place.item_of(asked) or ("", {}, {})
        return {"change": (kind, asked.number, plain(quantity), day), "cancel": (kind, asked.number),
                "change_order": (kind, order.get("purchase_order"), item.get("item"), plain(quantity), day),
                "cancel_order": (kind, order.get("purchase_order"))}[kind]

    @staticmethod
    def spoken(command):
        kind, said = STEPS[command["kind"]], command["payload"]
        quantity, day = plain(number(said.get("quantity"))), said.get("delivery_date", "")
        return {"create": (kind, quantity, day, tuple(sorted(said.get("work_orders", []))), said.get("vendor", "")),
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
                made.facts, made.row = demand.facts() if demand else None, found and found[1]
                asked.order_command = made
            else:
                asked.command = made

    @staticmethod
    def why(place):
        row = place.row or {}
        stock = ", ".join(f"{key} {row.get(key, '?')}" for key in ("on_hand", "on_order", "on_requisition", "reserved"))
        if row:
            stock += f"; position {plain(place.position())}{', the row is behind' if place.behind() else ''}"
        asked = "; ".join(f"{one.need} {plain(one.quantity)} {one.number}" for one in place.asked if place.is_open(one))
        wanted = "; ".join(map(str, in_order(place.demands.values())))
        return f"{stock}; wanted: {wanted or 'nothing'}; open: {asked or 'none'}"

    # At rest: what the ERP and the CMMS have.

    def at_rest(self):
        for (place, name), queue in self.jobs.waiting.items():
            for demand in queue:
                self.diverges(f"demand {name} at {place}", demand, "never told", "reckoned from its newest snapshot")
        used, came = self.issues(), Counter()
        for where, quantity in self.delivered.values():
            came[where.name] += quantity
        self.here = defaultdict(list)
        for kind in ("opening", "movement"):
            for one in self.lines[kind]:
                self.here[kind, self.place(one).name].append(one)
        self.refused = {where.name for name, (where, _, _) in self.transactions.items()
                        if self.answers.get(name, ("",))[0] in ("rejected", "parked")}
        for row in self.lines["stock"]:
            self.stock(self.place(row), row, used[self.place(row).name], came[self.place(row).name])
        self.requisitions()
        self.reservations()
        for one in self.lines["transaction"]:
            if one["transaction"] not in self.transactions:
                self.diverges(f"transaction {one['transaction']}", "in the log", "not in it",
                              f"the CMMS has it: {one['type']} of {one['quantity']} at {self.place(one).name}")

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

    def stock(self, place, row, used, came):
        """The ERP's row = what moved; the CMMS was told the same."""
        movements = self.here["movement", place.name]
        opening = sum((number(one["quantity"]) for one in self.here["opening", place.name]), ZERO)
        moved = sum((number(one["base_quantity"]) for one in movements), ZERO)
        by_hand = sum((number(one["base_quantity"]) for one in movements
                       if one["type"] not in ("goods_issue", "goods_receipt")), ZERO)
        expected = {"on_hand": opening + by_hand + came + used,
                    "on_order": sum((number(item["open"]) for _, _, item in place.items()), ZERO),
                    "on_requisition": sum((one[1] for one in place.under_way() if one[2] != "order"), ZERO),
                    "reserved": self.reserved(place)}
        why = (f"opening {plain(opening)}, by hand {plain(by_hand)}, delivered {plain(came)}, "
               f"used {plain(used)}")
        if opening + moved != number(row["on_hand"]):
            self.diverges(f"movements of {place.name}", row["on_hand"], plain(opening + moved),
                          "the ERP's row is their sum")
        told = self.mirrors.get(place.name)
        for key, value in expected.items():
            if number(row[key]) != value:
                self.diverges(f"{key} of {place.name} in the ERP", plain(value), row[key], why)
            if told and key in told["payload"] and number(told["payload"][key]) != value:
                self.diverges(f"{key} of {place.name} as the CMMS was told", plain(value), told["payload"][key], why)

    def reserved(self, place):
        """What jobs want and have reserved, and what somebody else has. A refused issue leaves its reservation open."""
        refused = place.name in self.refused
        ours = sum((one.quantity for one in place.demands.values() if one.reservation), ZERO)
        return sum((number(one["open"]) for one in place.reservations.values()
                    if one["status"] == "open" and (refused or not one.get("reference"))), ZERO if refused else ours)

    def reservations(self):
        """What a job or a plan's round wants is reserved, unless the ERP said no; a suggestion reserves nothing."""
        for place in self.places.values():
            for name, one in place.demands.items():
                if not one.suggestion and not one.reservation and name not in self.unreserved:
                    self.diverges(f"demand {name} at {place.name}", f"a reservation of {plain(one.quantity)}", "none",
                                  "nobody refused it")

    def requisitions(self):
        """Each requisition of the ERP with our reference was due, and stands as it was last asked for."""
        known = {one["requisition"]: one for one in self.lines["requisition"]}
        for place in self.places.values():
            for asked in place.asked:
                row = known.pop(asked.number, None)
                if row is None and asked.ended != "refused":
                    self.diverges(f"requisition of {place.name}, need {asked.need}", plain(asked.quantity), "none",
                                  "asked for and never there")
                elif row and not asked.command:
                    expected = (asked.quantity, "open" if place.is_open(asked) else "not open")
                    found = (number(row["quantity"]), "open" if row["status"] in OPEN_IN_ERP else "not open")
                    if expected != found:
                        self.diverges(f"requisition {asked.number}", f"{plain(expected[0])}, {expected[1]}",
                                      f"{plain(found[0])}, {row['status']}", f"need {asked.need} of {place.name}")
        for name, row in known.items():
            if row.get("reference"):
                self.diverges(f"requisition {name}", "none", row["quantity"], "nothing needed it")


def main(arguments):
    with open(arguments[0], encoding="utf-8") as stream:
        check = Check((json.loads(line, parse_float=Decimal) for line in stream if line.strip()), print)
        found = check.run()
    print(f"{check.counts['requisitions']} requisitions, {check.counts['changes']} changes, {len(check.places)} places,"
          f" {found} divergences")
    return 1 if found else 0
