"""The reference model on runs written by hand: right ones pass, and each planted change is found."""
import contextlib
import copy
import io
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import reference_check  # noqa: E402

PLACE = {"part": "SEAL-9", "storeroom": "MAIN"}
NAME = "SEAL-9/MAIN"


class Story:
    """A run of one place, told event by event as the log has it."""

    def __init__(self, hand="6"):
        self.position, self.seq, self.clock = 0, 100, "2026-12-01T08:00:00Z"
        self.lines = [{"line": "plant", "seed": 1, "today": "2026-12-01", "time_zone": "Europe/Berlin",
                       "settings": {"plan_lead_days": 7}}]
        self.lines.append({"line": "opening", **PLACE, "quantity": hand})
        self.event("planning.published", NAME, reorder_point="2", order_up_to="8", lot_size="1", lead_days=12, **PLACE)
        self.row(hand)

    def event(self, kind, subject, /, own=False, **data):
        self.position += 1
        self.lines.append({"line": "event", "position": self.position, "type": kind, "subject": subject,
                           "correlation": "", "at": self.clock, "recorded": self.clock,
                           "data": data, **({"own": True} if own else {})})
        return self

    def command(self, kind, key, **payload):
        self.lines.append({"line": "command", "position": self.position, "cause": self.position, "kind": kind,
                           "key": key, "payload": {"reference": key, **payload}})
        return self

    def row(self, hand, reserved="0", order="0", requisition="0"):
        self.seq += 1
        return self.event("stock.changed", NAME, on_hand=hand, reserved=reserved, on_order=order,
                          on_requisition=requisition, unit="PC", seq=self.seq, **PLACE)

    def job(self, number, status, quantity, day="2026-12-10", issued="0", told=True, reservation="", **more):
        """A snapshot, and the hub's look at it."""
        part = {"id": "P1", "quantity": quantity, "base_quantity": quantity, "issued": issued, "needed_on": day,
                **PLACE}
        self.event(f"workorder.{status}", number, number=number, status=status, planned_parts=[part], **more)
        return self.look(number, str(int(quantity) - int(issued)), day, status, reservation) if told else self

    def look(self, number, left, day, status, reservation=""):
        live = status in ("approved", "released", "in_progress", "reopened")
        return self.event("demand.changed", NAME, own=True, demand=f"{number}/P1", work_order=number, unit="PC",
                          quantity=left if live else "0", needed_on=day, released=live and status != "approved",
                          **({"reservation": reservation} if reservation else {}), **PLACE)

    def ask(self, key, quantity, day, jobs):
        return self.command("requisition.create", key, quantity=quantity, unit="PC", delivery_date=day,
                            work_orders=jobs, **PLACE)

    def booked(self, key, document, noun="requisition", **echo):
        return self.event(f"{noun}.booked", "", own=True, key=key, noun=noun, document=document, echo=echo,
                          flow="parts_issue" if noun == "issue" else "supply", flow_key=NAME)

    def requisition(self, number, word, quantity, key="", day="2026-12-10", **more):
        self.seq += 1
        return self.event(f"requisition.{word}", number, requisition=number, quantity=quantity, delivery_date=day,
                          reference=key, seq=self.seq, **PLACE, **more)

    def order(self, number, status, quantity, left, requisition, day="2026-12-10"):
        self.seq += 1
        return self.event("purchase_order.changed", number, purchase_order=number, status=status, seq=self.seq, items=[
            {"item": "10", "quantity": quantity, "open": left, "delivery_date": day, "final": left == "0",
             "requisition": requisition, **PLACE}])

    def not_reserved(self, *demands):
        """The ERP refused to reserve what they want."""
        for job, _, line in (name.rpartition("/") for name in demands):
            self.event("reservation.rejected", job, own=True, key="V-" + job, noun="reservation", flow="reservation",
                       kind="reservation.create", flow_key=job, echo={"line": line})
        return self

    def rest(self, **row):
        self.lines.append({"line": "stock", **PLACE, "on_hand": "6", "reserved": "0", "on_order": "0",
                           "on_requisition": "0", **row})
        return self

    def at_the_erp(self, number, quantity, status, key):
        self.lines.append({"line": "requisition", "requisition": number, "quantity": quantity, "status": status,
                           "reference": key, **PLACE})
        return self

    def moved(self, kind, document, quantity, reference=""):
        self.lines.append({"line": "movement", "document": document, "type": kind, "quantity": quantity, "unit": "PC",
                           "base_quantity": quantity, "reference": reference, **PLACE})
        return self


def verdict(lines):
    """(exit code, what was printed), by way of the command line."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as stream:
        stream.writelines(json.dumps(line) + "\n" for line in lines)
        stream.flush()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = reference_check.main([stream.name])
    return code, said.getvalue()


def reordered_and_used():
    """5 of 6 are wanted: a reorder of 7 in whole lots; 3 of them are taken; 4 of the reorder are delivered."""
    story = Story().job("WO-1", "approved", "5").ask("K1", "7", "2026-12-13", ["WO-1"]).booked("K1", "R1")
    story.look("WO-1", "5", "2026-12-10", "approved", "V1").requisition("R1", "requested", "7", "K1", "2026-12-13")
    story.row("6", "5", "0", "7").job("WO-1", "released", "5", reservation="V1")
    story.event("part.consumed", "PT-1", transaction="PT-1", work_order="WO-1", quantity="3", base_quantity="3",
                **PLACE)
    story.command("goods_issue.post", "I1", quantity="3", unit="PC", **PLACE)
    story.booked("I1", "4901", "issue", transaction="PT-1", **PLACE)
    story.job("WO-1", "released", "5", issued="3", reservation="V1").row("3", "2", "0", "7")
    story.requisition("R1", "ordered", "7", "K1", "2026-12-13").order("PO1", "sent", "7", "7", "R1", "2026-12-13")
    story.row("3", "2", "7").order("PO1", "sent", "7", "3", "R1", "2026-12-13")
    story.event("delivery.received", "GR1", document="GR1", quantity="4", seq=story.seq, **PLACE).row("7", "2", "3")
    story.command("inventory.mirror", "M1", on_hand="7", reserved="2", on_order="3", **PLACE)
    story.event("reservation.changed", "V1", reservation="V1", open="2", status="open", reference="X", **PLACE)
    story.moved("goods_issue", "4901", "-3", "I1").moved("goods_receipt", "GR1", "4")
    story.lines.append({"line": "transaction", "transaction": "PT-1", "type": "ISSUE", "quantity": "3", **PLACE})
    return story.at_the_erp("R1", "7", "ordered", "K1").rest(on_hand="7", reserved="2", on_order="3")


def missing_part():
    """A released job lacks 4 of its 10: a requisition of its own; it is raised, moved, and cancelled with the job."""
    story = Story().job("WO-2", "released", "10", told=False)
    story.look("WO-2", "10", "2026-12-10", "released").ask("K1", "4", "2026-12-10", ["WO-2"])
    story.ask("K2", "8", "2026-12-13", ["WO-2"])
    story.booked("K1", "R1").booked("K2", "R2").requisition("R1", "requested", "4", "K1")
    story.requisition("R2", "requested", "8", "K2", "2026-12-13").row("6", "0", "0", "12")
    story.look("WO-2", "10", "2026-12-10", "released", "V1").row("6", "10", "0", "12")
    story.job("WO-2", "released", "11", "2026-12-12", reservation="V1")
    story.command("requisition.change", "K3", requisition="R1", quantity="4", unit="PC", delivery_date="2026-12-12")
    story.booked("K3", "R1").requisition("R1", "requested", "4", "K1", "2026-12-12").row("6", "11", "0", "12")
    story.job("WO-2", "cancelled", "11", "2026-12-12")
    story.command("requisition.cancel", "K4", requisition="R1", reason="gone")
    story.booked("K4", "R1").requisition("R1", "cancelled", "4", "K1", "2026-12-12").row("6", "0", "0", "8")
    story.at_the_erp("R1", "4", "cancelled", "K1").at_the_erp("R2", "8", "in_approval", "K2")
    return story.rest(on_requisition="8")


def news_before_the_row():
    """The ERP tells of the reorder before its stock row counts it: nothing is bought for a job it covers."""
    story = Story().job("WO-1", "approved", "5").ask("K1", "7", "2026-12-13", ["WO-1"])
    story.job("WO-2", "released", "4", "2026-12-11").booked("K1", "R1")
    story.requisition("R1", "requested", "7", "K1")
    story.look("WO-1", "5", "2026-12-10", "approved", "V1").look("WO-2", "4", "2026-12-11", "released", "V2")
    story.row("6", "9", "0", "7")
    for number, left in (("V1", "5"), ("V2", "4")):
        story.event("reservation.changed", number, reservation=number, open=left, status="open", reference="X", **PLACE)
    return story.at_the_erp("R1", "7", "in_approval", "K1").rest(reserved="9", on_requisition="7")


def rejected():
    """A no holds until the need changes: the same job asks again only when it wants another quantity."""
    story = Story("0").job("WO-3", "released", "2", told=False)
    story.lines.remove(pick(story.lines, "event", type="planning.published"))
    story.look("WO-3", "2", "2026-12-10", "released").ask("K1", "2", "2026-12-10", ["WO-3"]).booked("K1", "R1")
    story.requisition("R1", "requested", "2", "K1").row("0", "0", "0", "2").requisition("R1", "rejected", "2", "K1")
    story.row("0").job("WO-3", "released", "3").ask("K2", "3", "2026-12-10", ["WO-3"])
    story.booked("K2", "R2").requisition("R2", "requested", "3", "K2").row("0", "0", "0", "3")
    story.at_the_erp("R1", "2", "rejected", "K1").at_the_erp("R2", "3", "in_approval", "K2")
    return story.not_reserved("WO-3/P1").rest(on_hand="0", on_requisition="3")


def plan_becomes_an_order():
    """A due plan buys within lead time; its order takes the requisition over, and moves it, before it is released."""
    story = Story("0")
    story.lines.remove(pick(story.lines, "event", type="planning.published"))
    part = {"id": "P1", "quantity": "2", "base_quantity": "2", **PLACE}
    plan = {"plan": "PM-7", "plan_due": "2026-12-07"}
    story.event("plan.due", "PM-7/2026-12-07", plan="PM-7", due="2026-12-07", certain=True, planned_parts=[part])
    told = {"demand": "PM-7/2026-12-07/P1", "unit": "PC", "needed_on": "2026-12-07", "released": False, **PLACE}
    story.event("demand.changed", NAME, own=True, quantity="2", **told).ask("K1", "2", "2026-12-07", [])
    story.booked("K1", "R1").requisition("R1", "requested", "2", "K1", "2026-12-07").row("0", "0", "0", "2")
    story.job("WO-7", "approved", "2", "2026-12-06", told=False, **plan)
    story.event("demand.changed", NAME, own=True, quantity="0", **told)
    story.event("demand.changed", NAME, own=True, demand="WO-7/P1", work_order="WO-7", quantity="2", unit="PC",
                needed_on="2026-12-06", released=False, replaces="PM-7/2026-12-07/P1", **PLACE)
    story.command("requisition.change", "K2", requisition="R1", quantity="2", delivery_date="2026-12-06")
    story.booked("K2", "R1").requisition("R1", "requested", "2", "K1", "2026-12-06")
    story.event("timer.fired", NAME, own=True, flow="supply", key=NAME, name="faded")
    story.not_reserved("WO-7/P1").at_the_erp("R1", "2", "in_approval", "K1")
    return story.rest(on_hand="0", on_requisition="2")


def round_over():
    """No order takes a due plan's round over: 30 days after its date began the need is gone, and its requisition."""
    story = Story("0")
    story.lines.remove(pick(story.lines, "event", type="planning.published"))
    part = {"id": "P1", "quantity": "2", "base_quantity": "2", **PLACE}
    told = {"demand": "PM-7/2026-12-07/P1", "unit": "PC", "needed_on": "2026-12-07", "released": False, **PLACE}
    story.event("plan.due", "PM-7/2026-12-07", plan="PM-7", due="2026-12-07", certain=True, planned_parts=[part])
    story.event("demand.changed", NAME, own=True, quantity="2", **told).ask("K1", "2", "2026-12-07", [])
    story.booked("K1", "R1").requisition("R1", "requested", "2", "K1", "2026-12-07").row("0", "0", "0", "2")
    story.clock = "2027-01-05T23:00:00Z"            # midnight in Berlin
    story.event("demand.changed", NAME, own=True, quantity="0", **told)
    story.event("timer.fired", NAME, own=True, flow="supply", key=NAME, name="faded")
    story.command("requisition.cancel", "K2", requisition="R1", reason="gone").booked("K2", "R1")
    story.requisition("R1", "cancelled", "2", "K1", "2026-12-07").row("0")
    return story.at_the_erp("R1", "2", "cancelled", "K1").rest(on_hand="0")


def order_moved_before_the_row():
    """A held order of which no quantity moves tells nothing of stock: the next job's lack is asked for at once."""
    story = Story("0").job("WO-4", "released", "5", told=False)
    story.lines[2]["data"]["reorder_point"] = "0"
    story.look("WO-4", "5", "2026-12-10", "released").ask("K1", "5", "2026-12-10", ["WO-4"]).booked("K1", "R1")
    story.requisition("R1", "ordered", "5", "K1").order("PO1", "held", "5", "5", "R1").row("0", "0", "5")
    story.order("PO1", "held", "5", "5.000", "R1").job("WO-5", "released", "2", told=False)
    story.look("WO-5", "2", "2026-12-10", "released").ask("K2", "2", "2026-12-10", ["WO-5"]).booked("K2", "R2")
    story.requisition("R2", "requested", "2", "K2").row("0", "0", "5", "2")
    story.at_the_erp("R1", "5", "ordered", "K1").at_the_erp("R2", "2", "in_approval", "K2")
    return story.not_reserved("WO-4/P1", "WO-5/P1").rest(on_hand="0", on_order="5", on_requisition="2")


def held_order():
    """The job shrinks while its order is held: the order shrinks; once sent it stays."""
    story = Story("0").job("WO-4", "released", "5", told=False)
    story.lines[2]["data"]["reorder_point"] = "0"
    story.look("WO-4", "5", "2026-12-10", "released").ask("K1", "5", "2026-12-10", ["WO-4"]).booked("K1", "R1")
    story.requisition("R1", "ordered", "5", "K1").order("PO1", "held", "5", "5", "R1").row("0", "0", "5")
    story.job("WO-4", "released", "3")
    story.command("purchase_order.change", "K2", purchase_order="PO1", item="10", quantity="3")
    story.booked("K2", "PO1", "purchase_order").order("PO1", "held", "3", "3", "R1").row("0", "0", "3")
    story.order("PO1", "sent", "3", "3", "R1").job("WO-4", "released", "1", reservation="V4")
    story.event("reservation.changed", "V4", reservation="V4", open="1", status="open", reference="X", **PLACE)
    return story.at_the_erp("R1", "5", "ordered", "K1").rest(on_hand="0", reserved="1", on_order="3")


class ReferenceModel(unittest.TestCase):
    def right(self, story):
        code, said = verdict(story.lines)
        self.assertEqual(code, 0, said)
        self.assertTrue(said.strip().endswith(" 0 divergences"), said)

    def wrong(self, story, words, change):
        """`change` plants a fault in a right run; the report must name it."""
        lines = copy.deepcopy(story.lines)
        change(lines)
        code, said = verdict(lines)
        self.assertEqual(code, 1, said)
        self.assertIn(words, said)

    def test_right_runs(self):
        for story in (reordered_and_used, missing_part, news_before_the_row, rejected, held_order,
                      plan_becomes_an_order, round_over, order_moved_before_the_row):
            with self.subTest(story.__name__):
                self.right(story())

    def test_counts(self):
        self.assertIn("2 requisitions, 2 changes, 1 places", verdict(missing_part().lines)[1])

    def test_another_quantity(self):
        self.wrong(reordered_and_used(), "need stock: expected ('create', '7'",
                   lambda lines: pick(lines, "command", kind="requisition.create")["payload"].update(quantity="8"))

    def test_another_date(self):
        self.wrong(missing_part(), "need demand/WO-2/P1: expected ('change', 'R1', '4', '2026-12-12')",
                   lambda lines: pick(lines, "command", kind="requisition.change")["payload"].pop("delivery_date"))

    def test_dropped(self):
        self.wrong(missing_part(), "need demand/WO-2/P1: expected ('create', '4'", lambda lines: lines.remove(
            pick(lines, "command", kind="requisition.create", key="K1")))

    def test_cancellation_forgotten(self):
        self.wrong(missing_part(), "expected ('cancel', 'R1'), found nothing", lambda lines: lines.remove(
            pick(lines, "command", kind="requisition.cancel")))

    def test_doubled(self):
        self.wrong(missing_part(), "expected nothing more, found ('create', '4'", lambda lines: behind(lines, {
            **pick(lines, "command", kind="requisition.create", key="K1"), "key": "K9"}))

    def test_command_behind_an_event_that_decides_nothing(self):
        story = missing_part()
        at = pick(story.lines, "event", type="workorder.released")["position"]
        self.wrong(story, "is nothing that supply decides on", lambda lines: behind(lines, {
            **pick(lines, "command", kind="requisition.create"), "key": "K9", "cause": at}))

    def test_plan_cancelled_under_its_order(self):
        story = plan_becomes_an_order()
        self.wrong(story, "expected nothing more, found ('cancel', 'R1')", lambda lines: behind(lines, {
            **pick(lines, "command", key="K2"), "kind": "requisition.cancel", "key": "K9",
            "cause": pick(lines, "event", type="workorder.approved")["position"] + 1}))

    def test_round_dropped_a_second_early(self):
        def change(lines):
            for line in lines:
                if line.get("recorded") == "2027-01-05T23:00:00Z":
                    line["recorded"] = "2027-01-05T22:59:59Z"
        self.wrong(round_over(), "demand PM-7/2026-12-07/P1 at SEAL-9/MAIN", change)

    def test_round_never_dropped(self):
        self.wrong(round_over(), "demand PM-7/2026-12-07/P1 at SEAL-9/MAIN", lambda lines: lines.remove(
            pick(lines, "event", recorded="2027-01-05T23:00:00Z", type="demand.changed")))

    def test_bought_too_early(self):
        story = news_before_the_row()
        at = pick(story.lines, "event", type="requisition.requested")["position"]
        self.wrong(story, "expected nothing more, found ('create', '3'", lambda lines: behind(lines, {
            **pick(lines, "command", kind="requisition.create"), "cause": at, "key": "K9", "payload": {
                "quantity": "3", "delivery_date": "2026-12-11", "work_orders": ["WO-2"], **PLACE}}))

    def test_asked_again_after_a_no(self):
        story = rejected()
        at = pick(story.lines, "event", type="requisition.rejected")["position"] + 1
        self.wrong(story, "expected nothing more, found ('create', '2'", lambda lines: behind(lines, {
            **pick(lines, "command", key="K1"), "cause": at, "key": "K9"}))

    def test_demand_told_wrong(self):
        def change(lines):
            pick(lines, "event", type="demand.changed")["data"]["quantity"] = "4"
        self.wrong(reordered_and_used(), "demand WO-1/P1 at SEAL-9/MAIN", change)

    def test_never_reserved(self):
        def change(lines):
            for line in lines:
                if line.get("type") == "demand.changed":
                    line["data"].pop("reservation", None)
        self.wrong(held_order(), "a reservation of 1, found none: nobody refused it", change)

    def test_stock_off_by_one(self):
        for member in ("on_hand", "reserved", "on_order", "on_requisition"):
            with self.subTest(member):
                self.wrong(reordered_and_used(), f"{member} of SEAL-9/MAIN in the ERP", lambda lines: pick(
                    lines, "stock").update({member: "1"}))

    def test_mirror_off_by_one(self):
        self.wrong(reordered_and_used(), "as the CMMS was told: expected 7, found 6", lambda lines: pick(
            lines, "command", kind="inventory.mirror")["payload"].update(on_hand="6"))

    def test_lost_receipt(self):
        self.wrong(reordered_and_used(), "movements of SEAL-9/MAIN: expected 7, found 3", lambda lines: lines.remove(
            pick(lines, "movement", type="goods_receipt")))

    def test_second_goods_issue(self):
        self.wrong(reordered_and_used(), "transaction PT-1: expected one goods issue", lambda lines: lines.append(
            {**pick(lines, "movement", type="goods_issue"), "document": "4902"}))

    def test_goods_issue_without_a_transaction(self):
        self.wrong(reordered_and_used(), "goods issue: expected none", lambda lines: lines.append(
            {**pick(lines, "movement", type="goods_issue"), "document": "4902", "reference": "I9"}))

    def test_transaction_without_a_goods_issue(self):
        self.wrong(reordered_and_used(), "transaction PT-1: expected a goods issue", lambda lines: lines.remove(
            pick(lines, "event", type="issue.booked")))

    def test_transaction_lost_on_its_way_in(self):
        self.wrong(reordered_and_used(), "transaction PT-2: expected in the log, found not in it: the CMMS has it",
                   lambda lines: pick(lines, "transaction").update(transaction="PT-2"))

    def test_requisition_that_nothing_needed(self):
        self.wrong(reordered_and_used(), "requisition R9: expected none", lambda lines: lines.append(
            {**pick(lines, "requisition"), "requisition": "R9"}))

    def test_requisition_changed_in_the_erp(self):
        self.wrong(missing_part(), "requisition R2: expected 8, open", lambda lines: pick(
            lines, "requisition", requisition="R2").update(quantity="9"))


def pick(lines, line, **members):
    return next(one for one in lines if one["line"] == line and all(
        one.get(key) == value or one.get("payload", {}).get(key) == value for key, value in members.items()))


def behind(lines, command):
    """Puts a command behind the event that is its cause."""
    at = next(index for index, one in enumerate(lines) if one.get("position") == command["cause"])
    lines.insert(at + 1, command)


if __name__ == "__main__":
    unittest.main()
