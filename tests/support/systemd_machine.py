"""A machine of its own for tests in which Debian's systemd is pid 1 and runs the units of samples/systemd as they are.

Needs root, namespaces and a cgroup2 hierarchy; where they are not allowed `CannotBoot` says why. The host is not touched: see
systemd_machine_boot, which makes the machine and removes it also when the test is killed.
"""
import contextlib
import ctypes
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest

from relay_instance import ROOT, Relay, Sink, wait_until

UNITS = ROOT / "samples/systemd"
BOOT = ROOT / "tests/support/systemd_machine_boot"
USER = 990  # the machine's `mugaika`, user and group

ETC = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\n"
              f"mugaika:x:{USER}:{USER}::/var/lib/mugaika:/usr/sbin/nologin\n"
              "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": f"root:x:0:\nmugaika:x:{USER}:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
    "hostname": "mugaika-machine\n",
    "os-release": "ID=mugaika-machine\n",
    "machine-id": "6d756761696b616d6163686e65000001\n",
}


class CannotBoot(Exception):
    """This host does not allow such a machine; the words say what it refused."""


class SystemdMachine:
    """`etc` are further files of /etc by their path, as text; `of_host` are folders of the host's that stand there as they are."""

    def __init__(self, etc=None, of_host=()):
        if os.geteuid() != 0:
            raise CannotBoot("only root can make namespaces")
        if not pathlib.Path("/proc/net/if_inet6").exists():
            raise CannotBoot("the kernel has no IPv6, where the socket unit listens too")
        programs = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-machine-"))
        self.fill_etc(etc or {})
        for name in of_host:
            shutil.copytree(pathlib.Path("/etc", name), self.folder / "etc" / name, symlinks=True)
        self.console = ""
        self.said = tempfile.TemporaryFile("w+")
        terminal, self.terminal_end = os.openpty()
        self.keeper = subprocess.Popen([BOOT, "keep", self.folder, programs, os.ttyname(self.terminal_end)],
                                       stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self.said, start_new_session=True)
        self.reader = threading.Thread(target=self.read_console, args=(terminal,), daemon=True)
        self.reader.start()
        try:
            self.wait_for_boot()
        except BaseException:
            self.close()
            raise

    def fill_etc(self, files):
        units = {f"systemd/system/{unit.name}": unit.read_text() for unit in UNITS.iterdir()}
        for name, text in {**ETC, **units, **files}.items():
            path = self.folder / "etc" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shutil.copy("/etc/ld.so.cache", self.folder / "etc")

    def read_console(self, terminal):
        with contextlib.suppress(OSError), open(terminal, "rb", buffering=0) as lines:  # EIO: nobody has the other end any more
            while words := lines.read(65536):
                self.console += words.decode("utf-8", "replace")

    def wait_for_boot(self):
        """Until systemd has reached its target. What fails before systemd takes over is the host's doing."""
        booted = self.folder / "booted"
        wait_until(lambda: booted.exists() or self.keeper.poll() is not None, "the start of systemd")
        if self.keeper.poll() is not None:
            self.said.seek(0)
            raise CannotBoot(self.said.read().strip())
        self.pid1 = int((self.folder / "pid1").read_text())
        self.root = pathlib.Path(f"/proc/{self.pid1}/root")
        try:
            wait_until(lambda: pathlib.Path(f"/proc/{self.pid1}/comm").read_text() == "systemd\n"
                       and (self.root / "run/systemd/private").exists(), "systemd")
            self.systemctl("is-system-running", "--wait")
        except (AssertionError, OSError) as fault:
            raise AssertionError(f"systemd did not come up: {fault}\n{self.console}") from fault

    def run(self, *command, check=True, seconds=60):
        """A command as the machine's root, in all its namespaces."""
        done = subprocess.run(["nsenter", "--target", str(self.pid1), "--all", "--", "env", "-i", "PATH=/usr/bin:/usr/sbin",
                               "LANG=C.UTF-8", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER=", *map(str, command)], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=seconds)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done

    def systemctl(self, *arguments, check=True):
        return self.run("systemctl", *arguments, check=check)

    def show(self, unit, name):
        """One property of a unit."""
        return self.systemctl("show", "--property", name, "--value", unit).stdout.strip()

    def journal(self):
        return self.run("journalctl", "--no-pager", "--output=short-precise").stdout

    def drop_in(self, unit, text):
        """What an administrator would add with `systemctl edit`."""
        folder = self.root / f"etc/systemd/system/{unit}.d"
        folder.mkdir(exist_ok=True)
        (folder / "test.conf").write_text(text)
        self.systemctl("daemon-reload")

    @contextlib.contextmanager
    def network(self):
        """Inside, this thread, the threads and the processes that it starts are in the machine's network."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/thread-self/ns/net", "rb") as ours, open(f"/proc/{self.pid1}/ns/net", "rb") as machines:
            def enter(namespace):
                if libc.setns(namespace.fileno(), 0x40000000) != 0:  # CLONE_NEWNET
                    raise OSError(ctypes.get_errno(), "setns")

            enter(machines)
            try:
                yield
            finally:
                enter(ours)

    def close(self):
        self.keeper.stdin.close()
        self.keeper.wait(timeout=60)
        os.close(self.terminal_end)
        self.reader.join(timeout=10)
        self.said.close()
        shutil.rmtree(self.folder, ignore_errors=True)  # of a keeper that could not begin


class InstalledRelay(Relay):
    """The relay as the units run it in a machine: systemd starts and ends it, and its files lie where the units say."""

    CONFIG = "/etc/mugaika/mugaika.toml"

    def __init__(self, machine):  # no folder, process and port of its own, unlike every other Relay
        self.machine = machine
        self.port = 25
        self.state = machine.root / "var/lib/mugaika"
        self.log = machine.root / "var/log/mugaika/events.jsonl"

    def command(self, *arguments, stdin=None, check=True):
        return self.machine.run("mugaika", *arguments, "--config", self.CONFIG, check=check)


@contextlib.contextmanager
def machine_with_relay(config, sink_port, *enabled, of_host=()):
    """(machine, its relay, the LGWAN side beside it); we are in its network. What `enabled` names is started as the units say. When the
    test fails, what the machine said is printed."""
    try:
        machine = SystemdMachine(etc={"mugaika/mugaika.toml": config}, of_host=of_host)
    except CannotBoot as why:
        words = str(why).replace("\n", " ")
        print(f"SKIPPED: units under a real systemd: this machine allows none in namespaces: {words}")
        raise unittest.SkipTest(words) from why
    try:
        with machine.network(), tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as behind:
            sink = Sink(folder, sink_port)
            behind.callback(sink.stop)
            if enabled:
                machine.systemctl("enable", "--now", *enabled)
            yield machine, InstalledRelay(machine), sink
    except BaseException:
        print(machine.console, machine.journal())
        raise
    finally:
        machine.close()
