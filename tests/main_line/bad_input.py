"""Hostile and broken input against a running hub: refused with a reason, nothing stored or lost, memory bounded."""
import hashlib
import hmac
import json
import random
import resource
import socket
import time

import expected
import generate
import prepare
import runs
import world

DEEP = 200
FLOOD = 1300  # the hub holds 1,024 connections
GROWTH_MAX_KIB = 64 << 10


def event(subject, **changes):
    line = {"kind": "labor", "id": "L1", "currency": "EUR", "hours": "1.5", "rate": "60.00", "craft": "MECH",
            **changes.pop("line", {})}
    data = {"number": subject, "site": "plant1", "asset": "PUMP-01", "title": "Pump", "order_type": "corrective",
            "status": "completed", "company_code": "1000", "completed_at": "2026-11-02T10:00:00Z", "lines": [line],
            **changes.pop("data", {})}
    return {"source": "cmms", "type": "workorder.completed", "subject": subject, "time": "2026-11-02T10:00:00Z",
            "data": data, **changes}


def dumped(value):
    return json.dumps(value).encode()


def bodies():
    """(name, body, what the answer's field must hold); "" where no field can be named."""
    deep = dumped(event("BAD-DEEP", data={"title": "@"})).replace(b'"@"', b"[" * DEEP + b"]" * DEEP)
    yield "malformed", dumped(event("BAD-CUT"))[:-20], ""
    yield "empty body", b"", ""
    yield "not an object", b"[1,2]", ""
    yield "oversized", dumped(event("BAD-BIG", data={"title": "x" * (3 << 20)})), ""
    yield "deeply nested", deep, ""
    yield "same member twice", dumped(event("BAD-TWICE")).replace(b'"subject"', b'"type":"x","subject"', 1), ""
    yield "no subject", dumped({key: value for key, value in event("BAD").items() if key != "subject"}), "subject"
    yield "lines are a text", dumped(event("BAD-LINES", data={"lines": "none"})), "lines"
    yield "hours are a list", dumped(event("BAD-LIST", line={"hours": [1]})), "hours"
    yield "title is a number", dumped(event("BAD-TITLE", data={"title": 5})), "title"
    yield "unknown member", dumped(event("BAD-MEMBER", data={"cost_centre": "CC-1"})), "cost_centre"
    yield "unknown event type", dumped(event("BAD-TYPE", type="workorder.exploded")), "type"
    yield "negative hours", dumped(event("BAD-HOURS", line={"hours": "-1"})), "hours"
    yield "40-digit amount", dumped(event("BAD-DIGITS", line={"rate": "9" * 40})), "rate"
    yield "unknown currency", dumped(event("BAD-MONEY", line={"currency": "EUX"})), "currency"
    yield "exponent", dumped(event("BAD-EXP", line={"rate": "1e3"})), "rate"
    yield "NUL in a text", dumped(event("BAD-NUL", data={"title": "a\0b"})), ""
    yield "raw NUL byte", dumped(event("BAD-RAWNUL", data={"title": "a@b"})).replace(b"a@b", b"a\0b"), ""
    yield "invalid UTF-8", dumped(event("BAD-UTF8", data={"title": "a@b"})).replace(b"a@b", b"a\xff\xfeb"), ""
    yield "lone surrogate", dumped(event("BAD-SURR", data={"title": "a@b"})).replace(b"a@b", b"a\\ud800b"), ""
    yield "no time of completion", dumped(event("BAD-TIME", data={"completed_at": ""})), "completed_at"
    yield "strange number", dumped(event("BAD/../../X Y")), ""


def refused(status, answer, field):
    """What is wrong with a refusal; empty when it is as it should be."""
    if not 400 <= status < 500:
        return f"answered {status} {str(answer)[:120]}"
    if not isinstance(answer, dict) or not answer.get("detail"):
        return f"{status} without a reason: {str(answer)[:120]}"
    if field and field not in str(answer.get("field", "")):
        return f"{status} names the field {answer.get('field')!r} instead of {field}"
    return ""


def check_bodies(plant, more=()):
    """(cases, faults)"""
    cases, faults = 0, []
    for name, body, field in [*bodies(), *more]:
        cases += 1
        status, answer = plant.hub_asks("POST", "/api/v1/events", body)
        wrong = refused(status, answer, field)
        faults += [f"{name}: {wrong}"] if wrong else []
    others = [("wrong token", world.call(plant.hub.port, "POST", "/api/v1/events", event("BAD-TOKEN"), "wrong")),
              ("another content type", world.call(plant.hub.port, "POST", "/api/v1/events", dumped(event("BAD-CT")),
                                                  world.HUB_TOKEN, headers={"Content-Type": "text/plain"})),
              ("header of 64 KiB", world.call(plant.hub.port, "GET", "/api/v1/status", None, "x" * 65536)),
              ("wrong signature", webhook(plant, "another secret of the same length", time.time())),
              ("old signature", webhook(plant, world.WEBHOOK_SECRET, time.time() - 3600)),
              ("no signature", world.call(plant.hub.port, "POST", "/api/v1/webhooks/cmms", {"object": "WO-1"}))]
    for name, (status, answer) in others:
        cases += 1
        wrong = refused(status, answer, "")
        faults += [f"{name}: {wrong}"] if wrong else []
    return cases, faults


def webhook(plant, secret, at):
    body = dumped({"event": "workorder.changed", "object": "WO-1", "at": "2026-11-02T10:00:00Z"})
    stamp = str(int(at))
    sign = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return world.call(plant.hub.port, "POST", "/api/v1/webhooks/cmms", body,
                      headers={"X-Sandbox-Signature": f"t={stamp},v1={sign}"})


def mutate(rng, body):
    body = bytearray(body)
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(body))
        action = rng.randrange(4)
        if action == 0:
            body[place] = rng.randrange(256)
        elif action == 1:
            del body[place:place + rng.randint(1, 30)]
        elif action == 2:
            body[place:place] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 20)))
        else:
            other = rng.randrange(len(body))
            body[place:place] = body[other:other + rng.randint(1, 60)]
        if not body:
            body = bytearray(b"{")
    return bytes(body)


def check_mutations(plant, count, seed):
    """Random damage: each is answered by 2xx or 4xx and the hub stays up."""
    rng, faults = random.Random(seed), []
    whole = dumped(event("MUT-1", type="workorder.released", data={"status": "released", "lines": []}))
    for _ in range(count):
        body = mutate(rng, whole)
        status, answer = plant.hub_asks("POST", "/api/v1/events", body)
        if not (200 <= status < 300 or 400 <= status < 500):
            faults.append(f"random damage: {status} {str(answer)[:100]} for {body[:200]!r}")
    return faults


def connect(port):
    stream = socket.socket()
    stream.settimeout(5)
    stream.connect(("127.0.0.1", port))
    return stream


def flood(plant, good):
    """Opens more connections than the hub holds, and lets orders go on meanwhile over one that is open already."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, FLOOD + 200)), hard))
    streams, turned_away, faults = [], 0, []
    try:
        for _ in range(FLOOD):
            try:
                stream = connect(plant.hub.port)
                stream.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
                streams.append(stream)
            except OSError:
                turned_away += 1
        for stream in streams:
            stream.settimeout(0.001)
            try:
                answer = stream.recv(100)
                turned_away += answer == b"" or b" 503 " in answer
            except OSError:
                pass
    finally:
        for stream in streams:
            stream.close()
    if turned_away == 0:
        faults.append(f"{FLOOD} connections and none was turned away")
    plant_answers = world.wait_until("the hub after the flood", lambda: plant.site() is not None, 30)
    faults += [] if plant_answers else ["no answer after the flood"]
    good()
    return turned_away, faults


def slow_bodies(plant, good, wait_s):
    """Requests that never end: orders go through beside them, and in time each is ended with 408 or closed."""
    streams = [connect(plant.hub.port) for _ in range(50)]
    faults, ended = [], 0
    try:
        for stream in streams:
            stream.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 1000\r\n\r\n{")
        good()
        give_up = time.monotonic() + wait_s
        for stream in streams:
            stream.settimeout(max(0.01, give_up - time.monotonic()))
            try:
                answer = stream.recv(200)
                ended += answer == b"" or b" 408 " in answer
            except OSError:
                pass
    finally:
        for stream in streams:
            stream.close()
    if wait_s and ended < len(streams):
        faults.append(f"{len(streams) - ended} of {len(streams)} slow requests were still open after {wait_s} s")
    return faults


def named_exceptions(plant):
    """Orders that only the ERP can refuse: each ends as an exception that names what is wrong."""
    cases = {"EXC-ASSET": ("unknown_asset", {"receiver": {"kind": "asset", "code": "NO-SUCH"}}),
             "EXC-CENTER": ("unknown_cost_center", {"receiver": {"kind": "cost_center", "code": "CC-101"}}),
             "EXC-COMPANY": ("unknown_company", {"company_code": "9999"})}
    for subject, (_, data) in cases.items():
        status, answer = plant.hub_asks("POST", "/api/v1/events", event(subject, data=data))
        if status != 202:
            return [f"{subject}: answered {status} {answer}"]
    plant.settle(60)
    found = {one["subject"]: one for one in plant.exceptions()}
    faults = []
    for subject, (code, _) in cases.items():
        one = found.pop(subject, None)
        if one is None or one["code"] != code or not one["reason"] or not one["fix"]:
            faults.append(f"{subject}: the exception should be {code}, it is "
                          + (f"{one['code']}: {one['reason']}" if one else "missing"))
    return faults + [f"{subject}: exception {one['code']} without need" for subject, one in found.items()]


def run(build=None, *, quick=False, sabotage="", keep=False):
    """(figure, faults)"""
    begun, faults = time.monotonic(), []
    policy = runs.policy_named("journal")
    events, _ = generate.generate(60 if quick else 400, 31)
    with world.World(build, keep) as plant:
        plant.start_erp(prepare.erp_seed(policy))
        plant.start_cmms()
        plant.start_hub(prepare.flows(policy))
        outcome, told = runs.Outcome(), []

        def good():
            batch = events[len(told) * len(events) // 4:(len(told) + 1) * len(events) // 4]
            told.append(len(batch))
            runs.Feed(plant.hub.port, "/api/v1/events", world.HUB_TOKEN, batch, "subject", 4).finish(outcome)

        good()
        before = plant.hub.memory_kib()
        valid = [("valid order", dumped(event("BAD-VALID")), "")] if sabotage == "valid_among_bad" else []
        cases, wrong = check_bodies(plant, valid)
        faults += wrong + check_mutations(plant, 200 if quick else 5000, 31)
        good()
        faults += slow_bodies(plant, good, 0 if quick else 25)
        turned_away, wrong = flood(plant, good)
        faults += wrong + outcome.faults
        growth = plant.hub.memory_kib() - before
        faults += named_exceptions(plant)
        faults += [f"{subject} was stored" for subject in ("BAD-HOURS", "BAD-DIGITS", "BAD-MEMBER", "BAD-TOKEN")
                   if plant.hub_asks("GET", f"/api/v1/trace/{subject}")[0] != 404]
        rows = expected.rows_of(expected.reckon(events, policy))
        documents, differences = runs.check(plant, rows, sabotage)
        if plant.hub.starts != 1 or not plant.hub.alive():
            faults.append("the hub did not live through it")
    allowed = GROWTH_MAX_KIB * (8 if "asan" in plant.tieline else 1)
    if growth > allowed:
        faults.append(f"memory grew by {growth >> 10} MiB, {allowed >> 10} MiB allowed")
    faults += differences
    figure = (f"{cases} kinds of broken requests and {200 if quick else 5000} damaged at random refused with a reason, "
              f"{turned_away} of {FLOOD} connections turned away, 3 named exceptions, peak memory grew by "
              f"{growth / 1024:.1f} MiB, {len(events)} good events beside them in "
              f"{len(documents)} documents, {time.monotonic() - begun:.0f} s, {len(faults)} faults")
    return figure + (": " + "; ".join(faults[:4]) if faults else ""), faults
