"""How much memory processes take: now, and at most while something happens."""
import pathlib
import threading


def descendants(pid):
    """All processes below it."""
    found, todo = [], [pid]
    while todo:
        try:
            for task in pathlib.Path(f"/proc/{todo.pop()}/task").iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                found += children
                todo += children
        except OSError:
            pass  # gone meanwhile
    return found


def pss_mb(pids):
    """Proportional set size: shared pages are counted once, those of mapped files too. Needs root for sandboxed workers."""
    return sum(kilobytes(pid, "smaps_rollup", "Pss:") for pid in pids) / 1024


def anonymous_mb(pids):
    """Memory that no file gives back: resident anonymous pages, those that a fork still shares counted for each."""
    return sum(kilobytes(pid, "status", "RssAnon:") for pid in pids) / 1024


def resident_kilobytes(pid):
    """All that one process has in memory, shared or not."""
    return kilobytes(pid, "status", "VmRSS:")


def kilobytes(pid, file, name):
    try:
        lines = pathlib.Path(f"/proc/{pid}/{file}").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(name))


class Watch:
    """Asks `measure` every `pause` seconds until it is left; `peak` is the largest answer."""

    def __init__(self, measure, pause=0.2):
        self.measure, self.pause = measure, pause
        self.peak, self.stop = 0.0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stop.wait(self.pause):
            self.peak = max(self.peak, self.measure())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
