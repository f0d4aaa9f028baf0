"""Tidy's rules about C++ code: arrows between rooms, banned calls, money, co_await, size of functions."""
import re

from tidy_text import Finding, is_test, line_of

# A room may include itself and the rooms named here (DESIGN: app → api → engine → … → base).
ARROWS = {
    "base": set(),
    "model": {"base"},
    "conditions": {"model", "base"},
    "flows": {"conditions", "model", "base"},
    "store": {"model", "base"},
    "audit": {"store", "model", "base"},
    "net": {"model", "base"},
    "identity": {"base"},
    "connectors": {"net", "model", "base"},
    "vision": {"model", "base"},
    "engine": {"flows", "connectors", "net", "store", "audit", "vision", "conditions", "model", "base"},
    "api": {"identity", "engine", "flows", "connectors", "net", "store", "audit", "vision", "conditions", "model",
            "base"},
    "app": {"api", "identity", "engine", "flows", "connectors", "net", "store", "audit", "vision", "conditions",
            "model", "base"},
}
# What engine may see of the rooms around it: their front doors.
ENGINE_DOORS = {"store/store.h", "flows/flow.h", "connectors/connector.h", "connectors/exchange.h", "net/http.h",
                "net/http_client.h", "audit/audit.h", "conditions/condition.h"}
WIRE_FAMILIES = {"odata", "rest", "soap", "jsonrpc"}
PURE_ROOMS = {"model", "conditions", "flows"}
IO_HEADERS = re.compile(r"^(boost/(asio|beast)|sqlite3\.h|curl/|fstream|iostream|cstdio|filesystem|thread|mutex|"
                        r"condition_variable|sys/|unistd\.h|fcntl\.h|random$|ctime$)")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def resolve(repository, path, target):
    """Repository path that a quoted include means, or None (a library's header in quotes, or a generated file)."""
    folder = path.rsplit("/", 1)[0]
    for candidate in ("src/" + target, target, "sandbox/" + target, "sim/" + target, "tests/" + target,
                      folder + "/" + target):
        if candidate in repository.files:
            return candidate
    return None


def room_of(path):
    """("src", "store", "sqlite") for src/store/sqlite/x.cpp; ("sandbox", "erp", "") for sandbox/erp/x.cpp."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return "src", parts[1], parts[2] if len(parts) > 3 else ""
    return parts[0], parts[1] if len(parts) > 2 else "", ""


def arrow_fault(path, target):
    """Why the file `path` may not include the file `target`, or None."""
    root, room, sub = room_of(path)
    to_root, to_room, to_sub = room_of(target)
    if root in ("sim", "tests", "bench"):
        return None
    if root == "sandbox":
        if to_root == "sandbox" or (to_root == "src" and to_room in ("base", "net")):
            return None
        return "the sandbox is an outside system: it may include only sandbox, base and net"
    if to_root != "src":
        if is_test(path):
            return None  # tests of a connector talk to the peer in their own process
        return f"the product never includes {to_root}"
    if to_room == room:
        if room == "connectors" and to_sub not in ("", sub) and to_sub not in WIRE_FAMILIES:
            return f"connector {sub or 'code'} must not know connector {to_sub}; share by a wire family"
        return None
    if room not in ARROWS:
        return f"room {room} has no entry in the room table (tools/tidy_code.py)"
    if to_room not in ARROWS[room]:
        return f"{room} must not include {to_room}; it may include {', '.join(sorted(ARROWS[room])) or 'nothing else'}"
    if is_test(path) or room == "app":
        return None
    if room == "engine" and to_room not in ("model", "base") and target[len("src/"):] not in ENGINE_DOORS:
        return f"engine sees only front doors: {', '.join(sorted(ENGINE_DOORS))}"
    if to_sub and to_room != "base":  # base/yaml is a library of its own, for whom needs YAML
        return f"only app and tests may see the sub-room {to_room}/{to_sub}; include the front door of {to_room}"
    return None


def check_arrows(repository):
    for path, text in repository.code():
        for match in INCLUDE.finditer(text):
            line = line_of(text, match.start())
            quote, target = match.groups()
            root, room, _ = room_of(path)
            if quote == "<":
                if root == "src" and room in PURE_ROOMS and not is_test(path) and IO_HEADERS.match(target):
                    yield Finding(path, line, "pure", f"{room} does no I/O, so it cannot need <{target}>")
                if (path.endswith(".h") and root == "src" and room != "net"
                        and re.match(r"boost/(asio|beast)", target)):
                    yield Finding(path, line, "asio", "Asio stays out of headers outside net: it is slow to compile")
                continue
            found = resolve(repository, path, target)
            if found is None or found == path:
                continue
            fault = arrow_fault(path, found)
            if fault:
                yield Finding(path, line, "arrows", f'#include "{target}": {fault}')


# word, pattern, where it is allowed besides (roots of paths), what to do instead
BANNED = [
    ("clock", re.compile(r"\bsystem_clock\s*::\s*now\b"), ("src/base/", "src/app/"), "take base::Clock& by reference"),
    ("rand", re.compile(r"(?<![\w.>])s?rand\s*\(|\bstd\s*::\s*(random_device|mt19937(_64)?)\b"),
     ("src/base/", "src/app/"), "take base::Random& by reference"),
    ("sleep", re.compile(r"\b(u|nano)?sleep(_for|_until)?\s*\("), ("src/base/", "src/app/"),
     "wait on a condition, a timer or an answer"),
    ("detach", re.compile(r"[.>]\s*detach\s*\(\s*\)"), ("src/base/", "src/app/"), "keep the thread and join it"),
    ("new", re.compile(r"(?<!operator)(?<!operator )\bnew\s+[A-Za-z_:]|(?<!operator)\bnew\s*\("), ("src/base/",),
     "use std::make_unique or a value"),
    ("format", re.compile(r"\bstd\s*::\s*format\b|#\s*include\s*<format>"), (),
     "libstdc++ 12 has no std::format; build the text by appending"),
]
MONEY_ROOTS = ("src/model/", "src/flows/", "src/store/")


def check_banned(repository):
    for path, _ in repository.code():
        text = repository.blanked(path)
        for word, pattern, roots, instead in BANNED:
            if roots and path.startswith(roots):
                continue
            for match in pattern.finditer(text):
                line = line_of(text, match.start())
                if not repository.allowed(path, line, word):
                    yield Finding(path, line, "banned", f"{match.group().strip()}: {instead}")
        if path.startswith(MONEY_ROOTS) and not is_test(path):
            for match in re.finditer(r"\b(double|float)\b", text):
                line = line_of(text, match.start())
                if not repository.allowed(path, line, "double"):
                    yield Finding(path, line, "money", f"{match.group()}: money and measures are base::Decimal here")


def awaited(text, start):
    """The expression after a co_await, up to the end of its statement or enclosing parenthesis."""
    depth = 0
    for position in range(start, min(len(text), start + 4000)):
        char = text[position]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth < 0:
                return text[start:position]
        elif char == ";" and depth == 0:
            return text[start:position]
    return text[start:start + 4000]


COROUTINE = re.compile(r"\b(?:Exchange|Task|awaitable)<[^;{}()=]*>\s+([\w:]+)\s*\(([^;{}]*?)\)\s*"
                       r"(?:const\s*)?(?:override\s*)?[;{=]")
AGGREGATE = re.compile(r"(?:\w|>)\s*\{")
CAPTURE = re.compile(r"\[\s*[&=\w*][^\]\[]*\]\s*(?:\(|\{|mutable\b)")


def check_co_await(repository):
    for path, _ in repository.code():
        text = repository.blanked(path)
        for match in re.finditer(r"\bco_await\b", text):
            expression = awaited(text, match.end())
            line = line_of(text, match.start())
            if repository.allowed(path, line, "co_await"):
                continue
            # A capturing lambda after an identifier is an index; a lambda follows '(' ',' or '='.
            if re.search(r"[(,=]\s*" + CAPTURE.pattern, expression):
                yield Finding(path, line, "co_await", "a capturing lambda in an awaited expression; name it first")
            elif AGGREGATE.search(expression):
                yield Finding(path, line, "co_await", "a temporary in braces in an awaited expression; name it first")
        for match in COROUTINE.finditer(text):
            line = line_of(text, match.start())
            if re.search(r"\bconst\s+[\w:<>, ]+&|\bstring_view\b|\bspan<", match.group(2)):
                if not repository.allowed(path, line, "co_await"):
                    yield Finding(path, line, "co_await", f"coroutine {match.group(1)} takes a view or const&; "
                                                          "it dangles over a suspension: take it by value")


FUNCTION_LINES_MAX = 70
FUNCTION_START = re.compile(r"^\s*(?!if\b|for\b|while\b|switch\b|else\b|do\b|catch\b|return\b|namespace\b|struct\b|"
                            r"class\b|enum\b|union\b|extern\b|[})])\S.*\)[^();=]*\{$")


def check_functions(repository):
    for path, _ in repository.code():
        if is_test(path):
            continue
        lines = repository.blanked(path).split("\n")
        for start, text in enumerate(lines):
            if not FUNCTION_START.match(text.rstrip()):
                continue
            depth, end = 1, start
            while depth > 0 and end + 1 < len(lines):
                end += 1
                depth += lines[end].count("{") - lines[end].count("}")
            if end - start - 1 > FUNCTION_LINES_MAX:
                yield Finding(path, start + 1, "function", f"{end - start - 1} lines in a function; the limit is "
                                                           f"{FUNCTION_LINES_MAX}: split it")
