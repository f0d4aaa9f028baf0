"""What `tieline connector new` writes is built and passes its own test and the contract suite, as the page that leads a
newcomer promises.

    skeleton.py BUILD

The new files are compiled as the build folder compiles a connector of the tree, and linked to what is built there.
"""
import filecmp
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME = "acme_cmms"
PARTS = ("src/connectors", "src/app", "tests/contract", "templates")


def run(command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)[-400:]}\nended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def written(program, folder):
    """The files that the command made or changed, in a tree that holds no others: all else is the tree's own."""
    whole, fresh = os.path.join(folder, "whole"), os.path.join(folder, "fresh")
    for part in PARTS:
        shutil.copytree(os.path.join(ROOT, part), os.path.join(whole, part))
    run([program, "connector", "new", NAME, "--source", whole], folder)
    for at, _, names in os.walk(whole):
        for name in names:
            path = os.path.relpath(os.path.join(at, name), whole)
            before = os.path.join(ROOT, path)
            if not os.path.exists(before) or not filecmp.cmp(before, os.path.join(whole, path), shallow=False):
                os.makedirs(os.path.dirname(os.path.join(fresh, path)), exist_ok=True)
                shutil.copyfile(os.path.join(whole, path), os.path.join(fresh, path))
    return fresh


def own_data(fresh):
    """As tieline_connector_data (cmake/rooms.cmake) makes it."""
    here = os.path.join(fresh, "src", "connectors", NAME)
    text = f'#include "connectors/{NAME}/spec.h"\nnamespace tieline::connectors::{NAME} {{\n'
    for name in ("map", "metadata"):
        with open(os.path.join(here, name + ".yaml"), encoding="utf-8") as file:
            text += f'std::string_view own_{name}() {{\n    return R"yaml({file.read()})yaml";\n}}\n'
    with open(os.path.join(here, "own_data.cpp"), "w", encoding="utf-8") as file:
        file.write(text + "}\n")


def commands_of(build):
    """How the build compiles a connector and a file of the contract suite, without what is compiled."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        known = {entry["file"].removeprefix(ROOT + "/"): entry["command"] for entry in json.load(file)
                 if "/bench/" not in entry["command"].split(" -o ")[1]}
    wanted = ("src/connectors/sandbox_cmms/spec.cpp", "tests/contract/maximo_under_test.cpp")
    return [shlex.split(known[name])[:-4] for name in wanted]


def compiled(fresh, build):
    """The objects of all new sources, by file name."""
    room, suite = commands_of(build)
    testdata = os.path.join(fresh, "src", "connectors", NAME, "testdata")
    jobs = {}
    for at, _, names in os.walk(fresh):
        for name in names:
            if name.endswith(".cpp"):
                like = suite if name.endswith("_test.cpp") or "contract" in at else room
                source, made = os.path.join(at, name), os.path.join(at, name + ".o")
                own = [f"-I{fresh}/src", f"-I{fresh}/tests", f'-DTIELINE_TESTDATA="{testdata}"']
                jobs[name] = ([like[0], *own, *like[1:], "-o", made, "-c", source], made)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: run(job[0], build), jobs.values()))
    return {name: made for name, (_, made) in jobs.items()}


def linked(build, objects, folder):
    """The connector's own test, and the contract suite with it."""
    line = run(["ninja", "-t", "commands", "connector_contract"], build).strip().splitlines()[-1]
    words = shlex.split(line.split("&&")[1])
    at = words.index("-o")
    room = [made for name, made in objects.items() if name not in ("catalog.cpp", "connector_catalog.cpp")
            and not name.endswith(("_test.cpp", "_under_test.cpp"))]
    own = [word for word in words[:at] if not word.endswith(".o")]
    suite = [word for word in words[:at] if not word.endswith("/connector_catalog.cpp.o")]
    test, contract = os.path.join(folder, "own_test"), os.path.join(folder, "contract")
    run([*own, objects[f"{NAME}_test.cpp"], *room, "-o", test, *words[at + 2:]], build)
    run([*suite, objects["connector_catalog.cpp"], objects[f"{NAME}_under_test.cpp"], *room, "-o", contract,
         *words[at + 2:]], build)
    return test, contract


def main():
    build = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="tieline-skeleton-") as folder:
        fresh = written(os.path.join(build, "src", "app", "tieline"), folder)
        own_data(fresh)
        test, contract = linked(build, compiled(fresh, build), folder)
        for command in ([test], [contract, f"--gtest_filter=*{NAME}*"]):
            said = run(command, folder)
            passed = re.search(r"\[  PASSED  \] (\d+) test", said)
            if not passed or int(passed[1]) == 0 or "[  SKIPPED ]" in said:
                sys.exit(f"{os.path.basename(command[0])} ran no test, or skipped one:\n{said[-1500:]}")
            print(f"ok   {os.path.basename(command[0])}: {passed[1]} tests of a new connector passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
