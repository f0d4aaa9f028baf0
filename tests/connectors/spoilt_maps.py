"""Field maps, each spoilt in one place, given to `tieline check`: all must be refused with file and line, and nothing
may be sent meanwhile, which a listener in the peers' place counts.

    spoilt_maps.py TIELINE [--sabotage unspoilt|chatty]

Prints a line per claim: "ok   what" or "FAIL what", with figures above it. Exit code 0 only where each is ok.
"""
import argparse
import os
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# (name, where it fits, what it becomes; "" takes the row away, and only in tables that write).
SPOILERS = [
    ("renamed target", r"\{to: ([a-zA-Z_]+)", r"{to: \1Q", False),
    ("renamed source", r"from: ([a-z][a-zA-Z_]+)([,}])", r"from: \1Q\2", False),
    ("too long", r"(max|truncate): [0-9]+", r"\1: 99999", True),
    ("wrong type", r"type: (decimal|date|time|integer)", "type: boolean", False),
    ("wrong decimals", r"scale: [0-9]", "scale: 12", True),
    ("missing key", r"^ +- \{to: [a-zA-Z_]+, from: .*required: true", "", True),
]
SETTINGS = {
    "sandbox_cmms": ("url: URL", "token"),
    "sandbox_erp": ("url: URL", "token"),
    "maximo": ("url: URL, sign_in: apikey, maximo_site: BEDFORD, company_code: \"1000\", currency: EUR", "api_key"),
    "sap_s4": ("url: URL, user: TIELINE, plant: \"1010\", document_type: SA, currency: EUR, "
               "reservation_cost_center: \"4200\"", "password"),
    "sap_maintenance": ("url: URL, user: TIELINE, plant: \"1010\", cost_booked_by: hub", "password"),
}
EACH = 8  # places a spoiler is tried at in a map


class Listener(socketserver.ThreadingTCPServer):
    """Counts who calls, and answers nobody."""
    daemon_threads = True
    calls = 0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def process_request(self, request, client_address):
        self.calls += 1
        self.shutdown_request(request)


def known_of(system):
    """{table: create, update or read}, and the fields that have no limit, by the connector's metadata."""
    with open(os.path.join(ROOT, "src", "connectors", system, "metadata.yaml"), encoding="utf-8") as file:
        text = file.read()
    limited = set(re.findall(r"^ +([A-Za-z_.]+): \{[^}]*max:", text, re.M))
    return (dict(re.findall(r"^  ([a-z_.]+): \{entity: [^}]*?does: ([a-z]+)", text, re.M)),
            set(re.findall(r"^ +([A-Za-z_.]+): \{", text, re.M)) - limited)


def places(lines, known, spoiler):
    name, where, instead, only_writes = spoiler
    known, unlimited = known
    table, found = "", []
    for number, line in enumerate(lines):
        begins = re.match(r"  ([a-z_.]+):$", line)
        if begins:
            table = begins[1]
        does = known.get(table)
        if does is None or line.lstrip().startswith("#") or not re.search(where, line):
            continue
        if (only_writes and does == "read") or (not instead and does != "create"):
            continue
        target = re.search(r"\{to: (?:[A-Za-z_.]*\.)?([A-Za-z_]+)", line)
        if name == "too long" and target and target[1] in unlimited:
            continue
        found.append(number)
    step = max(1, len(found) // EACH)
    return found[::step][:EACH]


def row_of(lines, number):
    while number > 0 and not re.match(r" *- ", lines[number]):
        number -= 1
    return number + 1


def table_of(lines, number):
    begins = [at for at, line in enumerate(lines) if re.match(r"  [a-z_.]+:$", line)] + [len(lines)]
    first = max(at for at in begins if at <= number)
    return range(first + 1, min(at for at in begins if at > first) + 1)


def own_map(system):
    with open(os.path.join(ROOT, "src", "connectors", system, "map.yaml"), encoding="utf-8") as file:
        return file.read()


def spoilt(system):
    """(what was done, the lines that may be named, the map's text) of each."""
    lines = own_map(system).split("\n")
    known = known_of(system)
    for spoiler in SPOILERS:
        name, where, instead, _ = spoiler
        for number in places(lines, known, spoiler):
            changed = list(lines)
            changed[number] = re.sub(where, instead, changed[number]) if instead else ""
            what = f"{system}, {name}, line {number + 1}: {lines[number].strip()}"
            # A row may take several lines and is named where it begins; one that is gone is missed within its table.
            named = [row_of(lines, number)] if instead else table_of(lines, number)
            yield what, named, "\n".join(changed)


def checked(program, folder, listener, system, text):
    """(exit code, what `tieline check` said)."""
    with tempfile.TemporaryDirectory(dir=folder) as here:
        settings, secret = SETTINGS[system]
        url = f"\"http://127.0.0.1:{listener.server_address[1]}\""
        files = {
            "plant.map.yaml": text, "secret": "a-secret-of-at-least-16-characters\n",
            "tieline.yaml": "node: hub-1\ndata_dir: data\napi: {port: 0}\nsites:\n  - {id: plant1, name: Plant}\n"
                            f"connectors:\n  - name: peer\n    system: {system}\n    map: plant.map.yaml\n"
                            f"    settings: {{{settings.replace('URL', url)}}}\n"
                            f"    secrets: {{{secret}: {{file: secret}}}}\n"}
        for name, content in files.items():
            with open(os.path.join(here, name), "w", encoding="utf-8") as file:
                file.write(content)
        done = subprocess.run([program, "check", "--config", os.path.join(here, "tieline.yaml")], capture_output=True,
                              text=True, check=False, timeout=60)
        return done.returncode, done.stdout + done.stderr


def judged(case):
    program, folder, listener, system, what, named, text = case
    code, said = checked(program, folder, listener, system, text)
    if code == 0:
        return f"taken: {what}"
    lines = {int(line) for line in re.findall(r"plant\.map\.yaml:([0-9]+):", said)}
    if lines.isdisjoint(named):
        return f"none of the lines {list(named)[:1]} to {list(named)[-1:]} is named: {what}: {said.strip()[:200]}"
    return ""


def intact_faults(program, folder):
    """The maps as they are must pass: else being refused would say nothing of what was spoilt."""
    listener, faults = Listener(), []  # these do connect
    for system in SETTINGS:
        _, said = checked(program, folder, listener, system, own_map(system))
        if re.search(r"plant\.map\.yaml:[0-9]+:", said) or "field maps compiled and compared" not in said:
            faults.append(f"{system}: its own map is refused: {said.strip()[:200]}")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--sabotage", choices=["", "unspoilt", "chatty"], default="")
    asked = parser.parse_args()
    listener = Listener()
    with tempfile.TemporaryDirectory(prefix="tieline-maps-") as folder:
        cases = [(asked.program, folder, listener, system, *case) for system in SETTINGS for case in spoilt(system)]
        if asked.sabotage == "unspoilt":
            cases.append((asked.program, folder, listener, "maximo", "left as it is", [1], own_map("maximo")))
        with ThreadPoolExecutor(2) as pool:
            faults = [fault for fault in pool.map(judged, cases) if fault]
        faults += intact_faults(asked.program, folder)
        sent = listener.calls
        if asked.sabotage == "chatty":
            checked(asked.program, folder, listener, "sandbox_erp", own_map("sandbox_erp"))
            sent = listener.calls
    for fault in faults[:10]:
        print(f"     {fault}")
    print(f"     {len(cases)} spoilt maps of {len(SETTINGS)} systems, {len(faults)} not refused as they should be")
    good = len(cases) >= 100 and not faults
    print(f"{'ok  ' if good else 'FAIL'} 100 and more spoilt maps are refused with file and line")
    print(f"     {sent} connections to the systems meanwhile")
    print(f"{'ok  ' if sent == 0 else 'FAIL'} nothing is sent before a map is refused")
    return 0 if good and sent == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
