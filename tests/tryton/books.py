"""The hub's own commands about its books, run as programs; and what somebody does to Tryton behind the hub's back."""
import json
import os
import subprocess

from plant import date, day, world


def told(plant, *words, limit_s=120):
    """(exit code, what it said) of a command of tieline."""
    done = subprocess.run([plant.tieline, *words], capture_output=True, text=True, check=False, timeout=limit_s,
                          env={**os.environ, **plant.secrets()})
    return done.returncode, (done.stdout + done.stderr).strip()


def checked(plant):
    code, words = told(plant, "check", "--config", plant.path("tieline.yaml"), "--json")
    try:
        return code, " ".join(one["answer"] for one in json.loads(words)["findings"] if "erp" in one["what"])
    except (ValueError, KeyError, TypeError):
        return code, words


def reconciled(plant):
    """(topics of Tryton in words, every difference as a sentence): the hub's books against what Tryton lists."""
    token = plant.path("hub.token")
    with open(token, "w", encoding="ascii") as stream:
        stream.write(world.HUB_TOKEN)
    code, words = told(plant, "reconcile", "--from", day(-1), "--to", day(1), "--json", "--config",
                       plant.path("tieline.yaml"), "--url", f"http://127.0.0.1:{plant.hub.port}", "--token-file", token)
    try:
        report = json.loads(words)
    except ValueError:
        return "", [f"tieline reconcile ends with {code}: {words[-400:]}"]
    # The CMMS counts no delivery by itself: its stock is another story.
    mine = [topic for topic in report["topics"] if topic["connector"] == "erp"]
    differences = [f"{topic['topic']}: {topic['problem']}" for topic in mine if "problem" in topic]
    differences += [one["sentence"] for topic in mine for one in topic.get("differences", [])]
    missing = {"postings", "movements", "requisitions", "stock"} - {topic["topic"] for topic in mine}
    differences += [f"{topic} of Tryton was not compared" for topic in sorted(missing)]
    return ", ".join(f"{topic['equal']} {topic['topic']}" for topic in mine), differences


def post_once_more(plant):
    """The hub's newest entry once more, posted, as a script that sends twice would do it."""
    newest = plant.buyer.rows("account.move", [["state", "=", "posted"]], ["description", "date"], [["id", "DESC"]])[0]
    copy = plant.buyer.model("account.move", "copy", [newest["id"]],
                             {"description": newest["description"], "date": date(newest["date"])})
    plant.buyer.model("account.move", "post", copy)


def take_a_piece(plant, part):
    """Out of the storeroom by a move that belongs to nothing."""
    buyer = plant.buyer
    product = buyer.one("product.product", [["code", "=", part]], ["id", "template.default_uom"])
    places = {code: buyer.id_of("stock.location", ["code", "=", code]) for code in ("MAIN", "MAINTENANCE")}
    move = buyer.create("stock.move", product=product["id"], uom=product["template."]["default_uom"], quantity=1,
                        company=buyer.context["company"], from_location=places["MAIN"],
                        to_location=places["MAINTENANCE"], effective_date=date(day()), planned_date=date(day()))
    buyer.model("stock.move", "do", [move])
