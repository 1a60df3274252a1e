#!/usr/bin/env python3
"""Writes the scripts of the families in the files beside this one, with what Linux answers.

A family names scripts and says what is done in each: calls, packets that are put in, assertions. Each is run against
this machine's kernel, and the packets that come out are written between the lines; what a call answers and a value
is, in place of each `?`, but no more after an EAGAIN of the same call. So no expectation is anybody's
belief, and what is written is read and run as any script is. Run it as root, with the runner built:

    cargo build -p anysock-packetdrill && tests/packetdrill/generate.py [FAMILY...]
"""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from counted import COUNTED
from families import FAMILIES
from mechanisms import MECHANISMS
from receiver import RECEIVER
from recovery import RECOVERY
from remembered import REMEMBERED
from sender import SENDER
from signatures import SIGNATURES
from sockets import SOCKETS

FAMILIES |= COUNTED | MECHANISMS | RECEIVER | RECOVERY | REMEMBERED | SENDER | SIGNATURES | SOCKETS

HERE = Path(__file__).parent
RUNNER = HERE.parent.parent / "target/debug/packetdrill"
RUNS = 6
# How long, in seconds, a script and its attempts may take.
PATIENCE = 60
# What comes so soon after a line of the script, in seconds, is its answer; the rest a timer's.
SOON = 0.02


def event_times(lines):
    """The time of each line, from the beginning; None for lines that are no events."""
    now, times = 0.0, []
    for line in lines:
        match = re.match(r"\s*(\+?)(\d*\.?\d+)", line)
        if not match:
            times.append(None)
            continue
        now = float(match[2]) + (now if match[1] else 0.0)
        times.append(now)
    return times


def packets(path):
    """The packets that come out without being asked for, with the earliest time of several runs: a machine that has
    other work is late, and never early. What it does when it is too late is left out, if it is seldom."""
    runs = [one_run(path) for _ in range(RUNS)]
    kinds = [tuple(re.sub(r"TS val \d+", "TS val", packet) for _, packet in run) for run in runs]
    usual = max(kinds, key=kinds.count)
    if kinds.count(usual) <= RUNS // 2:
        raise SystemExit(f"{path}: differs from run to run: {runs}")
    same_runs = [run for run, kind in zip(runs, kinds) if kind == usual]
    return [(min(at for at, _ in same), same[0][1]) for same in zip(*same_runs)]


def on_linux(path, *arguments):
    """What the runner says of a script on this machine's kernel."""
    command = [RUNNER, "--on", "linux", *arguments, path]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE).stdout
    except subprocess.TimeoutExpired:
        raise SystemExit(f"{path}: no end after {PATIENCE} s") from None


def one_run(path):
    output = on_linux(path, "--unasked", "--attempts", "6", "--jobs", "1")
    if ": pass" not in output:
        raise SystemExit(output)
    found = re.findall(r"^    ([\d.]+) > (.*)$", output, re.M)
    # How far a window has opened is the scripts' concern that say so themselves; whether it is closed, everybody's.
    return [(float(at), re.sub(r" win [1-9]\d*", "", packet)) for at, packet in found]


def joined(answers):
    """The packets with the segments of one instant that follow each other as one: how text is cut into segments is
    the concern of the scripts that say so themselves, and PSH ends what segmentation offload was given."""
    result = []
    for at, packet in answers:
        segment = re.match(r"([FSRPUEWA.]+) (\d+):(\d+)\((\d+)\)(.*)$", packet)
        before = result and re.match(r"([FSRPUEWA.]+) (\d+):(\d+)\((\d+)\)(.*)$", result[-1][1])
        follows = segment and before and at - result[-1][0] < SOON and int(segment[4]) and int(before[4])
        if follows and segment[2] == before[3] and segment[5] == before[5]:
            flags = "".join(c for c in "FSRPUEWA." if c in segment[1] + before[1])
            length = int(before[4]) + int(segment[4])
            result[-1] = (result[-1][0], f"{flags} {before[2]}:{segment[3]}({length}){segment[5]}")
        else:
            result.append((at, packet))
    return result


def with_answers(lines, answers):
    """The lines with the packets between them, and times that count from the line before."""
    times = event_times(lines)
    merged, last, after = [], 0.0, list(answers)
    for index, line in enumerate(lines):
        merged.append(line)
        if times[index] is None:
            continue
        last = times[index]
        later = [time for time in times[index + 1:] if time is not None]
        until = later[0] if later else float("inf")
        due = [answer for answer in after if answer[0] < (until if until > last else last - 1)]
        after = after[len(due):]
        for at, packet in joined(due):
            wait = 0.0 if at - last < SOON else (at - last) // 0.01 * 0.01
            merged.append(f"{seconds(wait)} > {packet}")
            last += wait
        # The next line keeps its own time.
        if later and until > last - 1e-9 and last != times[index]:
            following = next(i for i in range(index + 1, len(lines)) if times[i] is not None)
            lines[following] = re.sub(r"^\s*\+?[\d.]+", seconds(until - last), lines[following])
    return merged


def seconds(wait):
    text = f"{wait:.3f}".rstrip("0").rstrip(".")
    text = text[1:] if text.startswith("0.") else text
    return f"+{text or 0}".rjust(6)


def with_values(path, lines):
    """The lines with what Linux says in place of each `?`."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if "?" not in line or line.startswith("//"):
            index += 1
            continue
        path.write_text("\n".join(lines[:index] + [line.replace("?", "-9999")]) + "\n")
        actual = asked(path)
        lines[index] = line.replace("?", actual)
        if "EAGAIN" in actual:
            while lines[index + 1 : index + 2] == [line]:
                del lines[index + 1]
    return lines


def asked(path):
    """What Linux says in place of the value that the last line of the script expects."""
    for _ in range(RUNS):
        output = on_linux(path, "--attempts", "1")
        different = r"(?:result of the call|assertion failed).*(?:\n  expected.*)?\n +actual: (.*)"
        if actual := re.search(different, output):
            values = re.findall(r"\w+ = ([^,]+)", actual[1])
            return ", ".join(values) if values else actual[1]
    raise SystemExit(output)


def generate(job):
    family, name, lines = job
    path = HERE / "scripts" / family / f"{name}.pkt"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lines = with_values(path, list(lines))
        path.write_text("\n".join(lines) + "\n")
        answers = packets(path)
    except SystemExit as failed:
        path.unlink()
        return str(failed)
    path.write_text("\n".join(with_answers(list(lines), answers)) + "\n")
    return None


def main():
    wanted = sys.argv[1:] or list(FAMILIES)
    jobs = [(family, name, lines) for family in wanted for name, lines in FAMILIES[family]()]
    with ThreadPoolExecutor(3) as pool:
        failures = [failure for failure in pool.map(generate, jobs) if failure]
    print("\n".join(failures))
    print(f"{len(jobs) - len(failures)} written, {len(failures)} failed")


if __name__ == "__main__":
    main()
