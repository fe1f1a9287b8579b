"""What systemd asks for and says, played by this test: the notify socket, the watchdog, passed sockets, exit codes; and the
units in samples/systemd as systemd's checkers see them. systemd itself runs them in systemd_units_test.py."""
import ctypes
import errno
import os
import pathlib
import re
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import ROOT, Relay, Sink, sample, wait_until  # noqa: E402

UNITS = ROOT / "samples/systemd"
CLEAN = sample("clean-plain-text")
LOSSY = sample("pdf-with-japanese-name")


class Manager:
    """The receiving end of NOTIFY_SOCKET."""

    def __init__(self, folder, abstract=False):
        self.address = f"\0mugaika-test-{os.getpid()}" if abstract else str(pathlib.Path(folder) / "notify")
        self.name = self.address.replace("\0", "@")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)

    def next(self, seconds=30):
        """One message as {key: value}."""
        self.socket.settimeout(seconds)
        return dict(line.split("=", 1) for line in self.socket.recv(65536).decode().splitlines())

    def until(self, key):
        while True:
            message = self.next()
            if key in message:
                return message

    def drop_all(self):
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(65536)
        except BlockingIOError:
            pass


def system_calls_of(unit):
    """The system calls that the unit's filter allows, as systemd would work them out."""
    groups = {}
    for line in subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, text=True, check=True).stdout.splitlines():
        if line.startswith("@"):
            name = line.strip()
            groups[name] = []
        elif line.startswith("    ") and not line.strip().startswith("#"):
            groups[name].append(line.strip())

    def members(name):
        return set().union(*(members(m) for m in groups[name])) if name in groups else {name}

    allowed = members("@default")
    for line in (UNITS / unit).read_text().splitlines():
        if line.startswith("SystemCallFilter="):
            names = line.split("=", 1)[1]
            chosen = set().union(*(members(name) for name in names.lstrip("~").split()))
            allowed = allowed - chosen if names.startswith("~") else allowed | chosen
    return sorted(allowed)


class Seccomp:
    """The unit's SystemCallFilter, MemoryDenyWriteExecute and RestrictNamespaces for a child, by libseccomp as systemd uses it."""

    def __init__(self, allowed):
        self.lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.deny = 0x00050000 | errno.EPERM  # SCMP_ACT_ERRNO
        self.calls = [n for n in (self.lib.seccomp_syscall_resolve_name(c.encode()) for c in allowed) if n >= 0]

    class Compare(ctypes.Structure):
        _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]

    def load(self, default, rules):
        context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(default)))
        for action, call, compares in rules:
            array = (self.Compare * max(1, len(compares)))(*compares)
            if self.lib.seccomp_rule_add_array(context, ctypes.c_uint32(action), call, len(compares), array) != 0:
                raise OSError("seccomp_rule_add_array")
        if self.lib.seccomp_load(context) != 0:
            raise OSError("seccomp_load")

    def apply(self):
        allow, write_exec, namespaces = 0x7FFF0000, 6, 0x7E020000
        masked = 7  # SCMP_CMP_MASKED_EQ
        mmap, mprotect, clone = (self.lib.seccomp_syscall_resolve_name(n) for n in (b"mmap", b"mprotect", b"clone"))
        self.load(allow, [(self.deny, mmap, [self.Compare(2, masked, write_exec, write_exec)]),
                          (self.deny, mprotect, [self.Compare(2, masked, 4, 4)])]
                  + [(self.deny, clone, [self.Compare(0, masked, 1 << bit, 1 << bit)]) for bit in range(32) if namespaces >> bit & 1])
        self.load(self.deny, [(allow, call, []) for call in self.calls])


class Service(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.sink = Sink(pathlib.Path(self.folder) / "sink")
        self.addCleanup(self.sink.stop)
        self.relay = Relay([self.sink.port])
        self.addCleanup(self.relay.close)

    def manager(self, abstract=False):
        manager = Manager(self.folder, abstract)
        self.addCleanup(manager.socket.close)
        return manager

    def start(self, manager=None, watchdog=None, sockets=(), preexec=None):
        """The relay as systemd would start it: variables set, sockets at descriptor 3 and on."""
        self.relay.port_asked = sockets[0].getsockname()[1] if sockets else 0
        self.relay.write_config()
        environment = dict(os.environ)
        if manager:
            environment["NOTIFY_SOCKET"] = manager.name
        if watchdog:
            environment["WATCHDOG_USEC"] = str(watchdog)
        descriptors = [s.fileno() for s in sockets]
        # The pid is known only in the child, so a shell puts it into the variables and the sockets into place.
        redirections = " ".join(f"{3 + n}<&{fd}" for n, fd in enumerate(descriptors))
        set_pid = "export LISTEN_PID=$$ LISTEN_FDS=%d; " % len(descriptors) if descriptors else ""
        command = f'{set_pid}exec "$0" --config "$1" {redirections}'
        self.relay.process = subprocess.Popen(["/bin/bash", "-c", command, self.relay.bin / "mugaika-relay", self.relay.config],
                                              stderr=subprocess.PIPE, text=True, env=environment, pass_fds=descriptors,
                                              preexec_fn=preexec)
        words = []
        for line in self.relay.process.stderr:
            words.append(line)
            if "listening on port" in line:
                self.relay.port = int(line.split()[-1])
                self.relay.drain.start()
                return words
        return words

    def test_notifications(self):
        """READY when mail is taken; RELOADING with the time and READY again, also when the file is refused; STOPPING."""
        for abstract in (False, True):
            manager = self.manager(abstract)
            self.start(manager)
            message = manager.next()
            self.assertEqual(message["READY"], "1")
            self.assertIn("127.0.0.1", message["STATUS"])
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
            good = self.relay.text
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            self.assertEqual(self.relay.reload(good)["event"], "config.loaded")
            message = manager.next()
            self.assertEqual(message["RELOADING"], "1")
            self.assertGreaterEqual(int(message["MONOTONIC_USEC"]), before)
            self.assertEqual(manager.next()["READY"], "1")
            self.relay.reload("nonsense")
            self.assertEqual(manager.until("RELOADING")["RELOADING"], "1")
            message = manager.next()
            self.assertEqual(message["READY"], "1")
            self.assertIn("refused", message["STATUS"])
            self.relay.process.send_signal(signal.SIGTERM)
            self.assertEqual(manager.next()["STOPPING"], "1")
            self.assertEqual(self.relay.process.wait(timeout=30), 0)
            self.relay.stop()
            self.relay.text = good
            self.relay.port = 0
            self.relay.new_drain()

    def test_watchdog(self):
        """The network thread itself says that it lives; a relay that hangs says nothing."""
        manager = self.manager()
        self.start(manager, watchdog=400_000)
        manager.until("READY")
        for _ in range(3):
            self.assertEqual(manager.next(seconds=10), {"WATCHDOG": "1"})
        os.kill(self.relay.process.pid, signal.SIGSTOP)
        manager.drop_all()
        with self.assertRaises(TimeoutError):
            manager.next(seconds=1)
        os.kill(self.relay.process.pid, signal.SIGCONT)
        self.assertEqual(manager.next(), {"WATCHDOG": "1"})

    def test_restart_refuses_no_connection(self):
        """Socket activation: a client that connects between two relays waits and is served by the second."""
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
            self.start(sockets=[listening])
            self.assertEqual(self.relay.port, listening.getsockname()[1])
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
            port = self.relay.port
            self.relay.stop()
            waiting = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(20)]
            self.relay.new_drain()
            self.start(sockets=[listening])
            for client in waiting:
                self.assertEqual(client.recv(3), b"220")
                client.close()
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
            self.assertEqual(len(self.sink.mails()), 2)

    def test_passed_socket_stays_over_a_reload(self):
        """An address whose socket was passed cannot be given up while the relay runs: nobody would serve it."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.start(sockets=[listening])
            self.assertEqual(self.relay.reload(self.relay.text)["event"], "config.loaded")
            event = self.relay.reload(self.relay.text.replace("127.0.0.1:@PORT@", "127.0.0.3:0"))
            self.assertEqual(event["event"], "config.rejected")
            self.assertIn("restart", event["faults"][0])
            self.assertEqual(self.relay.send(CLEAN)[0], 250)

    def test_passed_socket_that_is_not_configured(self):
        """A socket that no `listen` names is a clear error, as is one that does not listen; exit 78: no restart."""
        with socket.create_server(("127.0.0.2", 0)) as other, socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            for passed, words in ((other, f"127.0.0.2:{other.getsockname()[1]}"), (deaf, "not listening")):
                said = "".join(self.start(sockets=[passed]))
                self.assertEqual(self.relay.process.wait(timeout=30), 78)
                self.assertIn(words, said)
                self.relay.process.stderr.close()
                self.relay.process = None

    def test_variables_for_another_process(self):
        """LISTEN_PID of somebody else: their sockets are not ours. A number that is none is said."""
        self.relay.port_asked = 0
        self.relay.write_config()
        for name, code in (("WATCHDOG_USEC", 78), ("LISTEN_FDS", 78)):
            ran = subprocess.run([self.relay.bin / "mugaika-relay", "--config", self.relay.config], timeout=30, text=True,
                                 capture_output=True, check=False, env=dict(os.environ, **{name: "many"}))
            self.assertEqual(ran.returncode, code)
            self.assertIn(name, ran.stderr)
        os.environ.update(LISTEN_PID="1", LISTEN_FDS="1")
        try:
            self.relay.start()
        finally:
            del os.environ["LISTEN_PID"], os.environ["LISTEN_FDS"]
        self.assertEqual(self.relay.send(CLEAN)[0], 250)

    def test_wrong_configuration_is_78(self):
        self.relay.text = "nonsense"
        self.start()
        self.assertEqual(self.relay.process.wait(timeout=30), 78)
        self.relay.process.stderr.close()
        self.relay.process = None
        self.assertIn("RestartPreventExitStatus=78", (UNITS / "mugaika-relay.service").read_text())

    def test_relay_and_workers_under_the_units_filters(self):
        """Under the unit's system call filter, without writable executable memory and without namespaces: workers are sandboxed,
        a mail crosses, one with an attachment is kept, SIGHUP and SIGTERM work."""
        seccomp = Seccomp(system_calls_of("mugaika-relay.service"))
        self.start(preexec=seccomp.apply)
        self.assertIn("seccomp", self.relay.events("relay.started")[0]["sandbox"])
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.relay.send(LOSSY)[0], 250)
        self.assertEqual(len(self.relay.quarantine()), 1)
        self.assertEqual(self.relay.events("worker.died"), [])
        self.assertEqual(self.relay.reload(self.relay.text)["event"], "config.loaded")
        self.relay.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.relay.process.wait(timeout=30), 0)

    def test_the_filters_bite(self):
        """The test above tests something: where the workers cannot limit themselves the relay does not start."""
        allowed = set(system_calls_of("mugaika-relay.service"))
        for needed in ("seccomp", "landlock_restrict_self", "memfd_create", "prlimit64"):
            self.assertIn(needed, allowed)
        for forbidden in ("mount", "ptrace", "bpf", "setuid", "init_module"):
            self.assertNotIn(forbidden, allowed)
        seccomp = Seccomp(allowed - {"seccomp", "prlimit64", "setrlimit"})
        self.start(preexec=seccomp.apply)
        self.assertEqual(self.relay.process.wait(timeout=30), 69)
        self.relay.process.stderr.close()
        self.relay.process = None


class Units(unittest.TestCase):
    def test_exposure(self):
        """`systemd-analyze security` says 2.0 or better for each service."""
        for unit in sorted(UNITS.glob("*.service")):
            said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], text=True,
                                  capture_output=True, check=False).stdout
            level = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)[1])
            self.assertLessEqual(level, 2.0, unit)
            print(f"NOTE: exposure of {unit.name}: {level}")

    def test_exposure_is_measured(self):
        """The same look at a unit without hardening is not content."""
        with tempfile.NamedTemporaryFile("w", suffix=".service") as bare:
            bare.write("[Service]\nExecStart=/bin/true\n")
            bare.flush()
            said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", bare.name], text=True,
                                  capture_output=True, check=False).stdout
        self.assertGreater(float(re.search(r": ([0-9.]+) ", said.splitlines()[-1])[1]), 5.0)

    def verify(self, change=lambda text: text):
        """What systemd-analyze verify says about the units, their programs being those just built."""
        with tempfile.TemporaryDirectory() as folder:
            binaries = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve()
            for unit in UNITS.iterdir():
                text = unit.read_text().replace("/usr/bin/mugaika", f"{binaries}/mugaika")
                (pathlib.Path(folder) / unit.name).write_text(change(text))
            names = sorted(pathlib.Path(folder).iterdir())
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *names], text=True,
                                  capture_output=True, check=False)
        return done.returncode, done.stderr

    def test_verify(self):
        code, words = self.verify()
        self.assertEqual((code, words), (0, ""))

    def test_verify_sees_mistakes(self):
        code, words = self.verify(lambda text: text.replace("UMask=", "UMsk="))
        self.assertIn("UMsk", words, code)

    def test_socket_unit_names_what_the_sample_says(self):
        """The reference configuration's example addresses for port 25 are those of the socket unit."""
        streams = re.findall(r"^ListenStream=(\S+)", (UNITS / "mugaika-relay.socket").read_text(), re.M)
        self.assertEqual(streams, ["0.0.0.0:25", "[::]:25"])
        sample_text = (ROOT / "samples/config/mugaika.toml").read_text()
        for stream in streams:
            self.assertIn(f'"{stream}"', sample_text)


if __name__ == "__main__":
    unittest.main()
