"""Real work orders: a CSV file through `tieline import` into the sandbox CMMS, from there by the hub into the ERP."""
import csv
import json
import os
import re
import subprocess
import time
from collections import defaultdict
from decimal import Decimal

import compare
import world

CURRENCY = "AUD"
COST = re.compile(r"-?\d+(\.\d{1,2})?\Z")
ACCOUNTS = {"labor": ("610000", "181000"), "part": ("620000", "182000"), "contractor": ("630000", "183000"),
            "other": ("640000", "184000")}


def data_file():
    """The CSV file, or Unavailable."""
    folder = os.environ.get("TIELINE_DATA") or os.path.join(os.path.dirname(world.ROOT), "shared", "data")
    for path in (os.path.join(folder, "workorders", "excavators.csv"), os.path.join(folder, "excavators.csv")):
        if os.path.exists(path):
            return path
    raise world.Unavailable("excavators.csv is not here; set TIELINE_DATA to the folder with workorders/")


def read(path, rows_max=None):
    """(sums per asset, lines that must be refused, rows): own reading, shares nothing with the hub."""
    sums, refused, rows = defaultdict(Decimal), {}, 0
    with open(path, encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        columns = {name: place for place, name in enumerate(next(reader))}
        for row in reader:
            rows += 1
            cost, date = row[columns["Cost"]], row[columns["BscStartDate"]]
            if not COST.match(cost):
                refused[reader.line_num] = f"cost {cost!r}"
            elif not re.match(r"\d{4}-\d\d-\d\d\Z", date):
                refused[reader.line_num] = f"date {date!r}"
            else:
                sums[row[columns["Asset"]]] += Decimal(cost)
            if rows == rows_max:
                break
    return sums, refused, rows


def cut(path, rows, folder):
    """The header and the last `rows` rows up to the broken one and beyond: a smaller file that still holds it."""
    with open(path, encoding="utf-8", newline="") as stream:
        lines = stream.readlines()
    if rows is None or rows >= len(lines) - 1:
        return path
    _, refused, _ = read(path)
    start = max(1, min(refused, default=rows) - 1 - rows // 2)
    small = os.path.join(folder, "part.csv")
    with open(small, "w", encoding="utf-8", newline="") as stream:
        stream.writelines([lines[0]] + lines[start:start + rows])
    return small


def erp_seed(assets):
    book = [{"code": code, "name": kind, "kind": name + ("parts" if kind == "part" else kind)}
            for kind, codes in ACCOUNTS.items() for code, name in zip(codes, ("expense_", "clearing_"))]
    return {"companies": [{"code": "1000", "name": "Mine", "currency": CURRENCY, "zone": "Australia/Perth"}],
            "accounts": book,
            "costCenters": [{"code": "CC-" + asset, "companyCode": "1000", "name": asset} for asset in assets]
            + [{"code": "CC-400", "companyCode": "1000", "name": "Rest"}],
            "assets": [{"code": "EXC-" + asset, "companyCode": "1000", "name": asset, "costCenter": "CC-" + asset}
                       for asset in assets],
            "periods": [{"companyCode": "1000", "from": "2000-01", "to": "2013-12", "open": True}]}


def flows(assets):
    return {"companies": {"1000": {"zone": "Australia/Perth"}}, "default_company": "1000",
            "accounts": {kind: {"cost": cost, "clearing": clearing} for kind, (cost, clearing) in ACCOUNTS.items()},
            "receivers": {"default": {"kind": "cost_center", "code": "CC-400"},
                          "assets": {"EXC-" + asset: {"kind": "asset", "code": "EXC-" + asset} for asset in assets}},
            "cost_posting": {"labor": "journal", "part": "journal", "contractor": "journal",
                             "contractor_without_purchase_order": "journal", "other": "journal"}}


def with_asset_receivers(plant, path, map_path):
    """The map, with each work order charged to its asset: cost centers of the CMMS's assets would win otherwise."""
    with open(map_path, encoding="utf-8") as stream:
        text = stream.read()
    row = "      - {to: asset, from: Asset, required: true, max: 20, rule: {prefix: \"EXC-\"}}\n"
    if row not in text:
        raise world.Unavailable("templates/import/excavators.yaml has changed: its row of the asset was not found")
    charged = row + ("      - {to: charge_to.kind, constant: ASSET}\n"
                     "      - {to: charge_to.code, from: Asset, rule: {prefix: \"EXC-\"}}\n")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text.replace(row, charged))
    return path


def import_rows(plant, path):
    """(the importer's totals, refused rows of its report)"""
    report, token = plant.path("refused.csv"), plant.path("cmms.token")
    with open(token, "w", encoding="utf-8") as stream:
        stream.write(world.CMMS_TOKEN)
    map_path = with_asset_receivers(plant, plant.path("excavators.yaml"),
                                    os.path.join(world.ROOT, "templates", "import", "excavators.yaml"))
    done = subprocess.run(
        [plant.tieline, "import", "work-orders", path, "--map", map_path, "--complete", "--set",
         f"currency={CURRENCY},company=1000,cost_center=CC-400", "--cmms", f"http://127.0.0.1:{plant.cmms.port}",
         "--token-file", token, "--report", report, "--json"], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise world.Unavailable(f"tieline import ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    with open(report, encoding="utf-8", newline="") as stream:
        return json.loads(done.stdout), list(csv.DictReader(stream))


def ledger_sums(documents):
    """Cost per asset, and what lies elsewhere."""
    assets, elsewhere = defaultdict(Decimal), defaultdict(Decimal)
    for row in compare.rows_of_documents(documents):
        if row["currency"] != CURRENCY or row["account"] not in ("640000", "184000"):
            elsewhere[f"{row['account']} {row['currency']}"] += row["balance"]
        elif row["account"] == "640000":
            assets[row.get("receiver", "nobody").removeprefix("EXC-")] += row["balance"]
    return assets, elsewhere


def run(build=None, rows=None, sabotage="", keep=False, limit_s=600):
    """(figure, faults)"""
    begun = time.monotonic()
    with world.World(build, keep) as plant:
        path = cut(data_file(), rows, plant.folder)
        sums, refused, count = read(path)
        if sabotage == "cent":
            sums[min(sums)] += Decimal("0.01")
        if sabotage == "lost_row":
            refused.pop(min(refused), None)
        assets = sorted(sums)
        plant.start_erp(erp_seed(assets))
        plant.start_cmms()
        plant.start_hub(flows(assets))
        totals, report = import_rows(plant, path)
        plant.settle(limit_s)
        faults = [f"exception {one['code']}: {one['reason'][:120]}" for one in plant.exceptions()[:3]]
        status, _ = world.call(plant.cmms.port, "GET", "/api/workorders?after_change=0&limit=1", None, world.CMMS_TOKEN)
        if status != 200:
            faults.append(f"the CMMS answers {status}")
        documents = compare.Erp(f"http://127.0.0.1:{plant.erp.port}", world.ERP_TOKEN, "1000").documents()
    if sabotage == "lost_document":
        documents = documents[:-1]
    if sabotage == "twice":
        documents = documents + [documents[-1]]
    faults += compare.check_documents(documents)
    found, elsewhere = ledger_sums(documents)
    faults += [f"asset {asset}: {found[asset]} {CURRENCY} in the ledger, {sums[asset]} in the file"
               for asset in sorted(set(found) | set(sums)) if found[asset] != sums[asset]]
    faults += [f"{value} on {place}" for place, value in elsewhere.items() if value != 0]
    lines = {int(row["line"]): row["reason"] for row in report}
    faults += [f"line {line} was refused without need: {lines[line]}" for line in sorted(set(lines) - set(refused))]
    faults += [f"line {line} was not refused: {refused[line]}" for line in sorted(set(refused) - set(lines))]
    faults += [f"line {line} was refused without a reason" for line, reason in lines.items() if not reason.strip()]
    if totals["created"] != count - len(refused):
        faults.append(f"{totals['created']} work orders made of {count - len(refused)} valid rows")
    total = sum(found.values(), Decimal(0))
    listed = "; ".join(f"line {line}: {reason}" for line, reason in sorted(lines.items())[:3])
    figure = (f"{count} rows, {totals['created']} imported and completed, {len(lines)} refused ({listed}), "
              f"{len(documents)} documents, ledger {total} {CURRENCY} = file {sum(sums.values(), Decimal(0))}, "
              f"{len(sums)} assets, {time.monotonic() - begun:.0f} s, {len(faults)} differences")
    return figure + (": " + "; ".join(faults[:3]) if faults else ""), faults
