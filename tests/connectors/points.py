"""The six points that the connectors to real systems must show: a live Tryton, SAP's own mock server and definitions,
spoilt field maps, the contract suite and the simulation over the catalog, the page of what was tested, and speed. What
is skipped or not there falls short."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(1, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "main_line"))
import world  # noqa: E402
from lines import Line, Options, guarded, newest, progress  # noqa: E402

__all__ = ["POINTS", "SABOTAGES", "Line", "Options", "progress"]

HERE = os.path.dirname(os.path.abspath(__file__))
# Nobody here has SAP's definition of order confirmations and of the ledger's cube.
NOT_AT_HAND = ["API_MAINTORDERCONFIRMATION", "API_OPLACCTGDOCITEMCUBE_SRV"]
# Programs against SAP's mock server: what it is there, its name, and the folder of its services.
MOCKED = [("SAP as the ERP", "sap_mock_test", ""), ("SAP maintenance", "sap_maintenance_mock_test", "maintenance"),
          ("OData 4", "sap_version4_mock_test", "version4")]
# What turns a point red on purpose: (points it works on, what it does).
SABOTAGES = {
    "cent": ((1,), "the reckoning of the live Tryton expects a cent more"),
    "piece": ((1,), "the reckoning of the live Tryton expects a piece less"),
    "twice": ((1,), "an entry is posted once more in Tryton, behind the hub's back"),
    "stray": ((1,), "a piece is taken from stock in Tryton, behind the hub's back"),
    "unmended": ((1,), "the closed period of Tryton stays closed"),
    "no_kill": ((1,), "nothing is killed"),
    "all_rights": ((1,), "no right is taken away from the hub in Tryton"),
    "unknown_field": ((2,), "the map to SAP sends a field that SAP does not know"),
    "other_length": ((2,), "SAP's definition of goods movements says shorter texts"),
    "unspoilt": ((3,), "a map is left as it is"),
    "chatty": ((3,), "something is sent to a system while maps are checked"),
    "forgets": ((4,), "every simulated ERP forgets postings"),
    "blind": ((4,), "no simulated ERP finds a key again"),
    "left_out": ((4,), "the catalog names one connector more"),
    "boast": ((5,), "the page claims one thing more than what ran"),
    "slow_postings": ((6,), "only 100 postings a second are asked for"),
    "over_limit": ((6,), "the hub is told a limit twice that of the peer"),
}


def programs(options, *names):
    """The build folder that has all of them."""
    usual = [os.path.join(world.ROOT, "build", at) for at in ("asan", "release")]
    for folder in [options.build] if options.build else usual:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in names):
            return folder
    raise world.Unavailable(f"not built: {', '.join(names)}; ./test builds them")


def told(command, limit_s, **more):
    environment = {**os.environ, **{name: str(value) for name, value in more.items()}}
    done = subprocess.run(command, cwd=world.ROOT, env=environment, capture_output=True, text=True, check=False,
                          timeout=limit_s)
    return done.returncode, done.stdout + done.stderr


def script(*parts):
    return [sys.executable, "-B", os.path.join(world.ROOT, *parts)]


def claims(point, command, limit_s, target):
    """A line per claim of a script that says "ok" or "FAIL" of each, with figures above."""
    try:
        code, text = told(command, limit_s)
    except (world.Unavailable, OSError, subprocess.TimeoutExpired) as error:
        yield Line(point, os.path.basename(command[2]), f"not measured: {str(error)[:300]}", target, False)
        return
    figures, found = [], 0
    for line in text.splitlines():
        said = re.match(r"(ok|FAIL)\s+(.*)", line)
        if said:
            found += 1
            yield Line(point, said[2], "; ".join(figures[-4:])[:500] or said[1], target, said[1] == "ok")
            figures = []
        elif line.startswith("     "):
            figures.append(line.strip())
    if not found or code not in (0, 1):
        yield Line(point, os.path.basename(command[2]), f"exit code {code}: {text.strip()[-300:]}", target, False)


def tests_passed(text):
    """(passed, skipped, failed) of a program of GoogleTest."""
    def number(word):
        said = re.search(rf"\[  {word} *\] (\d+) tests?", text)
        return int(said[1]) if said else 0
    return number("PASSED"), number("SKIPPED"), number("FAILED")


def suite(point, what, target, command, limit_s, **more):
    """One line for a program of GoogleTest: all of it passed, nothing skipped but what `may_skip` names."""
    may_skip = more.pop("may_skip", None)

    def work():
        code, text = told(command, limit_s, **more)
        passed, skipped, failed = tests_passed(text)
        figure = f"{passed} passed, {skipped} skipped, {failed} failed"
        if code != 0:
            figure += f"; exit code {code}: " + "; ".join(re.findall(r"(?m)^.*(?:Failure|error:).*$", text))[:300]
        allowed = skipped == 0 if may_skip is None else may_skip(text, skipped)
        return figure, code == 0 and passed > 0 and failed == 0 and allowed
    return guarded(point, what, target, work)


def point_1(options):
    target = "once, to the cent and the piece"
    try:
        build = programs(options, "src/app/tieline", "sandbox/tieline-sandbox")
    except world.Unavailable as error:
        yield Line(1, "a live Tryton", f"not measured: {error}", target, False)
        return
    few = ["--orders", "6", "--kills", "3"] if options.quick else ["--orders", "30", "--kills", "20"]
    spoilt = ["--sabotage", options.sabotage] if options.sabotage else []
    yield from claims(1, [*script("tests", "tryton", "live.py"), build, *few, *spoilt], 1500, target)
    if not options.sabotage:
        def command():
            program = os.path.join(programs(options, "tests/tryton/tryton_contract"), "tests/tryton/tryton_contract")
            return [*script("tests", "tryton", "contract.py"), program, "--cache",
                    os.path.join(world.ROOT, "build", "tryton-cache")]

        def contract():
            # Its map is compared with the models of the running server, not with a file, and the suite says so.
            line = suite(1, "", "", command(), 600, may_skip=lambda text, skipped: skipped == 1 and
                         "Skipped\nnothing is known of this peer's objects" in text)
            return line.figure, line.holds
        yield guarded(1, "the contract suite of connectors against the real Tryton",
                      "all pass; its map is compared with the running server instead of a file", contract)


def other_definitions(folder):
    """SAP's definitions, one of them with another length."""
    name = "API_MATERIAL_DOCUMENT_SRV.edmx"
    here = os.path.join(world.ROOT, "..", "shared", "reference", "erp", "sap")
    if not os.path.exists(os.path.join(here, name)):
        raise world.Unavailable(f"SAP's definition {name} is not here")
    shutil.copytree(here, folder, dirs_exist_ok=True)
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text.replace('MaxLength="25"', 'MaxLength="24"'))


def point_2(options):
    if options.sabotage in ("", "unknown_field"):
        for title, name, folder in MOCKED if not options.sabotage else MOCKED[:1]:
            def mock(name=name, folder=folder):
                build = programs(options, f"tests/sap_mock/{name}")
                command = [*script("tests", "sap_mock", "run.py"), build, "--program",
                           os.path.join(build, "tests", "sap_mock", name), *(["--folder", folder] if folder else [])]
                more = {"TIELINE_SABOTAGE": options.sabotage} if options.sabotage else {}
                line = suite(2, "", "", command, 420, **more)
                return line.figure, line.holds
            yield guarded(2, f"every read and write against SAP's own mock server: {title}",
                          "all accepted, none skipped", mock)
    if options.sabotage in ("", "other_length"):
        def definitions():
            program = os.path.join(programs(options, "src/connectors/sap_s4/sap_s4_test"),
                                   "src/connectors/sap_s4/sap_s4_test")
            with tempfile.TemporaryDirectory(prefix="tieline-sap-") as folder:
                more = {}
                if options.sabotage:
                    other_definitions(folder)
                    more["TIELINE_SAP_DEFINITIONS"] = folder
                absent = []
                line = suite(2, "", "", [program, "--gtest_filter=*SapDefinition*"], 120,
                             may_skip=lambda text, skipped: absent.extend(sorted(set(re.findall(
                                 r"SAP's definition of (\S+) is not here", text)))) or skipped == len(absent), **more)
            return f"{line.figure}; not at hand: {', '.join(absent) or 'none'}", line.holds and absent == NOT_AT_HAND
        yield guarded(2, "each field, type and length that is sent, against SAP's own definitions",
                      "nothing differs; where no definition is at hand, it is named", definitions)


def point_3(options):
    spoilt = ["--sabotage", options.sabotage] if options.sabotage else []
    try:
        program = newest(options.build, "release", "asan", "src/app/tieline")
    except world.Unavailable as error:
        yield Line(3, "spoilt maps", f"not measured: {error}", "all refused", False)
        return
    yield from claims(3, [*script("tests", "connectors", "spoilt_maps.py"), program, *spoilt], 900,
                      "100 and more refused by tieline check, nothing sent")


def catalog_is_tested(options):
    program = newest(options.build, "release", "asan", "src/app/tieline")
    systems = [one["system"] for one in json.loads(told([program, "connector", "list", "--json"], 30)[1])]
    systems += ["another"] if options.sabotage == "left_out" else []
    suite_program = os.path.join(programs(options, "tests/contract/connector_contract"),
                                 "tests/contract/connector_contract")
    names = told([suite_program, "--gtest_list_tests"], 60)[1]
    real = os.path.exists(os.path.join(world.ROOT, "tests", "tryton", "contract_world.cpp"))
    missing = [name for name in systems if f"/{name}" not in names and not (name == "tryton" and real)]
    return f"{len(systems)} connectors: {', '.join(systems)}" + (f"; without a suite: {missing}" if missing else ""), (
        len(systems) >= 5 and not missing)


def point_4(options):
    if options.sabotage in ("", "left_out"):
        yield guarded(4, "each connector of the catalog is in the contract suite", "none is left out",
                      lambda: catalog_is_tested(options))
    if not options.sabotage:
        def contract():
            program = os.path.join(programs(options, "tests/contract/connector_contract"),
                                   "tests/contract/connector_contract")
            line = suite(4, "", "", [program], 300)
            return line.figure, line.holds
        yield guarded(4, "the contract suite over every connector", "all pass, none skipped", contract)
    if options.sabotage in ("", "forgets", "blind"):
        def simulated(*words):
            program = os.path.join(programs(options, "sim/tieline-simulation"), "sim/tieline-simulation")
            code, text = told([program, "--connectors", *words], 1500)
            last = [line for line in text.strip().splitlines() if line][-8:]
            return "; ".join(last)[:700], code == 0
        seeds = ["--seeds", "24" if options.quick or options.sabotage else "200"]
        lie = ["--lie", options.sabotage] if options.sabotage else []
        yield guarded(4, "the simulation over every pair of the catalog, with pitfalls and two poisoned jobs each",
                      "nothing lost, nothing twice, only the poisoned wait", lambda: simulated(*seeds, *lie))
        if not options.sabotage:
            yield guarded(4, "ERPs that lie are found by it", "on nearly every seed",
                          lambda: simulated("--proofs", "--seeds", "36", "--orders", "20"))


def point_5(options):
    def matrix():
        build = programs(options, "src/app/tieline", "tests/contract/connector_contract")
        more = ["--boast"] if options.sabotage else []
        code, text = told([*script("tools", "connector_matrix"), "--check", "--build", build, *more], 60)
        return "; ".join(text.strip().splitlines()[-3:])[:400], code == 0
    yield guarded(5, "docs/connectors/matrix.md claims what ran in ./test, no more and no less",
                  "no claim without proof", matrix)


def point_6(options):
    words = ["--count", "600"] if options.quick else []
    if options.sabotage:
        spoilt = ["--rate", "100"] if options.sabotage == "slow_postings" else ["--pace", "400"]
        words = ["--count", "300", "--only", "sandbox_erp", *spoilt]
    target = "500 postings a second against the fake, the peer's limit kept"
    try:
        program = newest(options.build, "release", "bench/connector_bench")
        if not options.build and os.path.join("build", "release") not in program:
            raise world.Unavailable(f"{program} has sanitizers, which are slow; build one without: cmake --preset "
                                    "release && ninja -C build/release connector_bench")
        command = [program, "--json", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1500)
        lines = json.loads(done.stdout)["lines"]
    except (world.Unavailable, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        yield Line(6, "connector_bench", f"not measured: {str(error)[:400]}", target, False)
        return
    for line in lines:
        if line["verdict"] != "shown":
            holds = line["verdict"] == "holds"
            yield Line(6, f"{line['phase']}: {line['what']}", line["figure"], line["target"], holds)
    systems = {line["phase"].split(" ")[0] for line in lines}
    figure = f"{len(lines)} lines of {len(systems)} systems, exit code {done.returncode}"
    yield Line(6, "connector_bench, whole", figure, target,
               done.returncode == 0 and (len(systems) >= 4 or bool(options.sabotage)))


POINTS = {1: point_1, 2: point_2, 3: point_3, 4: point_4, 5: point_5, 6: point_6}
