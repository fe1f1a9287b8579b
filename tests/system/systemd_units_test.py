"""The units of samples/systemd under a real systemd, pid 1 of a machine of its own (tests/support/systemd_machine.py): as they
are, with their programs where they look for them. Drop-ins only shorten times."""
import collections
import contextlib
import glob
import os
import pathlib
import re
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, RECIPIENT, ROOT, sample, wait_until  # noqa: E402
from systemd_machine import USER, machine_with_relay  # noqa: E402

RELAY = "mugaika-relay.service"
LISTENING = "mugaika-relay.socket"
PURGE = "mugaika-purge.service"
BOOKS = "mugaika-books.service"
CHECKPOINT = "mugaika-checkpoint.service"
CLEAN = sample("clean-plain-text")
LOSSY = sample("pdf-with-japanese-name")
SINK_PORT = 2525
CONFIG = f'''[relay]
hostname  = "mx.{DOMAIN}"
listen    = ["0.0.0.0:25", "[::]:25"]
state_dir = "/var/lib/mugaika"
log       = "/var/log/mugaika/events.jsonl"

[[route]]
domains  = ["{DOMAIN}"]
next_hop = ["127.0.0.1:{SINK_PORT}"]

[profile.standard]
release_originals = true
'''


def machine_up(*enabled):
    return machine_with_relay(CONFIG, SINK_PORT, *enabled)


def process_status(machine, pid):
    """/proc/PID/status of a process of the machine."""
    lines = (machine.root / f"proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}


def host_pids(machine):
    """{pid in the machine: pid of the same process here}."""
    here = {}
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):  # ended meanwhile
            if os.readlink(status.parent / "ns/pid") == os.readlink(f"/proc/{machine.pid1}/ns/pid"):
                numbers = re.search(r"(?m)^NSpid:(.*)$", status.read_text())[1].split()
                here[numbers[-1]] = int(numbers[0])
    return here


def workers_of(machine, main):
    """The template, child of the relay, and the workers, its children."""
    parents = {pid: process_status(machine, pid)["PPid"] for pid in machine.run("pgrep", "-x", "mugaika-worker").stdout.split()}
    template = next(pid for pid, parent in parents.items() if parent == main)
    return template, [pid for pid, parent in parents.items() if parent == template]


# What a worker does before it reads a mail, in strace's words. Its own calls: what it inherits from the unit proves nothing.
ENTERS = {
    "no_new_privs": r"prctl\(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0\)\s+= 0",
    "landlock": r"landlock_restrict_self\(\d+, 0\)\s+= 0",
    "core": r"prlimit64\(0, RLIMIT_CORE, \{rlim_cur=0, rlim_max=0\}, NULL\)\s+= 0",
    "memory": r"prlimit64\(0, RLIMIT_AS, \{rlim_cur=\S+, rlim_max=\S+\}, NULL\)\s+= 0",
    "seccomp": r"seccomp\(SECCOMP_SET_MODE_FILTER, .*\)\s+= 0",
}


def entered_by_new_workers(machine, main, what):
    """Kills the workers and does `what`, which needs new ones. For each of these the layers that it really entered."""
    template, workers = workers_of(machine, main)
    tracee = host_pids(machine)[template]
    with tempfile.NamedTemporaryFile("r") as trace:
        strace = subprocess.Popen(["strace", "-f", "-qq", "-o", trace.name, "-e",
                                   "trace=prctl,landlock_restrict_self,prlimit64,seccomp", "-p", str(tracee)])
        try:
            wait_until(lambda: "TracerPid:\t0" not in pathlib.Path(f"/proc/{tracee}/status").read_text(), "strace")
            machine.run("kill", "-KILL", *workers)
            what()
            wait_until(lambda: "SECCOMP_SET_MODE_FILTER" in pathlib.Path(trace.name).read_text(), "a new worker")
        finally:
            strace.terminate()
            strace.wait(timeout=30)
        calls = collections.defaultdict(str)
        for line in pathlib.Path(trace.name).read_text().splitlines():
            calls[line.split()[0]] += line + "\n"
    return [{layer for layer, call in ENTERS.items() if re.search(call, said)} for said in calls.values()
            if "SECCOMP_SET_MODE_FILTER" in said]


def strangers(machine, *folders):
    """Files there that do not belong to the relay's user, or that others may read."""
    found = []
    for folder in folders:
        for path in [machine.root / folder, *(machine.root / folder).rglob("*")]:
            facts = path.stat()
            if (facts.st_uid, facts.st_gid) != (USER, USER) or facts.st_mode & 0o007:
                found.append(f"{path.name} {facts.st_uid}:{facts.st_gid} {facts.st_mode:o}")
    return found


class Load:
    """Clients that connect anew for each mail, as fast as they can; what became of each connection is counted."""

    def __init__(self, relay, clients=4):
        self.relay = relay
        self.enough = threading.Event()
        self.ended = collections.Counter()
        self.threads = [threading.Thread(target=self.send_mails, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def send_mails(self):
        while not self.enough.is_set():
            try:
                self.ended[self.send_mail()] += 1
            except smtplib.SMTPResponseException as answer:
                self.ended[answer.smtp_code] += 1
            except (OSError, smtplib.SMTPException) as fault:
                self.ended[repr(fault)] += 1

    def send_mail(self):
        """The code of the first answer that is no yes, or of the one to the content. What QUIT is answered does not matter."""
        client = smtplib.SMTP(local_hostname="mail.example.com", timeout=60)
        with contextlib.closing(client):
            code = client.connect("127.0.0.1", self.relay.port)[0]
            if code == 220:
                code = client.ehlo()[0]
            if code == 250:
                code = client.mail("sender@example.com")[0]
            if code == 250:
                code = client.rcpt(RECIPIENT)[0]
            return client.data(CLEAN)[0] if code == 250 else code

    def more(self, count=20):
        """Waits until so many more mails were taken."""
        goal = self.ended[250] + count
        wait_until(lambda: self.ended[250] >= goal, "mails under load")

    def finish(self):
        self.enough.set()
        for thread in self.threads:
            thread.join(timeout=60)
        return self.ended


class RelayUnit(unittest.TestCase):
    def test_started_as_its_first_lines_say(self):
        """`enable --now` of socket and service: active once the relay says so, its status is shown, a mail goes through."""
        with machine_up(LISTENING, RELAY) as (machine, relay, sink):
            self.assertEqual(machine.show(RELAY, "Type"), "notify")
            self.assertEqual(machine.show(RELAY, "ActiveState"), "active")
            self.assertIn("listening on 0.0.0.0:25, [::]:25", machine.show(RELAY, "StatusText"))
            self.assertEqual(relay.send(CLEAN)[0], 250)
            self.assertEqual(len(sink.mails()), 1)

    def test_logs_are_closed_and_packed_within_the_hardening(self):
        """The packer runs within the unit's filters, and its files are the relay's."""
        config = CONFIG.replace("\n[[route]]", "\n[relay.log_rotation]\n\n[[route]]", 1)
        with machine_with_relay(config, SINK_PORT) as (machine, relay, _):
            closed = relay.log.with_name("events.jsonl-20251101-000000")
            machine.run("install", "-d", "-m750", "-o", "mugaika", "-g", "mugaika", "/var/log/mugaika")
            for name in (closed.name, relay.log.name):
                day = f'{{"time":"2025-11-01T00:00:00.000+09:00","event":"relay.stopped","host":"mx","why":"{name}","cut_off":0}}'
                machine.run("sh", "-c", f"echo '{day}' >/var/log/mugaika/{name} && chown mugaika: /var/log/mugaika/* && chmod 640 /var/log/mugaika/*")
            machine.run("touch", "-d", "yesterday", f"/var/log/mugaika/{closed.name}")
            machine.systemctl("enable", "--now", LISTENING, RELAY)
            packed = closed.with_name(closed.name + ".zst")
            wait_until(lambda: packed.exists() and not closed.exists(), "the packed log")
            self.assertIn(closed.name, subprocess.run(["zstd", "-dc", packed], capture_output=True, text=True, check=True).stdout)
            self.assertEqual(strangers(machine, "var/log/mugaika"), [])
            self.assertEqual(relay.events("relay.fault"), [])

    def test_hardening_is_real_and_the_workers_sandbox_works_within(self):
        """The relay has no capability, sees a read-only machine and other users only as nobody; its workers still lock themselves in, and
        a mail with an attachment is sanitized and kept, in files that only the relay's user reads."""
        with machine_up(LISTENING, RELAY) as (machine, relay, sink):
            self.assertEqual(relay.send(LOSSY)[0], 250)
            self.assertEqual(len(sink.mails()), 1)
            self.assertEqual(len(relay.quarantine()), 1)
            self.assertEqual(relay.events("worker.died"), [])
            main = machine.show(RELAY, "MainPID")
            status = process_status(machine, main)
            self.assertEqual(status["Uid"].split(), [str(USER)] * 4)
            for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertEqual(int(status[capabilities], 16), 0, capabilities)
            self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
            # PrivateUsers: root and the user itself; whoever else owns a file is nobody.
            self.assertEqual((machine.root / f"proc/{main}/uid_map").read_text().split(), ["0", "0", "1", str(USER), str(USER), "1"])
            mounts = [line.split() for line in (machine.root / f"proc/{main}/mountinfo").read_text().splitlines()]
            writable = {m[4] for m in mounts if m[5].split(",")[0] == "rw"}
            self.assertLessEqual({"/var/lib/mugaika", "/var/log/mugaika"}, writable)
            self.assertEqual({place for place in writable if re.match(r"/($|usr|etc/(?!mugaika)|home|root|sys|boot)", place)}, set())

            # Not what the relay says of the kernel: what each worker has entered, and how a new one does it.
            sandbox = relay.events("relay.started")[0]["sandbox"]
            layers = set(ENTERS)
            if "no landlock" in sandbox:
                print("SKIPPED: landlock in the unit: this kernel has none")
                layers.discard("landlock")
            entered = entered_by_new_workers(machine, main, lambda: self.assertEqual(relay.send(CLEAN)[0], 250))
            self.assertTrue(entered)
            for worker in entered:
                self.assertEqual(worker, layers)

            def all_locked_in():
                workers = [process_status(machine, pid) for pid in workers_of(machine, main)[1]]
                return workers and all((w["NoNewPrivs"], w["Seccomp"], int(w["Seccomp_filters"])) ==
                                       ("1", "2", int(status["Seccomp_filters"]) + 1) for w in workers)

            wait_until(all_locked_in, "every worker in a filter of its own")
            self.assertEqual(strangers(machine, "var/lib/mugaika", "var/log/mugaika"), [])

    def test_checkpoint_timer(self):
        """As root, so that the key is nobody else's: rotated logs are sealed, and the checkpoint leaves by the relay."""
        with machine_up(LISTENING) as (machine, relay, sink):
            config = machine.root / "etc/mugaika/mugaika.toml"
            config.write_text(CONFIG.replace("\n[[route]]", f'\n[relay.evidence]\nauditors = ["kansa@{DOMAIN}"]\n\n[[route]]', 1))
            self.assertEqual(relay.send(CLEAN)[0], 250)
            key = machine.root / "etc/mugaika/log.key"
            relay.command("log", "key", "--new")
            self.assertEqual((key.stat().st_uid, key.stat().st_mode & 0o777), (0, 0o600))
            rotated = relay.log.with_name("events.jsonl-20261101")
            relay.log.rename(rotated)
            machine.systemctl("kill", "--kill-whom=main", "--signal=USR1", RELAY)
            wait_until(relay.log.exists, "a new log")
            os.utime(rotated, (1, 1))
            before = len(sink.mails())
            machine.systemctl("start", CHECKPOINT)
            self.assertEqual((machine.show(CHECKPOINT, "Result"), machine.show(CHECKPOINT, "ExecMainStatus")), ("success", "0"))
            self.assertEqual(len(list(relay.log.with_name("events.jsonl.seals").glob("*.seal"))), 1)
            wait_until(lambda: len(sink.mails()) > before, "the checkpoint")
            self.assertEqual(relay.events("log.checkpoint")[0]["to"], [f"kansa@{DOMAIN}"])
            self.assertEqual(strangers(machine, "var/lib/mugaika"), [])  # what root wrote is the relay's
            machine.drop_in("mugaika-checkpoint.timer", "[Timer]\nRandomizedDelaySec=0\n")
            machine.systemctl("enable", "--now", "mugaika-checkpoint.timer")
            self.assertIn("01:", machine.show("mugaika-checkpoint.timer", "NextElapseUSecRealtime"))

    def test_hardening_that_forbids_the_workers_their_sandbox_is_seen(self):
        """The test above tests something: a filter without seccomp leaves no sandbox, and then the relay does not start."""
        with machine_up() as (machine, _, _):
            machine.drop_in(RELAY, "[Service]\nSystemCallFilter=~seccomp\nRestart=no\n")
            self.assertNotEqual(machine.systemctl("start", RELAY, check=False).returncode, 0)
            self.assertEqual(machine.show(RELAY, "ExecMainStatus"), "69")

    def test_watchdog(self):
        """A relay that hangs is ended and started again by systemd; who connected meanwhile is served."""
        with machine_up() as (machine, relay, _):
            machine.drop_in(RELAY, "[Service]\nWatchdogSec=1s\n")
            machine.systemctl("start", RELAY)
            first = machine.show(RELAY, "MainPID")
            machine.run("kill", "-STOP", first)
            with socket.create_connection(("127.0.0.1", 25), timeout=30) as waiting:
                self.assertEqual(waiting.recv(3), b"220")
            self.assertEqual(relay.send(CLEAN)[0], 250)
            self.assertNotEqual(machine.show(RELAY, "MainPID"), first)
            self.assertIn("Watchdog timeout", machine.console)

    def test_a_relay_that_lives_keeps_its_watchdog_content(self):
        """The test above tests something: beside mails the same short watchdog is fed."""
        with machine_up() as (machine, relay, _):
            machine.drop_in(RELAY, "[Service]\nWatchdogSec=2s\n")
            machine.systemctl("start", RELAY)
            first = machine.show(RELAY, "MainPID")
            fed = {machine.show(RELAY, "WatchdogTimestampMonotonic")}

            def fed_often():
                relay.send(CLEAN)
                fed.add(machine.show(RELAY, "WatchdogTimestampMonotonic"))
                return len(fed) > 4

            wait_until(fed_often, "the watchdog being fed")
            self.assertEqual((machine.show(RELAY, "MainPID"), machine.show(RELAY, "NRestarts")), (first, "0"))

    def test_restart_under_load(self):
        """`systemctl restart` three times under load: systemd holds the port, and no connection is refused or reset."""
        with machine_up(LISTENING, RELAY) as (machine, relay, sink):
            load = Load(relay)
            for _ in range(3):
                load.more()
                machine.systemctl("restart", RELAY)
            load.more()
            ended = load.finish()
            print(f"NOTE: three restarts under load by systemd: {dict(ended)}")
            self.assertLessEqual(set(ended), {250, 421})
            self.assertEqual(len(sink.mails()), ended[250])
            self.assertEqual(len(relay.events("relay.started")), 4)

    def test_reload(self):
        """`systemctl reload` takes a new file; a wrong one fails the command, and the relay goes on as it was."""
        with machine_up(LISTENING, RELAY) as (machine, relay, _):
            file = machine.root / "etc/mugaika/mugaika.toml"
            main = machine.show(RELAY, "MainPID")
            file.write_text(CONFIG.replace(f'"{DOMAIN}"]', f'"{DOMAIN}", "new.{DOMAIN}"]'))
            machine.systemctl("reload", RELAY)
            wait_until(lambda: relay.events("config.loaded"), "the end of a reload")
            self.assertEqual(relay.send(CLEAN, recipients=[f"madoguchi@new.{DOMAIN}"])[0], 250)
            file.write_text("nonsense")
            self.assertNotEqual(machine.systemctl("reload", RELAY, check=False).returncode, 0)
            self.assertIn("mugaika.toml:1:9", machine.journal())
            self.assertEqual(relay.send(CLEAN, recipients=[f"madoguchi@new.{DOMAIN}"])[0], 250)
            self.assertEqual((machine.show(RELAY, "ActiveState"), machine.show(RELAY, "MainPID")), ("active", main))

    def test_wrong_configuration_is_not_started_again(self):
        """Exit 78 and no restart. Connections make systemd try a bounded number of times, then the port is closed, so that senders
        try another relay or later. Once the file is right, one `start` opens port and relay."""
        with machine_up() as (machine, relay, _):
            file = machine.root / "etc/mugaika/mugaika.toml"
            file.write_text("nonsense")
            self.assertNotEqual(machine.systemctl("start", RELAY, check=False).returncode, 0)
            self.assertEqual([machine.show(RELAY, name) for name in ("ActiveState", "ExecMainStatus", "NRestarts")],
                             ["failed", "78", "0"])
            self.assertEqual(machine.journal().count("mugaika.toml:1:9"), 1)
            self.assertEqual(machine.show(LISTENING, "ActiveState"), "active")
            with socket.create_connection(("127.0.0.1", 25), timeout=30) as waiting:
                with contextlib.suppress(ConnectionResetError):
                    self.assertEqual(waiting.recv(1), b"")
            wait_until(lambda: machine.show(LISTENING, "ActiveState") == "failed", "the end of tries")
            self.assertLessEqual(machine.journal().count("mugaika.toml:1:9"), 25)
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", 25)).close()
            file.write_text(CONFIG)
            machine.systemctl("start", RELAY)
            self.assertEqual(relay.send(CLEAN)[0], 250)

    def test_a_fault_that_passes_is_outlived(self):
        """However often the relay cannot start (here: another one has the state directory), systemd goes on trying, also when connections
        used up their tries, and relay and port are back by themselves when the reason is gone."""
        with machine_up(LISTENING, RELAY) as (machine, relay, _):
            machine.systemctl("stop", LISTENING)
            lock = relay.state / "lock"
            with subprocess.Popen(["flock", lock, "cat"], stdin=subprocess.PIPE) as other:
                wait_until(lambda: subprocess.run(["flock", "-n", lock, "true"], check=False).returncode, "the other's lock")
                machine.drop_in(RELAY, "[Service]\nRestartSec=200ms\n")
                # As many tries as the unit allows, in the time that a busy machine takes for them.
                machine.drop_in(LISTENING, "[Socket]\nTriggerLimitIntervalSec=60s\n")
                machine.systemctl("start", RELAY, check=False)
                with socket.create_connection(("127.0.0.1", 25), timeout=120) as waiting, contextlib.suppress(ConnectionResetError):
                    self.assertEqual(waiting.recv(1), b"")
                tried = machine.console.count("status=75")
                wait_until(lambda: machine.console.count("status=75") > tried + 10, "more tries")
                other.stdin.close()
            wait_until(lambda: machine.show(RELAY, "ActiveState") == "active", "the relay")
            self.assertEqual(relay.send(CLEAN)[0], 250)

    def test_stop_drains(self):
        """AC-252 `systemctl stop`: a mail that is being sent ends with 250, and the relay with success. The socket stays: the next
        connection starts the relay; stopping the socket ends both."""
        with machine_up(LISTENING, RELAY) as (machine, relay, sink):
            client = smtplib.SMTP("127.0.0.1", 25, local_hostname="mail.example.com", timeout=30)
            client.ehlo()
            client.mail("sender@example.com")
            client.rcpt(RECIPIENT)
            client.putcmd("data")
            self.assertEqual(client.getreply()[0], 354)
            machine.systemctl("stop", "--no-block", RELAY)
            wait_until(lambda: machine.show(RELAY, "ActiveState") == "deactivating", "the drain")
            client.send(CLEAN + b"\r\n.\r\n")
            self.assertEqual(client.getreply()[0], 250)
            client.close()
            wait_until(lambda: machine.show(RELAY, "ActiveState") == "inactive", "the end of the relay")
            self.assertEqual(machine.show(RELAY, "Result"), "success")
            self.assertEqual(len(sink.mails()), 1)

            self.assertEqual(relay.send(CLEAN)[0], 250)
            self.assertEqual(machine.show(RELAY, "ActiveState"), "active")
            machine.systemctl("stop", LISTENING)
            wait_until(lambda: machine.show(RELAY, "ActiveState") == "inactive", "the end of the relay")
            self.assertEqual(machine.show(RELAY, "Result"), "success")
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", 25)).close()


class PurgeUnits(unittest.TestCase):
    def test_timer(self):
        """The night that the machine slept through is made up for once: the service deletes the old original, leaves the young one, and
        is not started again before the next night."""
        with machine_up(LISTENING, RELAY) as (machine, relay, _):
            for mail in (LOSSY, sample("survey-form-with-macros")):
                self.assertEqual(relay.send(mail)[0], 250)
            old, young = (item["id"] for item in relay.quarantine())
            machine.run("python3", "-c", "import sqlite3, sys\nwith sqlite3.connect('/var/lib/mugaika/quarantine/index.sqlite.v3') as index:"
                        " index.execute('UPDATE item SET received_at = received_at / 2, place = place / 2 WHERE id = ?', sys.argv[1:])", old)
            stamp = machine.root / "var/lib/systemd/timers/stamp-mugaika-purge.timer"
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()
            os.utime(stamp, (time.time() - 3 * 86400,) * 2)
            machine.drop_in("mugaika-purge.timer", "[Timer]\nRandomizedDelaySec=0\n")
            machine.systemctl("enable", "--now", "mugaika-purge.timer")
            wait_until(lambda: machine.show(PURGE, "ExecMainExitTimestampMonotonic") != "0", "the purge")
            wait_until(lambda: machine.show(PURGE, "ActiveState") == "inactive", "the end of the purge")
            self.assertEqual((machine.show(PURGE, "Result"), machine.show(PURGE, "ExecMainStatus")), ("success", "0"))
            self.assertEqual([item["id"] for item in relay.quarantine()], [young])
            self.assertEqual([event["id"] for event in relay.events("quarantine.expired")], [old])
            self.assertEqual(strangers(machine, "var/lib/mugaika", "var/log/mugaika"), [])
            self.assertEqual(machine.show("mugaika-purge.timer", "ActiveState"), "active")
            self.assertIn("03:", machine.show("mugaika-purge.timer", "NextElapseUSecRealtime"))
            self.assertEqual(machine.journal().count(f"{old}  received"), 1)
            self.assertEqual(relay.send(LOSSY)[0], 250)


class BooksUnits(unittest.TestCase):
    def test_books_are_kept_and_told(self):
        """The log adds up: the unit succeeds and its figures say so, readable by the node exporter. A line is taken out: the unit fails,
        and the figures say why, instead of those of the day before."""
        with machine_up(LISTENING, RELAY) as (machine, relay, _):
            self.assertEqual(relay.send(LOSSY)[0], 250)
            figures = machine.root / "var/lib/mugaika-books/mugaika.prom"
            machine.systemctl("start", BOOKS)
            self.assertIn("mugaika_books_faults 0\n", figures.read_text())
            self.assertIn("mugaika_books_received 1\n", figures.read_text())
            self.assertEqual(figures.stat().st_mode & 0o777, 0o644)
            log = machine.root / "var/log/mugaika/events.jsonl"
            lines = log.read_bytes().splitlines(keepends=True)
            log.write_bytes(b"".join(line for line in lines if b'"message.received"' not in line))
            machine.run("sh", "-c", f"systemctl start {BOOKS} || true")
            self.assertEqual(machine.show(BOOKS, "ExecMainStatus"), "65")
            self.assertIn("mugaika_books_chain_faults 1\n", figures.read_text())
            self.assertEqual(list(figures.parent.iterdir()), [figures])


class Administrator(unittest.TestCase):
    def test_roots_commands_leave_nothing_that_the_relay_cannot_read(self):
        """An administrator is root, the relay is not: a release that root orders is carried out, and a log that root's command had to make
        (here: the relay's own was moved away) is the relay's."""
        with machine_up(LISTENING, RELAY) as (machine, relay, sink):
            self.assertEqual(relay.send(LOSSY)[0], 250)
            item = relay.quarantine()[0]["id"]
            relay.log.rename(relay.log.with_suffix(".1"))
            relay.command("quarantine", "release", item, "--parts", "2", "--reason", "checked", "--by", "sato")
            wait_until(lambda: len(sink.mails()) == 2, "the release")
            wait_until(lambda: not relay.command("queue", "list", "--json").stdout, "an empty outbox")
            self.assertEqual([event["id"] for event in relay.events("quarantine.released")], [item])
            self.assertEqual(strangers(machine, "var/lib/mugaika", "var/log/mugaika"), [])


class Machine(unittest.TestCase):
    """The machine itself: that it is one of its own, and that nothing is left of it."""

    @staticmethod
    def traces():
        """What a machine that ended badly would leave."""
        roots = [line.split()[4] for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines() if " - cgroup2 " in line]
        # walk: groups may go while they are listed.
        groups = [os.path.join(folder, name) for root in roots for folder, names, _ in os.walk(root) for name in names]
        return sorted([*glob.glob(os.path.join(tempfile.gettempdir(), "mugaika-machine-*")),
                       *(group for group in groups if os.path.basename(group).startswith("mugaika-machine-"))])

    def test_nothing_is_left(self):
        """Its files, users, mounts and processes are not the host's, and go with it."""
        before = self.traces(), pathlib.Path("/proc/mounts").read_text(), pathlib.Path("/etc/passwd").read_bytes()
        with machine_up(LISTENING, RELAY) as (machine, _, _):
            self.assertEqual(machine.run("cat", "/proc/1/comm").stdout, "systemd\n")
            self.assertNotEqual(machine.run("touch", "/usr/lib/x", check=False).returncode, 0)
            self.assertNotEqual(machine.run("sysctl", "-w", "kernel.pid_max=4194304", check=False).returncode, 0)
            machine.run("touch", "/etc/x")
            self.assertFalse(pathlib.Path("/etc/x").exists())
            self.assertNotEqual(self.traces(), before[0])
            pid1 = machine.pid1
        self.assertFalse(pathlib.Path(f"/proc/{pid1}").exists())
        self.assertEqual((self.traces(), pathlib.Path("/proc/mounts").read_text(), pathlib.Path("/etc/passwd").read_bytes()), before)

    def test_nothing_is_left_when_the_test_is_killed(self):
        before = self.traces()
        with machine_up():
            pass  # says whether it can be done here
        starter = (f"import sys; sys.path.insert(0, {str(ROOT / 'tests/support')!r})\nfrom systemd_machine import SystemdMachine\n"
                   "print(SystemdMachine().pid1, flush=True)\nsys.stdin.read()")
        with subprocess.Popen([sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as test:
            pid1 = int(test.stdout.readline())
            self.assertTrue(pathlib.Path(f"/proc/{pid1}").exists())
            test.send_signal(signal.SIGKILL)
        wait_until(lambda: not pathlib.Path(f"/proc/{pid1}").exists(), "the end of the machine")
        wait_until(lambda: self.traces() == before, "nothing being left")

    def test_a_host_that_allows_no_machine_says_so(self):
        """Without the right to mount there is no machine, and no test claims to have passed: each is skipped with the reason."""
        ran = subprocess.run(["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin", sys.executable, "-m", "unittest",
                              f"{pathlib.Path(__file__).stem}.RelayUnit.test_started_as_its_first_lines_say"],
                             cwd=pathlib.Path(__file__).parent, text=True, capture_output=True, check=False)
        self.assertIn("OK (skipped=1)", ran.stderr)
        self.assertRegex(ran.stdout, r"SKIPPED: units under a real systemd: .*unshare")


if __name__ == "__main__":
    unittest.main()
