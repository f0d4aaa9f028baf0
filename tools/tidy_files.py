"""Tidy's rules about files: size, README, dead files, links, words and paths that must not be in the repository."""
import os
import re
import subprocess

from tidy_text import CODE_SUFFIXES, Finding, is_test, line_of

FILE_LINES_MAX = 500
COLUMNS_MAX = 120
BLOB_BYTES_MAX = 1 << 20
SIZED = (".cpp", ".h", ".py", ".sh", ".ts", ".svelte", ".cmake", "CMakeLists.txt")
SIZED_BY_NAME = ("run", "test", ".ci/run", "tools/accept", "tools/connector_matrix")


def is_sized(path):
    return path.endswith(SIZED) or path in SIZED_BY_NAME


def check_sizes(repository):
    for path, text in repository.files.items():
        if repository.sizes[path] > BLOB_BYTES_MAX:
            yield Finding(path, 1, "blob", f"{repository.sizes[path] >> 10} KiB; nothing above 1 MiB belongs here")
        if text is None or not is_sized(path):
            continue
        lines = text.split("\n")
        if len(lines) - 1 > FILE_LINES_MAX:
            yield Finding(path, FILE_LINES_MAX, "size", f"{len(lines) - 1} lines; a file stops at {FILE_LINES_MAX}")
        # Recorded bodies in the texts of a test may be as long as they were.
        measured = repository.blanked(path).split("\n") if path.endswith(CODE_SUFFIXES) and is_test(path) else lines
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX and len(measured[number - 1].rstrip()) > COLUMNS_MAX:
                yield Finding(path, number, "columns", f"{len(line)} columns; a line stops at {COLUMNS_MAX}")
        if path.endswith(".h") and "#pragma once" not in text:
            yield Finding(path, 1, "once", "a header starts with #pragma once")


def check_readme(repository):
    """A README.md in each room of src, each connector, each part of the sandbox, and sim."""
    rooms = {}
    for path, _ in repository.code():
        parts = path.split("/")
        if parts[0] == "src" and len(parts) > 2:
            rooms.setdefault("/".join(parts[:2]), path)
            if parts[1] == "connectors" and len(parts) > 3:
                rooms.setdefault("/".join(parts[:3]), path)
        elif parts[0] == "sandbox" and len(parts) > 2:
            rooms.setdefault("/".join(parts[:2]), path)
        elif parts[0] == "sim":
            rooms.setdefault("sim", path)
    for room in sorted(rooms):
        if room + "/README.md" not in repository.files:
            yield Finding(rooms[room], 1, "readme", f"{room}/README.md is missing: purpose, door, what it never does")


# Put together from pieces, so that this file does not hold what it looks for.
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME")) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/}$)])/(" + "|".join(("wo" + "rk", "ho" + "me", "Us" + "ers")) + r")/[\w.]")
REGISTRIES = re.compile("|".join(re.escape(host) for host in (
    "registry.npm" + "js.org", "py" + "pi.org", "files.python" + "hosted.org", "deb." + "debian.org",
    "proxy.golang" + ".org", "static.crates" + ".io")))


def check_words(repository):
    for path, text in repository.files.items():
        if text is None:
            continue
        for pattern, rule, message in ((MARKS, "mark", "finish it or write the limit where the user meets it"),
                                       (MACHINE_PATH, "path", "a path of one machine; make it relative"),
                                       (REGISTRIES, "registry", "a package registry's host; name the package only")):
            for match in pattern.finditer(text):
                yield Finding(path, line_of(text, match.start()), rule, f"{match.group()}: {message}")


def cmake_patterns(repository):
    """(folder, pattern) for each word of each CMakeLists.txt that names a file; ${…} and * stand for anything."""
    patterns = []
    for path, text in repository.files.items():
        if text is None or not (path.endswith("CMakeLists.txt") or path.endswith(".cmake")):
            continue
        folder = os.path.dirname(path)
        text = re.sub(r"(?m)#.*$", "", text)
        for word in re.findall(r'[^\s()"]+\.(?:cpp|h)\b', text):
            word = re.sub(r"^\$\{CMAKE_(?:CURRENT_)?SOURCE_DIR\}/", "", word)
            parts = re.split(r"\$\{[^}]*\}|\*", word)
            patterns.append((folder, re.compile("(?:.*/)?" + "[^/]*".join(re.escape(part) for part in parts) + "$")))
    return patterns


def check_dead(repository):
    """A .cpp that no CMakeLists.txt at or above it names, or a header that nothing includes."""
    patterns = cmake_patterns(repository)
    included = set()
    for _, text in repository.code():
        for target in re.findall(r'#\s*include\s*[<"]([^>"]+)[>"]', text):
            included.add(target.rsplit("/", 1)[-1])
    for path, _ in repository.code():
        if path.endswith(".h"):
            if path.rsplit("/", 1)[-1] not in included:
                yield Finding(path, 1, "dead", "nothing includes this header")
        elif path.endswith(CODE_SUFFIXES):
            folder = os.path.dirname(path)
            named = any((folder == base or folder.startswith(base + "/") or base == "")
                        and pattern.match(path) for base, pattern in patterns)
            if not named:
                yield Finding(path, 1, "dead", "no CMakeLists.txt names this file")


LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")


def check_links(repository):
    folders = {""}
    for path in repository.files:
        while "/" in path:
            path = path.rsplit("/", 1)[0]
            folders.add(path)
    for path, text in repository.files.items():
        if text is None or not path.endswith(".md"):
            continue
        plain = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", lambda match: re.sub(r"[^\n]", " ", match.group()), text)
        for match in LINK.finditer(plain):
            target = (match.group(1) or match.group(2)).split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            found = os.path.normpath(os.path.join(os.path.dirname(path), target)).rstrip("/")
            if found not in repository.files and found not in folders and found != ".":
                yield Finding(path, line_of(plain, match.start()), "link", f"{target} leads nowhere")


def check_format(root, names):
    """clang-format-16 in dry run over the given files."""
    names = [name for name in names if name.endswith(CODE_SUFFIXES)]
    for start in range(0, len(names), 50):
        answer = subprocess.run(["clang-format-16", "--dry-run", *names[start:start + 50]], cwd=root,
                                capture_output=True, text=True, check=False)
        for path, line in re.findall(r"^(.+?):(\d+):\d+: warning:", answer.stderr, re.M):
            yield Finding(path, int(line), "format", "run clang-format-16 -i on this file")
