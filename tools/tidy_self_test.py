"""Plants one bad snippet per rule and checks that tidy finds it, and that good code beside it stays quiet."""
from tidy_text import Repository, blank_literals

# Words that tidy looks for are put together from pieces here, so that this file stays clean itself.
MARK = "TO" + "DO"
REGISTRY = "https://registry.npm" + "js.org/x"
MACHINE = "/wo" + "rk/plant/x"
ONCE = "#pragma once\n"


def function_of(lines):
    return "int f(int a) {\n" + "    ++a;\n" * lines + "    return a;\n}\n"


# name, path, text, rule that must find it (None: nothing may be found), other files that must exist
CASES = [
    # arrows
    ("flow sees the store", "src/flows/a.cpp", '#include "store/store.h"\n', "arrows", ["src/store/store.h"]),
    ("connector sees the store", "src/connectors/x/a.cpp", '#include "store/store.h"\n', "arrows",
     ["src/store/store.h"]),
    ("base sees model", "src/base/a.cpp", '#include "model/event.h"\n', "arrows", ["src/model/event.h"]),
    ("net sees flows", "src/net/a.cpp", '#include "flows/flow.h"\n', "arrows", ["src/flows/flow.h"]),
    ("store sees net", "src/store/a.cpp", '#include "net/http.h"\n', "arrows", ["src/net/http.h"]),
    ("engine sees a sub-room", "src/engine/a.cpp", '#include "store/sqlite/db.h"\n', "arrows",
     ["src/store/sqlite/db.h"]),
    ("engine sees the server", "src/engine/a.cpp", '#include "net/http_server.h"\n', "arrows",
     ["src/net/http_server.h"]),
    ("engine sees api", "src/engine/a.cpp", '#include "api/routes.h"\n', "arrows", ["src/api/routes.h"]),
    ("api sees a sub-room", "src/api/a.cpp", '#include "store/sqlite/db.h"\n', "arrows", ["src/store/sqlite/db.h"]),
    ("connector sees another", "src/connectors/x/a.cpp", '#include "connectors/y/y.h"\n', "arrows",
     ["src/connectors/y/y.h"]),
    ("product sees sandbox", "src/app/a.cpp", '#include "sandbox/erp/erp.h"\n', "arrows", ["sandbox/erp/erp.h"]),
    ("product sees sandbox by its root", "src/app/a.cpp", '#include "erp/erp.h"\n', "arrows", ["sandbox/erp/erp.h"]),
    ("product sees sim", "src/engine/a.cpp", '#include "sim/clock.h"\n', "arrows", ["sim/clock.h"]),
    ("sandbox sees model", "sandbox/erp/a.cpp", '#include "model/event.h"\n', "arrows", ["src/model/event.h"]),
    ("pure room does I/O", "src/flows/a.cpp", "#include <fstream>\n", "pure", []),
    ("Asio in a header", "src/engine/a.h", ONCE + "#include <boost/asio/awaitable.hpp>\n", "asio", []),
    ("engine sees doors", "src/engine/a.cpp",
     '#include "store/store.h"\n#include "model/event.h"\n#include "net/http.h"\n', None,
     ["src/store/store.h", "src/model/event.h", "src/net/http.h"]),
    ("engine's test sees a real store", "src/engine/a_test.cpp", '#include "store/sqlite/db.h"\n', None,
     ["src/store/sqlite/db.h"]),
    ("connector sees its wire family", "src/connectors/x/a.cpp", '#include "connectors/rest/rest.h"\n', None,
     ["src/connectors/rest/rest.h"]),
    ("connector's test sees its peer", "src/connectors/x/a_test.cpp", '#include "erp/erp.h"\n', None,
     ["sandbox/erp/erp.h"]),
    ("app sees all", "src/app/a.cpp", '#include "store/sqlite/db.h"\n', None, ["src/store/sqlite/db.h"]),
    # banned calls
    ("clock", "src/engine/a.cpp", "auto t = std::chrono::system_clock::now();\n", "banned", []),
    ("rand", "src/engine/a.cpp", "int x = rand();\n", "banned", []),
    ("random device", "src/engine/a.cpp", "std::random_device d;\n", "banned", []),
    ("sleep", "src/engine/a_test.cpp", "std::this_thread::sleep_for(1s);\n", "banned", []),
    ("usleep", "sandbox/erp/a.cpp", "usleep(100);\n", "banned", []),
    ("detach", "src/net/a.cpp", "thread.detach();\n", "banned", []),
    ("raw new", "src/store/a.cpp", "auto* p = new Thing();\n", "banned", []),
    ("std::format", "src/base/a.cpp", "auto s = std::format(1);\n", "banned", []),
    ("allowed with a reason", "src/net/a.cpp", "auto* p = new Thing();  // tidy: allow new, freed by the library\n",
     None, []),
    ("allowed without a reason", "src/net/a.cpp", "auto* p = new Thing();  // tidy: allow new\n", "banned", []),
    ("words in comments and texts", "src/engine/a.cpp",
     'const char* s = "rand() new Thing";  // sleep(1)\nint n = 1\'000; char c = \'"\'; int rands(int);\n', None, []),
    # money
    ("double in a flow", "src/flows/a.cpp", "double amount = 0;\n", "money", []),
    ("float in the store", "src/store/a.h", ONCE + "float price();\n", "money", []),
    ("double in net", "src/net/a.cpp", "double per_second = 0;\n", None, []),
    # co_await
    ("temporary in braces", "src/net/a.cpp", "auto r = co_await send(Request{1, 2});\n", "co_await", []),
    ("template temporary in braces", "src/net/a.cpp", "auto r = co_await send(std::vector<int>{1});\n", "co_await", []),
    ("temporary over two lines", "src/net/a.cpp", "auto r = co_await send(\n    Request{1, 2});\n", "co_await", []),
    ("capturing lambda", "src/net/a.cpp", "co_await run([&] () mutable { go(); });\n", "co_await", []),
    ("view parameter", "src/connectors/x/a.cpp", "Exchange<Page> pull(std::string_view cursor) {\n}\n", "co_await", []),
    ("const& parameter", "src/connectors/x/a.cpp", "Exchange<Page> C::pull(const Request& r) {\n}\n", "co_await", []),
    ("named first", "src/connectors/x/a.cpp",
     "Exchange<Page> C::pull(std::string c, int n) {\n    if (!(co_await send(r))) return Error{1};\n"
     "    auto x = co_await send(list[i]); y = Y{2};\n}\n", None, []),
    # functions and files
    ("long function", "src/net/a.cpp", function_of(70), "function", []),
    ("function at the limit", "src/net/a.cpp", function_of(69), None, []),
    ("long file", "src/net/a.cpp", "int a;\n" * 501, "size", []),
    ("long line", "src/net/a.cpp", "int " + "a" * 120 + ";\n", "columns", []),
    ("long text of a test", "src/net/a_test.cpp", 'auto s = "' + "a" * 150 + '\n";', None, []),
    ("long line of a test", "src/net/a_test.cpp", "int " + "a" * 120 + ";\n", "columns", []),
    ("no pragma once", "src/net/a.h", "int a();\n", "once", []),
    ("large blob", "docs/a.txt", "a" * ((1 << 20) + 1), "blob", []),
    ("unfinished", "src/net/a.cpp", f"// {MARK} later\n", "mark", []),
    ("machine path", "docs/a.md", f"see {MACHINE}\n", "path", []),
    ("registry", "web/package-lock.json", f'{{"resolved": "{REGISTRY}"}}\n', "registry", []),
    ("dead link", "docs/a.md", "see [b](b.md)\n", "link", []),
    ("living links", "docs/a.md", "see [b](b.md#x), [c](../src/), [d](https://example.org), `[e](f)`\n", None,
     ["docs/b.md", "src/net/c.cpp"]),
]


def companions(path, others):
    """Files that keep the other rules quiet: README and CMakeLists that names every .cpp, an include of each .h."""
    files = {}
    for name in [path, *others]:
        parts = name.split("/")
        for depth in (1, 2, 3):
            if len(parts) > depth:
                files["/".join(parts[:depth]) + "/README.md"] = "# A room\n"
        files.setdefault(name, ONCE if name.endswith(".h") else "\n")
    sources = [name for name in [path, *others] if name.endswith(".cpp")]
    files["CMakeLists.txt"] = "add_library(x " + " ".join(sources) + " tests/all.cpp)\n"
    headers = [name for name in [path, *others] if name.endswith(".h")]
    files["tests/all.cpp"] = "".join(f'#include "{name}"\n' for name in headers)
    return files


def run():
    import tidy
    faults = []
    for name, path, text, rule, others in CASES:
        files = companions(path, others)
        files[path] = text
        found = {finding.rule for finding in tidy.check(Repository(files)) if finding.path == path}
        if rule is None and found:
            faults.append(f"{name}: nothing is wrong, but {sorted(found)} was found")
        if rule is not None and rule not in found:
            faults.append(f"{name}: {rule} was planted, found only {sorted(found)}")
    faults += whole_repository_cases(tidy)
    for fault in faults:
        print(fault)
    print(f"tidy self-test: {len(CASES) + 5} cases, {len(faults)} failed")
    return 1 if faults else 0


def whole_repository_cases(tidy):
    faults = []

    def rules(files):
        return {finding.rule for finding in tidy.check(Repository(files))}

    readme = {"src/net/README.md": "# net\n"}
    if "dead" not in rules({"src/net/a.cpp": "\n", "CMakeLists.txt": "add_library(x b.cpp)\n", **readme}):
        faults.append("dead source: not found")
    if "dead" not in rules({"src/net/a.h": ONCE, **readme}):
        faults.append("dead header: not found")
    if rules({"src/net/a_test.cpp": "\n", "src/net/CMakeLists.txt": "foreach(n a b)\n t(${n}_test.cpp)\nendforeach()\n",
              **readme}):
        faults.append("source named by a variable: taken for dead")
    if "readme" not in rules({"src/net/a.cpp": "\n", "CMakeLists.txt": "add_library(x src/net/a.cpp)\n"}):
        faults.append("room without README: not found")
    if blank_literals('a R"x(b"\n)x" c /* d\n */ e \'"\' f') != 'a       \n    c     \n    e \' \' f':
        faults.append("blank_literals: " + repr(blank_literals('a R"x(b"\n)x" c /* d\n */ e \'"\' f')))
    return faults
