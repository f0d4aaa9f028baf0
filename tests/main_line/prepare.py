#!/usr/bin/env python3
"""What the ERP and the hub must know before a history of generate.py is told, made from a policy.

    prepare.py --policy policies/journal.json --out DIR

DIR gets erp_seed.json (body for the sandbox ERP's POST /admin/seed) and flows.json (the "flows" section of the hub's
configuration; JSON is YAML). Both follow from the policy that expected.py reckons with, so the three agree.
"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import generate  # noqa: E402

COMPANY_RATES = [("JPY", "0.0061"), ("KWD", "2.9817")]


def erp_seed(policy):
    company, erp, accounts = policy["company_code"], policy["erp"], policy["accounts"]
    kinds = {"labor": "labor", "part": "parts", "contractor": "contractor", "other": "other"}
    book = {accounts["capital"]: "capital", accounts["accrued"]: "accrual", erp["accounts"]["inventory"]: "inventory",
            erp["accounts"]["gr_ir"]: "gr_ir", erp["accounts"]["payable"]: "payable"}
    for kind, word in kinds.items():
        book[accounts["cost"][kind]] = "expense_" + word
        book[accounts["clearing"][kind]] = "clearing_" + word
    codes = {kind: sorted({receiver["code"] for receiver in generate.RECEIVERS if receiver["kind"] == kind})
             for kind in ("cost_center", "internal_order")}
    by_asset = policy["receivers"]["by_asset"]
    return {
        "companies": [{"code": company, "name": "Main line", "currency": erp["currency"], "zone": policy["zone"]}],
        "accounts": [{"code": code, "name": kind, "kind": kind} for code, kind in sorted(book.items())],
        "costCenters": [{"code": code, "companyCode": company, "name": code} for code in codes["cost_center"]],
        "internalOrders": [{"code": code, "companyCode": company, "name": code} for code in codes["internal_order"]],
        "assets": [{"code": code, "companyCode": company, "name": code,
                    "costCenter": by_asset.get(code, {"code": "CC-400"})["code"]} for code in generate.ASSETS],
        "activities": [{"code": craft, "companyCode": company, "name": craft, "rate": rate,
                        "currency": erp["currency"]} for craft, rate in sorted(erp["rates"].items())],
        "materials": [{"code": part, "name": part, "unit": "PCE", "price": price, "currency": erp["currency"],
                       "stock": "900000000"} for part, price in sorted(erp["prices"].items())],
        "vendors": [{"code": vendor, "name": vendor} for vendor in generate.VENDORS],
        "purchaseOrders": [{"number": generate.purchase_order(vendor, currency), "companyCode": company,
                            "vendor": vendor, "currency": currency}
                           for vendor in generate.VENDORS for currency in sorted(set(generate.CURRENCIES))],
        "periods": [{"companyCode": company, "from": "2026-01", "to": "2027-12", "open": True}],
        "rates": [{"from": currency, "to": erp["currency"], "rate": rate, "validFrom": "2026-01-01"}
                  for currency, rate in COMPANY_RATES],
    }


def flows(policy):
    accounts, carrier = policy["accounts"], policy["carrier"]
    return {
        "companies": {policy["company_code"]: {"zone": policy["zone"]}},
        "accounts": {**{kind: {"cost": accounts["cost"][kind], "clearing": accounts["clearing"][kind]}
                        for kind in accounts["cost"]},
                     "capital": accounts["capital"], "accrued": accounts["accrued"]},
        "receivers": {"default": policy["receivers"]["fallback"], "assets": policy["receivers"]["by_asset"]},
        "cost_posting": {"labor": carrier["labor"], "part": carrier["part"], "contractor": carrier["contractor"],
                         "contractor_without_purchase_order": carrier["contractor_without_order"],
                         "other": carrier["other"], "rounding": policy["rounding"]},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    with open(options.policy, encoding="utf-8") as stream:
        policy = json.load(stream)
    os.makedirs(options.out, exist_ok=True)
    for name, value in (("erp_seed.json", erp_seed(policy)), ("flows.json", flows(policy))):
        with open(os.path.join(options.out, name), "w", encoding="utf-8") as stream:
            json.dump(value, stream, indent=1)
            stream.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
