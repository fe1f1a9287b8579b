"""A mugaika-relay of its own for tests: configuration, state and log in a temporary folder, removed afterwards."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOMAIN = "city.example.lg.jp"
RECIPIENT = f"madoguchi@{DOMAIN}"


def wait_until(condition, what, seconds=120):
    """Polls; a test waits for an event, never for a time to pass."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Sink:
    """tests/support/smtp_sink.py as a process; `script(verb=reply)` sets its answers."""

    def __init__(self, folder, port=0, extra=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.script_file = self.folder / "script.json"
        self.extra = extra
        self.start(port)

    def start(self, port=0):
        self.process = subprocess.Popen([sys.executable, ROOT / "tests/support/smtp_sink.py", self.folder, "--port",
                                         str(port), "--script", self.script_file, *self.extra],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def script(self, **replies):
        part = self.script_file.with_suffix(".new")
        part.write_text(json.dumps(replies))
        part.rename(self.script_file)

    def mails(self):
        return [path.read_bytes() for path in sorted(self.folder.glob("*.eml"))]

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Relay:
    def __init__(self, next_hops, binaries=None, extra="", profile="release_originals = true"):
        self.bin = pathlib.Path(binaries or os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-relay-"))
        self.state = self.dir / "state"
        self.log = self.dir / "events.jsonl"
        self.config = self.dir / "mugaika.toml"
        self.port = 0
        hops = ", ".join(f'"127.0.0.1:{port}"' for port in next_hops)
        self.text = f'''[relay]
hostname  = "mx.{DOMAIN}"
listen    = ["127.0.0.1:@PORT@"]
state_dir = "{self.state}"
log       = "{self.log}"
{extra}
[[route]]
domains  = ["{DOMAIN}"]
next_hop = [{hops}]

[profile.standard]
{profile}
'''
        self.process = None
        self.environment = None  # of the daemon; None: ours
        self.books_add_up = True  # False: the test does to the log what no relay does
        self.inside = ()  # what stands before a command that this relay and its tools are (mount_space.py)
        self.new_drain()

    def new_drain(self):
        """Whoever reads what the relay still says on standard error once it listens."""
        self.drain = threading.Thread(target=lambda: self.process.stderr.read(), daemon=True)

    def write_config(self):
        self.config.write_text(self.text.replace("@PORT@", str(self.port_asked)))

    def reload(self, text=None):
        """SIGHUP, with another configuration if `text` is given; returns the event that says what became of it."""
        def said():
            return [event for event in self.events() if event["event"].startswith("config.")]

        if text is not None:
            self.text = text
            self.write_config()
        before = len(said())
        self.process.send_signal(signal.SIGHUP)
        return wait_until(lambda: said()[before:], "the end of a reload")[0]

    def start(self):
        self.port_asked = self.port
        self.write_config()
        self.process = subprocess.Popen([*self.inside, self.bin / "mugaika-relay", "--config", self.config], stderr=subprocess.PIPE,
                                        text=True, env=self.environment)
        self.new_drain()
        words = []
        for line in self.process.stderr:
            words.append(line)
            if "listening on port" in line:
                self.port = int(line.split()[-1])
                self.drain.start()
                return self
        raise AssertionError("the relay did not start: " + "".join(words))

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process:
            self.process.wait(timeout=60)
            if self.drain.is_alive():
                self.drain.join(timeout=10)
            self.process.stderr.close()
            self.process = None

    def strace(self, *options):
        """strace on all threads of the running relay; ends with it, or when it is terminated."""
        strace = subprocess.Popen(["strace", "-f", *options, "-p", str(self.process.pid)], stderr=subprocess.PIPE, text=True)
        wait_until(lambda: all("TracerPid:\t0" not in (task / "status").read_text()
                               for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()),
                   "strace on all threads")
        threading.Thread(target=strace.communicate, daemon=True).start()
        return strace

    def inject(self, call, action):
        """From now on strace makes a system call of the relay fail or kill it (strace -e inject); counts begin here. Ends with
        the relay."""
        return self.strace("-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{action}")

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def events(self, name=None):
        if not self.log.exists():
            return []
        # What stands behind the last end of a line is being written.
        whole = self.log.read_bytes().rpartition(b"\n")[0].decode("utf-8")
        lines = [json.loads(line) for line in whole.splitlines()]
        return [event for event in lines if name is None or event["event"] == name]

    def command(self, *arguments, stdin=None, check=True):
        done = subprocess.run([*self.inside, self.bin / "mugaika", *arguments, "--config", self.config],
                              input=stdin, capture_output=True, text=isinstance(stdin, (str, type(None))), check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"mugaika {arguments}: exit {done.returncode}: {done.stderr}")
        return done

    def quarantine(self):
        return [json.loads(line) for line in self.command("quarantine", "list", "--json").stdout.splitlines()]

    def left_over(self):
        """What no mail under way explains: temporary files that the relay still holds, files half written or put aside, orders."""
        found = []
        for link in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                found += [name for name in [os.readlink(link)] if name.startswith(f"{self.state}/spool/")]
        for folder in ("spool", "quarantine/tmp", "quarantine/aside", "outbox/aside"):
            found += map(str, (self.state / folder).iterdir())
        return found + [str(path) for end in ("*.order", "*.tmp") for path in self.state.rglob(end)]

    def send(self, raw, recipients=(RECIPIENT,), sender="sender@example.com", timeout=60):
        """Returns the answer (code, words) to the end of data, or to the recipient that was refused."""
        raw = raw if isinstance(raw, bytes) else raw.encode()
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="mail.example.com", timeout=timeout) as client:
            client.ehlo()
            client.mail(sender)
            for recipient in recipients:
                code, words = client.rcpt(recipient)
                if code != 250:
                    return code, words.decode()
            code, words = client.data(raw)
            return code, words.decode()

    def data_as_it_is(self, *pieces, seconds=20):
        return data_as_it_is(self.port, *pieces, seconds=seconds)


def data_as_it_is(port, *pieces, seconds=20):
    """One mail whose bytes behind DATA are exactly these pieces, however odd; returns the codes of all answers after the 354,
    until the relay closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        lines = connection.makefile("rb")

        def answer():
            line = lines.readline()
            while line[3:4] == b"-":
                line = lines.readline()
            return line[:3].decode()

        assert answer() == "220"
        for command in ("EHLO mail.example.com", "MAIL FROM:<a@example.com>", f"RCPT TO:<{RECIPIENT}>", "DATA"):
            connection.sendall(command.encode() + b"\r\n")
            code = answer()
            assert code == ("354" if command == "DATA" else "250"), (command, code)
        for piece in pieces:
            connection.sendall(piece)
        codes = []
        while code := answer():
            codes.append(code)
        return codes


class RelayTest(unittest.TestCase):
    """A test with relays and next hops of its own, which end with it."""

    def new_folder(self):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-test-")
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)

    def new_sink(self):
        sink = Sink(self.new_folder())
        self.addCleanup(sink.stop)
        return sink

    def new_relay(self, *sinks, **settings):
        """Before these next hops, not started; the settings are those of Relay."""
        relay = Relay([sink.port for sink in sinks], **settings)
        self.addCleanup(relay.close)
        self.addCleanup(self.check_books, relay)
        return relay

    def check_books(self, relay):
        """Whatever a test did: every recipient who was received has one end in the log."""
        if not relay.log.exists() or not relay.books_add_up:
            return
        relay.stop()
        done = subprocess.run([relay.bin / "mugaika", "stats", "--verify", "--format", "json", relay.log],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        books = json.loads(done.stdout)
        self.assertEqual((done.returncode, books["faults"], books["began_before"]), (0, [], 0), done.stderr)


def sample(name):
    """A mail of samples/mails by the words of its name, CRLF."""
    path = next((ROOT / "samples/mails").glob(f"??-{name}.eml"))
    return path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
