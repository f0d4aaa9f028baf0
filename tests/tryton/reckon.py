"""What must stand in Tryton, reckoned from what the CMMS holds, and what does, read through Tryton's own API. Shares no
code with the hub.

Ledger: each completed job stands there with each of its lines to the cent: rounded half-even one by one, the total
rounded once, what is left over on the largest line. Stock: what was there, less what technicians used, plus what they
gave back, plus what was delivered.
"""
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

ACCOUNT = {"labor": ("610000", "181000"), "materials": ("620000", "182000"), "services": ("630000", "183000"),
           "other_costs": ("640000", "184000")}
CENT = Decimal("0.01")


def exact_lines(order):
    """(account, clearing account, exact amount) of each cost line of a job."""
    found = []
    for kind, (account, clearing) in ACCOUNT.items():
        for line in order[kind]:
            if kind == "labor":
                amount = Decimal(line["hours"]) * Decimal(line["rate"])
            elif kind == "materials":
                amount = Decimal(line["quantity"]) * Decimal(line["unit_cost"])
            else:
                amount = Decimal(line["cost"])
            found.append((account, clearing, amount))
    return found


def rounded(lines):
    """The same with amounts in cents."""
    cents = [amount.quantize(CENT, ROUND_HALF_EVEN) for _, _, amount in lines]
    rest = sum((amount for _, _, amount in lines), Decimal()).quantize(CENT, ROUND_HALF_EVEN) - sum(cents, Decimal())
    if rest:
        largest = max(range(len(cents)), key=lambda place: abs(cents[place]))
        cents[largest] += rest
    return [(account, clearing, amount) for (account, clearing, _), amount in zip(lines, cents)]


def expected_ledger(orders):
    """job → account → net debit; (cost account, cost center) → net debit."""
    jobs, centers = defaultdict(lambda: defaultdict(Decimal)), defaultdict(Decimal)
    for order in orders:
        if order["status"] not in ("COMP", "CLOSED"):
            continue
        for account, clearing, amount in rounded(exact_lines(order)):
            jobs[order["wonum"]][account] += amount
            jobs[order["wonum"]][clearing] -= amount
            centers[account, order["charge_to"]["code"]] += amount
    return jobs, centers


def ledger_of(reader):
    """The same out of Tryton, and what is wrong with the entries themselves."""
    jobs, centers, faults, keys = defaultdict(lambda: defaultdict(Decimal)), defaultdict(Decimal), [], defaultdict(list)
    moves = reader.rows("account.move", [], ["description", "state", "post_number", "origin", "lines.account.code",
                                             "lines.debit", "lines.credit", "lines.analytic_lines.account.code",
                                             "lines.analytic_lines.debit", "lines.analytic_lines.credit"])
    for move in moves:
        words = (move["description"] or "").split()
        if len(words) < 2:
            faults.append(f"an entry that nobody made: {move['id']} {move['description']}")
            continue
        if move["state"] != "posted":
            continue  # without effect
        keys[words[0]].append(move["post_number"])
        balance = Decimal()
        for line in move["lines."]:
            amount = line["debit"] - line["credit"]
            balance += amount
            jobs[words[1]][line["account."]["code"]] += amount
            for part in line["analytic_lines."]:
                centers[line["account."]["code"], part["account."]["code"]] += part["debit"] - part["credit"]
        if balance:
            faults.append(f"{move['post_number']} does not balance: {balance}")
    faults += [f"{key} stands {len(numbers)} times: {numbers}" for key, numbers in keys.items() if len(numbers) > 1]
    return jobs, centers, faults, len(keys)


def nonzero(sums):
    return {key: amount for key, amount in sums.items() if amount}


def ledger_faults(orders, reader):
    wanted, wanted_centers = expected_ledger(orders)
    found, found_centers, faults, count = ledger_of(reader)
    for job in sorted(set(wanted) | set(found)):
        if nonzero(wanted[job]) != nonzero(found[job]):
            faults.append(f"{job}: CMMS {dict(nonzero(wanted[job]))}, Tryton {dict(nonzero(found[job]))}")
    if nonzero(wanted_centers) != nonzero(found_centers):
        faults.append(f"cost centers: CMMS {nonzero(wanted_centers)}, Tryton {nonzero(found_centers)}")
    return faults, count, sum((sum((a for c, a in job.items() if c.startswith("6")), Decimal())
                               for job in found.values()), Decimal())


def stock_faults(before, transactions, reader, location, today):
    """`before`: pieces by part when the plant was prepared."""
    wanted = {part: Decimal(quantity) for part, quantity in before.items()}
    for one in transactions:
        sign = -1 if one["type"] == "ISSUE" else 1
        wanted[one["item"]] += sign * Decimal(one["base_quantity"])
    for move in reader.rows("stock.move", [["state", "=", "done"], ["shipment", "like", "stock.shipment.in,%"],
                                           ["to_location", "=", location]], ["product.code", "quantity"]):
        wanted[move["product."]["code"]] += move["quantity"]
    context = {**reader.context, "locations": [location], "stock_date_end": today}
    rows = reader.call("model.product.product.search_read", [[], 0, None, None, ["code", "quantity"], context])
    faults = [f"{row['code']}: expected {wanted[row['code']]}, Tryton has {row['quantity']}"
              for row in rows if Decimal(row["quantity"]) != wanted[row["code"]]]
    keys = defaultdict(int)
    for shipment in reader.rows("stock.shipment.internal", [["state", "=", "done"]], ["reference"]):
        keys[shipment["reference"].split()[0]] += 1
    faults += [f"shipment {key} stands {count} times" for key, count in keys.items() if count > 1]
    return faults, len(keys)
