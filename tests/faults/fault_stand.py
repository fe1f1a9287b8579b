"""One relay with the fault library before it, one next hop, and the question that is asked after every fault: was anything lost,
doubled without need, or left half?"""
import pathlib
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "support"))
from fault_control import FaultControl  # noqa: E402
from relay_instance import DOMAIN, Relay, Sink, sample, wait_until  # noqa: E402

LOSSY = sample("pdf-with-japanese-name")
STALL_MS = 150


class Violation(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Violation(what)


class Mail:
    """A lossy mail that no other is like: its recipient and its Message-ID name it everywhere."""

    count = 0

    def __init__(self):
        Mail.count += 1
        self.name = f"fault{Mail.count:05d}"
        self.recipient = f"{self.name}@{DOMAIN}"
        lines = [line for line in LOSSY.split(b"\r\n") if not line.lower().startswith(b"message-id:")]
        self.raw = f"Message-ID: <{self.name}@example.com>\r\n".encode() + b"\r\n".join(lines)


class Stand:
    def __init__(self, binaries, journal=False):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-faults-"))
        self.sink = Sink(self.dir / "sink")
        self.relay = Relay([self.sink.port], binaries=binaries)
        self.control = FaultControl(self.dir)
        self.journal = self.dir / "journal" if journal else None
        self.relay.environment = self.control.environment(pathlib.Path(binaries).resolve() / "libmugaika_faults.so", self.journal)
        self.control.set(next_hop_port=self.sink.port, stall_ms=STALL_MS)

    def __enter__(self):
        self.relay.start()
        return self

    def __exit__(self, *_):
        self.control.disarm()
        self.relay.close()
        self.sink.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def restart(self):
        self.control.disarm()
        self.relay.stop(signal.SIGKILL)
        self.relay.start()

    def command_under_fault(self, *arguments):
        """A `mugaika` command with the library before it."""
        done = subprocess.run([self.relay.bin / "mugaika", *arguments, "--config", self.relay.config], capture_output=True, text=True,
                              env=self.relay.environment, check=False)
        require(done.returncode == 0, f"mugaika {arguments}: {done.stderr}")

    def try_send(self, mail):
        """The answer's code, or None when the connection ended before one came."""
        try:
            return self.relay.send(mail.raw, recipients=(mail.recipient,), timeout=40)[0]
        except (OSError, smtplib.SMTPException):
            return None

    def delivered(self, mail):
        """How many mails its recipient got: the mail, or the notice that it is held."""
        return sum(mail.recipient in path.read_text() for path in self.sink.folder.glob("*.json"))

    def items(self, mail):
        return [item for item in self.relay.quarantine() if mail.recipient in str(item)]

    def check_original(self, item, mail):
        original = self.relay.command("quarantine", "cat", item["id"], "--original", stdin=b"").stdout
        require(original == mail.raw, "the original in the quarantine is another one")

    def no_temporary_files(self):
        return not any((self.relay.state / "quarantine/tmp").iterdir())

    def check(self, mail, answer, after_kill):
        """What must hold after one fault and again after the retry. Returns what happened, in words for the summary."""
        require(answer is None or answer == 250 or 400 <= answer < 500, f"answer {answer} for a fault of ours")
        items, delivered = self.items(mail), self.delivered(mail)
        require(len(items) <= 1, f"{len(items)} items")
        for item in items:
            self.check_original(item, mail)
        if answer == 250:
            require(delivered >= 1, "250, and nothing was delivered")
            require(len(items) == 1, "250 for a lossy mail, and its original is not kept")
        require(delivered <= 1, f"delivered {delivered} times before any retry")
        # Without a crash, what was not delivered is taken back; in a crash's place the retry finds it.
        if answer not in (250, None) and not delivered and not after_kill:
            require(not items, f"answer {answer}, and the original was kept")
        wait_until(self.no_temporary_files, "an empty quarantine/tmp", 10)
        if answer != 250:
            again = self.try_send(mail)
            require(again == 250, f"the retry was answered {again}")
            require(self.delivered(mail) == delivered + 1, "the retry was not delivered once")
            require(len(self.items(mail)) == 1, "after the retry there is not one item")
        if answer == 250:
            return "250"
        words = "no answer" if answer is None else str(answer)
        return f"{words}, delivered before" if delivered else words

    def one_fault(self, target, mode):
        """None when there is no such point; else what happened."""
        mail = Mail()
        self.control.arm(target, mode)
        answer = self.try_send(mail)
        hit = self.control.get("hit") == 1
        name = self.control.points()[target - 1] if hit else ""
        killed = mode in ("kill_before", "kill_after") and hit
        if killed:
            self.relay.process.wait(timeout=30)
            self.restart()
        self.control.disarm()
        if not hit:
            require(answer == 250, f"answer {answer} without a fault")
            return None
        try:
            require(self.relay.process.poll() is None, f"the relay ended with {self.relay.process.poll()}")
            return name, self.check(mail, answer, killed)
        except Violation as violation:
            raise Violation(f"{mode} at point {target} ({name}), answer {answer}: {violation}") from None
