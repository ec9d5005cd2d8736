"""Every test, in three parts, with one closing line: all but the browsers' in two processes, browsers two at a time,
and then, one after the other, those that are marked `alone`.

    python tools/run_tests.py [options of pytest]

A test with four browsers that listen to each other is `alone`, and so are a flood in real time and what measures a gap
in sound: where they share the machine there are gaps.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

PROCESSES = 2
"""Side by side. CI has two cores; more would make tests of packets wait for each other."""
TOGETHER = ("-n", str(PROCESSES), "-m", "not alone")
BROWSERS = ("tests/browser", "--timeout", "240")  # as long as a day at the board may take where two browsers run


def files_with_some_alone() -> list[str]:
    """Of all files of tests, those that have one that is `alone`: to collect the others takes ten seconds."""
    files = sorted(Path("tests").rglob("test_*.py"))
    return [file.as_posix() for file in files if "pytest.mark.alone" in file.read_text(encoding="utf-8")]


PARTS: Sequence[Sequence[str]] = (
    (*TOGETHER, "--dist", "loadfile", "--no-loadscope-reorder", "--ignore", "tests/browser"),
    (*TOGETHER, "--dist", "worksteal", *BROWSERS),  # a file takes up to two minutes, a browser's start no time
    (*files_with_some_alone(), "--timeout", "240", "-m", "alone"),
)
_CLOSING = re.compile(r"^=+ (?P<words>(?:\d+ [a-z]+(?:, )?)+) in [\d.]+s.*=+$")


def run(arguments: Sequence[str]) -> tuple[int, Counter[str]]:
    """One part: its exit status, and how many tests ended how, by its closing line."""
    command = [sys.executable, "-u", "-m", "pytest", *arguments]
    found: Counter[str] = Counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if closing := _CLOSING.match(line.strip()):
                found = counted(closing["words"])
    return process.returncode, found


def counted(words: str) -> Counter[str]:
    """ "3 failed, 5 passed" as numbers."""
    return Counter({word: int(number) for number, word in (part.split(" ") for part in words.split(", "))})


def main() -> int:
    """Run all parts, also after one has failed. Returns the worst exit status; a part without a test has failed."""
    began, status, total = time.monotonic(), 0, Counter[str]()
    for part in PARTS:
        code, found = run([*part, *sys.argv[1:]])
        status = max(status, code if found or code else 5)
        total += found
    words = ", ".join(f"{total[word]} {word}" for word in sorted(total)) or "no tests ran"
    print(f"{f' {words} in {time.monotonic() - began:.2f}s ':=^100}")
    return status


if __name__ == "__main__":
    sys.exit(main())
