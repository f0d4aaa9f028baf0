"""Plants differences into the books of the peers, and reckons by itself what a reconciliation must say of each.

What a person could do stands in BY_HAND and goes through the peers' APIs; what no API allows is written into their
databases while they are stopped. Each row is spoilt at most once."""
import json
import random
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

UNIT = Decimal("0.01")


def text(number):
    """Without zeros at the end, so that 5 and 5.000 are the same."""
    return format(Decimal(number).normalize(), "f") if number not in ("", None) else ""


@dataclass(frozen=True, order=True)
class Named:
    """One difference, as `tieline reconcile --json` must name it."""
    connector: str
    topic: str
    code: str
    key: str
    document: str = ""
    hub: str = ""
    peer: str = ""
    amount: str = ""


@dataclass
class Books:
    """What the ERP held before anything was spoilt, and what has been used up of it."""
    journals: list
    issues: list  # documents that are goods issues
    movements: dict  # by document
    requisitions: list
    transactions: list
    orders: list
    places: list  # parts in MAIN that never move
    expected: list = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)
    counter: int = 0

    def number(self):
        self.counter += 1
        return self.counter


def read(plant, today, orders, places, seed_number):
    def rows(ask, path, member, cursor):
        found, after = [], "0" if cursor == "next_change" else ""
        while True:
            word = "after_change" if cursor == "next_change" else "after"
            page = ask("GET", f"{path}limit=500&{word}={after}")
            found += page[member]
            if not page["more"]:
                return found
            after = page[cursor]
    documents = [row for row in rows(plant.erp, f"/api/documents?from={today}&", "documents", "next")
                 if row.get("reference")]
    movements = rows(plant.erp, "/api/movements?", "items", "next")
    books = Books([row for row in documents if row["kind"] == "journal"],
                  [row for row in documents if row["kind"] == "goods_issue"],
                  {row["document"]: row for row in movements},
                  [row for row in rows(plant.erp, "/api/requisitions?", "items", "next") if row.get("reference")],
                  rows(plant.cmms, "/api/part-transactions?", "items", "next_change"), list(orders), list(places))
    rng = random.Random(seed_number)
    for pool in (books.journals, books.issues, books.requisitions, books.transactions, books.orders, books.places):
        rng.shuffle(pool)
    return books


# By hand, through the API. Each takes (plant, books, today) and spoils one row.

def journal_body(plant, row, today, **more):
    items = plant.erp("GET", f"/api/documents/{row['document']}")["items"]
    kept = ("debitCredit", "account", "amount", "costCenter", "internalOrder", "asset")
    return {"companyCode": "1000", "postingDate": today, "currency": "EUR", "workOrder": row["workOrder"],
            "items": [{name: item[name] for name in kept if name in item} for item in items], **more}


def issue_body(row, today, **more):
    return {"companyCode": "1000", "postingDate": today, "workOrder": row["workOrder"], "material": row["material"],
            "quantity": row["quantity"], "unit": row["unit"], "storageLocation": row["storageLocation"],
            "costCenter": "CC-100", **more}


def journal_doubled(plant, books, today):
    row = books.journals.pop()
    made = plant.erp("POST", "/api/journals", journal_body(plant, row, today, reference=row["reference"]))
    books.expected.append(Named("erp", "postings", "doubled_there", row["reference"], made["document"], "",
                                text(made["amount"]), text(made["amount"])))


def issue_doubled(plant, books, today):
    row = books.issues.pop()
    made = plant.erp("POST", "/api/goods-issues", issue_body(row, today, reference=row["reference"]))
    books.expected.append(Named("erp", "postings", "doubled_there", row["reference"], made["document"], "",
                                text(made["amount"]), text(made["amount"])))


def journal_by_hand(plant, books, today):
    made = plant.erp("POST", "/api/journals", journal_body(plant, books.journals[0], today))
    books.expected.append(Named("erp", "postings", "missing_here", f"document {made['document']}", made["document"], "",
                                text(made["amount"]), text(made["amount"])))


def issue_by_hand(plant, books, today):
    made = plant.erp("POST", "/api/goods-issues", issue_body(books.issues[0], today, quantity="2"))
    books.expected.append(Named("erp", "postings", "missing_here", f"document {made['document']}", made["document"], "",
                                text(made["amount"]), text(made["amount"])))


def reversed_by_hand(plant, books, today, pool):
    row = pool.pop()
    plant.erp("POST", f"/api/documents/{row['document']}/reverse", {"postingDate": today, "reason": "by hand"})
    books.expected.append(Named("erp", "postings", "reversed_there", row["reference"], row["document"], "live",
                                "reversed", text(-Decimal(row["amount"]))))


def journal_reversed(plant, books, today):
    reversed_by_hand(plant, books, today, books.journals)


def issue_reversed(plant, books, today):
    reversed_by_hand(plant, books, today, books.issues)


def counted(plant, books, _today):
    """The CMMS's stock take finds another number; stock is reckoned at the end, see stock_of_the_cmms."""
    plant.count(books.places.pop(), 5000 + books.number())


BY_HAND = (journal_doubled, issue_doubled, journal_by_hand, issue_by_hand, journal_reversed, issue_reversed, counted)


# In the ERP's database. Each takes (database, books, day before).

def posting_lost(erp, books, pool):
    row = pool.pop()
    erp.execute("DELETE FROM documents WHERE number=?", (int(row["document"]),))
    books.expected.append(Named("erp", "postings", "missing_there", row["reference"], row["document"],
                                text(row["amount"]), "", text(-Decimal(row["amount"]))))


def journal_lost(erp, books, _before):
    posting_lost(erp, books, books.journals)


def issue_lost(erp, books, _before):
    """The whole document: its movement is gone too, and that is told once."""
    erp.execute("DELETE FROM movements WHERE document=?", (int(books.issues[-1]["document"]),))
    posting_lost(erp, books, books.issues)


def amount_edited(erp, books, pool):
    row, more = pool.pop(), books.number()
    erp.execute("UPDATE documents SET amount=amount+? WHERE number=?", (more, int(row["document"])))
    books.expected.append(Named("erp", "postings", "wrong_amount", row["reference"], row["document"],
                                text(row["amount"]), text(Decimal(row["amount"]) + more * UNIT), text(more * UNIT)))


def journal_amount(erp, books, _before):
    amount_edited(erp, books, books.journals)


def issue_amount(erp, books, _before):
    amount_edited(erp, books, books.issues)


def journal_moved(erp, books, before):
    row = books.journals.pop()
    erp.execute("UPDATE documents SET posting_date=? WHERE number=?", (before, int(row["document"])))
    books.expected.append(Named("erp", "postings", "wrong_date", row["reference"], row["document"], row["postingDate"],
                                before))


def movement_set(erp, books, column, value, code, hub, peer):
    row = books.issues.pop()
    erp.execute(f"UPDATE movements SET {column}=? WHERE document=?", (value(row), int(row["document"])))
    books.expected.append(Named("erp", "movements", code, row["reference"], row["document"], hub(row), peer(row)))


def movement_quantity(erp, books, _before):
    more = books.number()
    movement_set(erp, books, "quantity", lambda row: -(int(row["quantity"]) + more) * 10000, "wrong_quantity",
                 lambda row: text(row["quantity"]), lambda row: text(int(row["quantity"]) + more))


def movement_part(erp, books, _before):
    movement_set(erp, books, "material", lambda row: "P-2001", "wrong_part", lambda row: row["material"],
                 lambda row: "P-2001")


def movement_place(erp, books, _before):
    movement_set(erp, books, "location", lambda row: "LINE", "wrong_place", lambda row: "MAIN", lambda row: "LINE")


def movement_moved(erp, books, before):
    movement_set(erp, books, "posting_date", lambda row: before, "wrong_date", lambda row: row["postingDate"],
                 lambda row: before)


def movement_lost(erp, books, _before):
    row = books.issues.pop()
    erp.execute("DELETE FROM movements WHERE document=?", (int(row["document"]),))
    books.expected.append(Named("erp", "movements", "missing_there", row["reference"], row["document"]))


def copied(database, table, where, value, **changes):
    """Inserts the row again with some columns changed."""
    cursor = database.execute(f"SELECT * FROM {table} WHERE {where}=?", (value,))
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone()))
    row.update(changes)
    database.execute(f"INSERT INTO {table}({','.join(row)}) VALUES({','.join('?' * len(row))})", tuple(row.values()))


def movement_doubled(erp, books, _before):
    row, number = books.issues.pop(), 4909000000 + books.number()
    copied(erp, "movements", "document", int(row["document"]), id=None, document=number)
    value = text(books.movements[row["document"]]["value"])
    books.expected.append(Named("erp", "movements", "doubled_there", row["reference"], str(number), "", value, value))


def requisition_lost(erp, books, _before):
    row = books.requisitions.pop()
    erp.execute("DELETE FROM requisitions WHERE number=?", (int(row["requisition"]),))
    books.expected.append(Named("erp", "requisitions", "missing_there", row["reference"], row["requisition"]))


def requisition_doubled(erp, books, _before):
    row, number = books.requisitions.pop(), 8900000000 + books.number()
    copied(erp, "requisitions", "number", int(row["requisition"]), number=number)
    books.expected.append(Named("erp", "requisitions", "doubled_there", row["reference"], str(number), "",
                                text(row["amount"]), text(row["amount"])))


def requisition_by_hand(erp, books, _before):
    row, number = books.requisitions[0], 8910000000 + books.number()
    copied(erp, "requisitions", "number", int(row["requisition"]), number=number, reference="")
    books.expected.append(Named("erp", "requisitions", "missing_here", str(number), str(number), "",
                                text(row["amount"]), text(row["amount"])))


def requisition_set(erp, books, column, value, code, hub, peer):
    row = books.requisitions.pop()
    erp.execute(f"UPDATE requisitions SET {column}=? WHERE number=?", (value(row), int(row["requisition"])))
    books.expected.append(Named("erp", "requisitions", code, row["reference"], row["requisition"], hub(row), peer(row)))


def requisition_quantity(erp, books, _before):
    more = books.number()
    requisition_set(erp, books, "quantity", lambda row: (int(row["quantity"]) + more) * 10000, "wrong_quantity",
                    lambda row: text(row["quantity"]), lambda row: text(int(row["quantity"]) + more))


def requisition_status(erp, books, _before):
    requisition_set(erp, books, "status", lambda row: "rejected", "wrong_state", lambda row: row["status"],
                    lambda row: "rejected")


def requisition_part(erp, books, _before):
    requisition_set(erp, books, "material", lambda row: "P-2001", "wrong_part", lambda row: row["material"],
                    lambda row: "P-2001")


def stock_edited(erp, books, _before):
    part, more = books.places.pop(), books.number()
    erp.execute("UPDATE stock SET quantity=quantity+? WHERE material=? AND location='MAIN'", (more * 10000, part))
    books.expected.append(Named("erp", "stock", "wrong_quantity", f"{part}/MAIN", "", "5000", text(5000 + more)))


def stock_lost(erp, books, _before):
    part = books.places.pop()
    erp.execute("DELETE FROM stock WHERE material=? AND location='MAIN'", (part,))
    books.expected.append(Named("erp", "stock", "missing_there", f"{part}/MAIN"))


def stock_unknown(erp, books, _before):
    part, value = books.places.pop(), books.number()
    erp.execute("INSERT INTO stock(material, location, quantity, value) VALUES(?, 'LINE', 30000, ?)", (part, value))
    books.expected.append(Named("erp", "stock", "missing_here", f"{part}/LINE", "", "", text(value * UNIT),
                                text(value * UNIT)))


IN_THE_ERP = (journal_lost, issue_lost, journal_amount, issue_amount, journal_moved, movement_quantity, movement_part,
              movement_place, movement_moved, movement_lost, movement_doubled, requisition_lost, requisition_doubled,
              requisition_by_hand, requisition_quantity, requisition_status, requisition_part, stock_edited, stock_lost,
              stock_unknown)


# In the CMMS's database: a row's body is JSON, and a change number is free where no row of its table has it.

def free_change(cmms, table):
    used = {row[0] for row in cmms.execute(f"SELECT change FROM {table}")}
    return next(number for number in range(1, 10_000_000) if number not in used)


def body_set(cmms, table, number, columns=(), **changes):
    body = json.loads(cmms.execute(f"SELECT body FROM {table} WHERE number=?", (number,)).fetchone()[0],
                      parse_float=str)
    body.update(changes)
    cmms.execute(f"UPDATE {table} SET body=? WHERE number=?", (json.dumps(body), number))
    for column in columns:
        cmms.execute(f"UPDATE {table} SET {column}=? WHERE number=?", (changes[column], number))


def body_copied(cmms, table, number, new, name):
    body = json.loads(cmms.execute(f"SELECT body FROM {table} WHERE number=?", (number,)).fetchone()[0])
    change = free_change(cmms, table)
    body.update({name: new, "change": change})
    copied(cmms, table, "number", number, number=new, change=change, body=json.dumps(body))


def order_state(cmms, books, _before):
    number = books.orders.pop()
    was = cmms.execute("SELECT status FROM workorders WHERE number=?", (number,)).fetchone()[0]
    words = {"COMP": "completed", "INPRG": "in_progress"}
    body_set(cmms, "workorders", number, ("status",), status="CANC")
    books.expected.append(Named("cmms", "work_orders", "wrong_state", number, "", words[was], "cancelled"))


def order_lost(cmms, books, _before):
    number = books.orders.pop()
    cmms.execute("DELETE FROM workorders WHERE number=?", (number,))
    books.expected.append(Named("cmms", "work_orders", "missing_there", number))


def order_unknown(cmms, books, _before):
    new = f"WO-X{books.number():04}"
    body_copied(cmms, "workorders", books.orders[0], new, "wonum")
    books.expected.append(Named("cmms", "work_orders", "missing_here", new))


def transaction_lost(cmms, books, _before):
    row = books.transactions.pop()
    cmms.execute("DELETE FROM part_transactions WHERE number=?", (row["transaction"],))
    books.expected.append(Named("cmms", "part_transactions", "missing_there", row["transaction"], row["erp_document"]))


def transaction_unknown(cmms, books, _before):
    new = f"PT-9{books.number():05}"
    body_copied(cmms, "part_transactions", books.transactions[0]["transaction"], new, "transaction")
    books.expected.append(Named("cmms", "part_transactions", "missing_here", new,
                                books.transactions[0]["erp_document"]))


def transaction_set(cmms, books, name, value, code):
    row = books.transactions.pop()
    body_set(cmms, "part_transactions", row["transaction"], **{name: value})
    document = value if name == "erp_document" else row["erp_document"]
    is_number = name == "base_quantity"
    books.expected.append(Named("cmms", "part_transactions", code, row["transaction"], document,
                                text(row[name]) if is_number else row[name], text(value) if is_number else value))


def transaction_quantity(cmms, books, _before):
    transaction_set(cmms, books, "base_quantity", 100 + books.number(), "wrong_quantity")


def transaction_part(cmms, books, _before):
    transaction_set(cmms, books, "item", "P-2001", "wrong_part")


def transaction_place(cmms, books, _before):
    transaction_set(cmms, books, "storeroom", "LINE", "wrong_place")


def transaction_document(cmms, books, _before):
    transaction_set(cmms, books, "erp_document", "4999999999", "wrong_document")


def balance_edited(cmms, books, _before):
    part, balance = books.places.pop(), 4000 + books.number()
    row = cmms.execute("SELECT body FROM inventory WHERE item=? AND storeroom='MAIN'", (part,)).fetchone()
    body = json.loads(row[0])
    body["balance"] = balance
    cmms.execute("UPDATE inventory SET body=? WHERE item=? AND storeroom='MAIN'", (json.dumps(body), part))


def balance_lost(cmms, books, _before):
    cmms.execute("DELETE FROM inventory WHERE item=? AND storeroom='MAIN'", (books.places.pop(),))


IN_THE_CMMS = (order_state, order_lost, order_unknown, transaction_lost, transaction_unknown, transaction_quantity,
               transaction_part, transaction_place, transaction_document, balance_edited, balance_lost)


def stock_of_the_cmms(erp_rows, cmms_rows):
    """The CMMS's balances against the ERP's stock as the hub was told it: all of it, since what is booked by hand in
    the ERP moves stock there and not in the CMMS."""
    named = []
    for place in sorted(set(erp_rows) | set(cmms_rows)):
        ours, theirs = erp_rows.get(place), cmms_rows.get(place)
        if theirs is None:
            named.append(Named("cmms", "stock", "missing_there", place))
        elif ours is None:
            named.append(Named("cmms", "stock", "missing_here", place))
        elif Decimal(ours) != Decimal(theirs):
            named.append(Named("cmms", "stock", "wrong_quantity", place, "", text(ours), text(theirs)))
    return named


def rows_of_the_cmms(path):
    with sqlite3.connect(path) as database:
        bodies = [json.loads(row[0], parse_float=Decimal) for row in database.execute("SELECT body FROM inventory")]
    return {f"{body['item']}/{body['storeroom']}": str(body["balance"]) for body in bodies}


def kinds_needed(count):
    """So many of each kind, the first ones once more: 500 → 13 or 14 of each of 38."""
    kinds = BY_HAND + IN_THE_ERP + IN_THE_CMMS
    each, more = divmod(count, len(kinds))
    return {kind: each + (number < more) for number, kind in enumerate(kinds)}

