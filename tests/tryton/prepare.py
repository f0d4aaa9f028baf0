"""Makes the database of the tests: a company with its chart of accounts, periods, analytic accounts, places, parts and
a supplier, and a technical user for the hub with no more rights than its README names. Takes about a minute; the result
is kept by version of the packages and of this file."""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date as Day

from tryton import ADMIN_PASSWORD, DATABASE, HASHING, Client, Server, date, dec, package_versions

MODULES = ["stock", "purchase", "purchase_request", "purchase_requisition", "stock_supply", "account",
           "account_product", "analytic_account"]
HUB_USER, HUB_PASSWORD = "tieline", "Qw7-tieline-hub-word"
ACCOUNTS = {"610000": "Labor of maintenance", "620000": "Parts of maintenance", "630000": "Contractors",
            "640000": "Other maintenance", "181000": "Clearing labor", "182000": "Clearing parts",
            "183000": "Clearing contractors", "184000": "Clearing other"}
COST_CENTERS = {"CC-100": "Filling", "CC-200": "Packaging", "CC-300": "Utilities", "CC-400": "Maintenance"}
# code: (name, cost price, on hand, reorder point, order up to)
PARTS = {"P-2001": ("Bearing 6205", "12.40", 4000, None, None), "P-2003": ("Servo drive", "140.00", 25, None, None),
         "P-2011": ("Shaft seal 40x62", "18.75", 12, 10, 30), "P-2012": ("Toothed belt", "33.10", 60, None, None)}


def month_days(year):
    """The first and last day of each month."""
    for month in range(1, 13):
        last = Day(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        yield Day(year, month, 1).isoformat(), Day.fromordinal(last).isoformat()


def company(admin):
    currency = admin.create("currency.currency", name="Euro", symbol="€", code="EUR", digits=2,
                            rounding=dec("0.01"), rates=[["create", [{"date": date("2020-01-01"), "rate": dec(1)}]]])
    party = admin.create("party.party", name="Bottling plant", code="1000")
    made = admin.create("company.company", party=party, currency=currency)
    admin.write("res.user", [admin.user], companies=[["add", [made]]], company=made)
    buyer = admin.create("party.party", name="Buyer", code="E-1")
    admin.create("company.employee", party=buyer, company=made)
    hub = admin.create("party.party", name="Tieline", code="TIELINE")
    employee = admin.create("company.employee", party=hub, company=made)
    admin.preferences()
    return made, currency, employee


def ledger(admin, made):
    template = admin.id_of("account.account.template", ["name", "=", "Minimal Account Chart"])
    admin.wizard("account.create_chart", ("account", {"company": made, "account_template": template}, "create_account"))
    for code, name in ACCOUNTS.items():
        kind = "Expense" if code.startswith("6") else "Current Liabilities"
        types = admin.rows("account.account.type", [["company", "=", made]], ["id", "name", "statement"])
        wanted = "income" if code.startswith("6") else "balance"
        expense = [row for row in types if row["statement"] == wanted and (kind.split()[0] in row["name"])]
        chosen = (expense or [row for row in types if row["statement"] == wanted])[0]["id"]
        admin.create("account.account", name=name, code=code, company=made, type=chosen)
    kind = admin.id_of("ir.sequence.type", ["name", "=", "Account Move"])
    strict = admin.id_of("ir.sequence.type", ["name", "=", "Invoice"])
    invoices = admin.create("ir.sequence.strict", name="Invoices", sequence_type=strict, company=made)
    year = Day.today().year
    for number in (year - 1, year, year + 1):
        sequence = admin.create("ir.sequence", name=f"Posted moves {number}", sequence_type=kind, company=made,
                                prefix=f"{number}-")
        four = {f"{name}_sequence": invoices for name in
                ("out_invoice", "in_invoice", "out_credit_note", "in_credit_note")}
        fiscal = admin.create("account.fiscalyear", name=str(number), company=made, post_move_sequence=sequence,
                              start_date=date(f"{number}-01-01"), end_date=date(f"{number}-12-31"),
                              invoice_sequences=[["create", [{"company": made, **four}]]])
        for start, end in month_days(number):
            admin.create("account.period", name=start[:7], fiscalyear=fiscal, start_date=date(start),
                         end_date=date(end), type="standard")


def analytics(admin, made):
    root = admin.create("analytic_account.account", name="Cost centers", code="COST_CENTERS", company=made,
                        type="root", state="opened")
    for code, name in COST_CENTERS.items():
        admin.create("analytic_account.account", name=name, code=code, company=made, type="normal", root=root,
                     parent=root, state="opened")


def places(admin):
    warehouse = admin.one("stock.location", [["type", "=", "warehouse"]], ["id", "storage_location"])
    admin.write("stock.location", [warehouse["storage_location"]], code="MAIN")
    for code, name in (("MAINTENANCE", "Used by maintenance"), ("SCRAP", "Scrapped")):
        admin.create("stock.location", name=name, code=code, type="lost_found")
    return warehouse


def masters(admin, made, currency, warehouse):
    unit = admin.id_of("product.uom", ["symbol", "=", "u"])
    expense = admin.id_of("account.account", ["code", "=", "620000"])
    category = admin.create("product.category", name="Spare parts", accounting=True, account_expense=expense)
    vendor = admin.create("party.party", name="Seals and drives", code="V-203",
                          addresses=[["create", [{"street": "Harbour 1", "city": "Hamburg"}]]])
    for code, (name, price, on_hand, point, up_to) in PARTS.items():
        template = admin.create("product.template", name=name, type="goods", default_uom=unit, purchasable=True,
                                purchase_uom=unit, list_price=dec(price), cost_price_method="fixed", code=code,
                                account_category=category,
                                products=[["create", [{"suffix_code": "", "cost_price": dec(price)}]]])
        product = admin.id_of("product.product", ["template", "=", template])
        admin.create("purchase.product_supplier", template=template, party=vendor, company=made, currency=currency,
                     lead_time={"__class__": "timedelta", "seconds": 5 * 86400},
                     prices=[["create", [{"quantity": 1, "unit_price": dec(price)}]]])
        if point:
            admin.create("stock.order_point", product=product, type="purchase", company=made,
                         warehouse_location=warehouse["id"], min_quantity=point, target_quantity=up_to)
    count = admin.create("stock.inventory", location=warehouse["storage_location"], company=made,
                         date=date(Day.today().isoformat()),
                         lines=[["create", [{"product": admin.id_of("product.product", ["code", "=", code]),
                                             "quantity": row[2]} for code, row in PARTS.items()]]])
    admin.model("stock.inventory", "confirm", [count])


def user(admin, made, employee):
    """Groups as src/connectors/tryton/README.md lists them: the hub neither approves nor administers."""
    names = ["Account", "Stock", "Purchase", "Purchase Requisition"]
    groups = [row["id"] for row in admin.rows("res.group", [["name", "in", names]], ["id"])]
    admin.create("res.user", name="Tieline", login=HUB_USER, password=HUB_PASSWORD, companies=[["add", [made]]],
                 company=made, employees=[["add", [employee]]], employee=employee, groups=[["add", groups]])


def empty(folder, target):
    """A database with the modules and nothing in them."""
    server = Server(folder)
    made = os.path.join(folder, "db", DATABASE + ".sqlite")
    with open(made, "wb"):
        pass
    word = os.path.join(folder, "password")
    with open(word, "w", encoding="ascii") as stream:
        stream.write(ADMIN_PASSWORD)
    admin = ["trytond-admin", "-c", server.config, "-d", DATABASE]
    for more in (["--all", "--email", "nobody@example.com", "--language", "en"],
                 ["-u", *MODULES, "--activate-dependencies"]):
        done = subprocess.run(admin + more, capture_output=True, text=True, check=False,
                              env={**os.environ, "TRYTONPASSFILE": word})
        if done.returncode != 0:
            raise SystemExit(f"trytond-admin {more}: {done.stderr[-800:]}")
    shutil.copyfile(made, target)


def fill(folder, source, target):
    """The plant's own data, entered through the API."""
    server = Server(folder)
    made = os.path.join(folder, "db", DATABASE + ".sqlite")
    shutil.copyfile(source, made)
    server.start()
    try:
        admin = Client(server.port)
        plant, currency, employee = company(admin)
        ledger(admin, plant)
        analytics(admin, plant)
        warehouse = places(admin)
        masters(admin, plant, currency, warehouse)
        user(admin, plant, employee)
    finally:
        server.stop()
    shutil.copyfile(made, target)


def kept(cache, name, seed, make):
    """The file of that name and seed in the cache; `make(folder, target)` makes it where it is not there yet."""
    place = os.path.join(cache, f"{name}-{hashlib.sha256(seed).hexdigest()[:16]}.sqlite")
    if os.path.exists(place):
        return place
    os.makedirs(cache, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="tieline-tryton-")
    try:
        part = f"{place}.{os.getpid()}"
        make(folder, part)
        os.replace(part, place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return place


def prepared(cache):
    """Path of the prepared database, made where it is not there yet."""
    seed = (package_versions() + " ".join(MODULES) + HASHING).encode()
    base = kept(cache, "tryton-empty", seed, empty)
    with open(os.path.abspath(__file__), "rb") as stream:
        own = stream.read()
    # The fiscal years are those around today.
    return kept(cache, "tryton-plant", seed + own + str(Day.today().year).encode(),
                lambda folder, target: fill(folder, base, target))


if __name__ == "__main__":
    print(prepared(sys.argv[1]))
