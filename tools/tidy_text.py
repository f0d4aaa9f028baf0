"""What tidy's rules share: a finding, the view of the repository, and C++ text without comments and literals."""
import os
import subprocess
from dataclasses import dataclass

CODE_SUFFIXES = (".cpp", ".h")
CODE_ROOTS = ("src/", "sandbox/", "sim/", "tests/", "bench/")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


def blank_literals(text):
    """The same text with comments, strings and characters blanked; line numbers and columns stay."""
    out = list(text)
    position, size = 0, len(text)

    def blank(start, end):
        for index in range(start, min(end, size)):
            if out[index] != "\n":
                out[index] = " "

    while position < size:
        char = text[position]
        two = text[position:position + 2]
        if two == "//":
            end = text.find("\n", position)
            end = size if end < 0 else end
            blank(position, end)
            position = end
        elif two == "/*":
            end = text.find("*/", position + 2)
            end = size if end < 0 else end + 2
            blank(position, end)
            position = end
        elif two == 'R"' and (position == 0 or not (text[position - 1].isalnum() or text[position - 1] == "_")):
            open_paren = text.find("(", position)
            mark = ")" + text[position + 2:open_paren] + '"'
            end = text.find(mark, open_paren)
            end = size if end < 0 else end + len(mark)
            blank(position, end)
            position = end
        elif char == '"' or (char == "'" and (position == 0 or not text[position - 1].isalnum())):
            end = position + 1
            while end < size and text[end] != char and text[end] != "\n":
                end += 2 if text[end] == "\\" else 1
            blank(position + 1, end)
            position = end + 1
        else:
            position += 1
    return "".join(out)


class Repository:
    """Files that git tracks or would track, read once."""

    def __init__(self, files):
        self.files = dict(files)      # path → text, or None for what is not text
        self.sizes = {path: len(text.encode()) if text is not None else 0 for path, text in self.files.items()}
        self._blanked = {}

    @staticmethod
    def read(root):
        answer = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                capture_output=True, check=False)
        if answer.returncode == 0:
            names = [name for name in answer.stdout.decode().split("\0") if name]
        else:  # an unpacked archive without git
            names = []
            for folder, subfolders, found in os.walk(root):
                subfolders[:] = [name for name in subfolders if name not in (".git", "build", "node_modules", "var")]
                names += [os.path.relpath(os.path.join(folder, name), root) for name in found]
        files, sizes = {}, {}
        for name in sorted(set(names)):
            full = os.path.join(root, name)
            if os.path.islink(full) or not os.path.isfile(full):
                continue  # deleted in the working tree, or a link
            with open(full, "rb") as stream:
                content = stream.read()
            sizes[name] = len(content)
            try:
                files[name] = None if b"\0" in content[:8000] else content.decode()
            except UnicodeDecodeError:
                files[name] = None
        repository = Repository(files)
        repository.sizes = sizes
        return repository

    def code(self):
        """(path, text) of C++ files under the roots of code."""
        for path, text in self.files.items():
            if text is not None and path.startswith(CODE_ROOTS) and path.endswith(CODE_SUFFIXES):
                yield path, text

    def blanked(self, path):
        if path not in self._blanked:
            self._blanked[path] = blank_literals(self.files[path])
        return self._blanked[path]

    def allowed(self, path, line, word):
        """Whether the line, or the one above it, carries "// tidy: allow WORD, reason"."""
        lines = self.files[path].split("\n")
        for index in (line - 1, line - 2):
            if 0 <= index < len(lines) and f"tidy: allow {word}, " in lines[index]:
                return True
        return False


def is_test(path):
    """Tests, fuzz targets and benchmarks beside the source, and everything under tests/ and bench/."""
    stem = path.rsplit(".", 1)[0]
    return (path.startswith(("tests/", "bench/")) or stem.endswith(("_test", "_fuzz", "_bench", "_contract", "_sim"))
            or "/testing/" in path or path.rsplit("/", 1)[-1].startswith(("testing_", "test_")))


def line_of(text, position):
    return text.count("\n", 0, position) + 1
