"""One relay with the fault library before it, one next hop, and the question that is asked after every fault: was anything lost,
doubled without need, or left half?"""
import itertools
import json
import pathlib
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import typing

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "support"))
from fault_control import FaultControl  # noqa: E402
from relay_instance import DOMAIN, Relay, Sink, sample, wait_until  # noqa: E402

LOSSY = sample("pdf-with-japanese-name")
STALL_MS = 150
OTHER_DOMAIN = "town.example.lg.jp"


class Violation(Exception):
    pass


def require(condition, what):
    if not condition:
        raise Violation(what)


class Mail:
    """A lossy mail that no other is like: its recipient and its Message-ID name it everywhere."""

    numbers = itertools.count(1)

    def __init__(self):
        self.name = f"fault{next(self.numbers):05d}"
        self.recipient = f"{self.name}@{DOMAIN}"
        lines = [line for line in LOSSY.split(b"\r\n") if not line.lower().startswith(b"message-id:")]
        self.raw = f"Message-ID: <{self.name}@example.com>\r\n".encode() + b"\r\n".join(lines)


class SplitMail(Mail):
    """Nothing of it is lost on the way; its recipients are of two routes."""

    def __init__(self):
        super().__init__()
        self.elsewhere = f"{self.name}@{OTHER_DOMAIN}"
        self.raw = f"Message-ID: <{self.name}@example.com>\r\nSubject: {self.name}\r\n\r\nhello\r\n".encode()


class Books(typing.NamedTuple):
    received: int  # recipients
    lost: int  # events that the log says it could not write
    faults: list  # what does not add up beside


class Stand:
    def __init__(self, binaries, journal=False):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-faults-"))
        self.sink = Sink(self.dir / "sink")
        self.relay = Relay([self.sink.port], binaries=binaries)
        self.control = FaultControl(self.dir)
        self.journal = self.dir / "journal" if journal else None
        self.relay.environment = self.control.environment(pathlib.Path(binaries).resolve() / "libmugaika_faults.so", self.journal)
        self.control.set(next_hop_port=self.sink.port, stall_ms=STALL_MS)
        self.taken = 0  # answers of 250

    def __enter__(self):
        self.relay.start()
        return self

    def __exit__(self, *_):
        self.control.disarm()
        self.relay.close()
        self.sink.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def prepare(self):
        """What goes before the first fault."""
        require(self.try_send(Mail()) == 250, "the first mail, without a fault, was not taken")

    def restart(self):
        self.control.disarm()
        self.relay.stop(signal.SIGKILL)
        self.control.new_process()
        self.relay.start()

    def command_under_fault(self, *arguments):
        """A `mugaika` command with the library before it."""
        done = subprocess.run([self.relay.bin / "mugaika", *arguments, "--config", self.relay.config], capture_output=True, text=True,
                              env=self.relay.environment, check=False)
        require(done.returncode == 0, f"mugaika {arguments}: {done.stderr}")

    def try_send(self, mail):
        """The answer's code, or None when the connection ended before one came."""
        try:
            answer = self.relay.send(mail.raw, recipients=(mail.recipient,), timeout=40)[0]
            self.taken += answer == 250
            return answer
        except (OSError, smtplib.SMTPException):
            return None

    def books(self):
        """What the log alone says once all is over."""
        self.control.disarm()
        self.relay.stop()
        done = self.relay.command("stats", "--verify", "--format", "json", stdin="", check=False)
        told = json.loads(done.stdout)
        gaps = [int(match[1]) for fault in told["faults"] if (match := re.fullmatch(r"(\d+) events before this time could not be written", fault["what"]))]
        faults = [f"{fault['time']} {fault['id']} {fault['recipient']}: {fault['what']}" for fault in told["faults"] if "could not be written" not in fault["what"]]
        faults += ["the end of a recipient who never came"] * told["began_before"]
        served = sum(row[end] for row in told["rows"] for end in ("delivered", "held", "owed"))
        faults += ["a mail that was answered 250 and has no end"] * max(0, self.taken - served)
        if done.returncode != 0 and not faults and not gaps:
            faults.append(f"exit {done.returncode}: {done.stderr}")
        return Books(sum(row["received"] for row in told["rows"]), sum(gaps), faults)

    def wait_for_sink(self):
        """Whatever the relay sent until now has been taken up by the next hop: it answers those who came later."""
        with smtplib.SMTP("127.0.0.1", self.sink.port) as client:
            client.noop()

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
        self.wait_for_sink()
        try:
            require(self.relay.process.poll() is None, f"the relay ended with {self.relay.process.poll()}")
            return name, self.check(mail, answer, killed)
        except Violation as violation:
            raise Violation(f"{mode} at point {target} ({name}), answer {answer}: {violation}") from None


class ReleaseStand(Stand):
    """A kept mail that is released again and again, each time to a recipient of its own. With `put_off` the next hop answers 4xx
    until the fault has been, so that the order is written anew instead of ended."""

    def __init__(self, binaries, put_off=False):
        super().__init__(binaries)
        self.put_off = put_off

    def prepare(self):
        mail = Mail()
        require(self.try_send(mail) == 250, "the mail, without a fault, was not taken")
        self.item = self.items(mail)[0]["id"]

    def restart(self):
        """After a violation; what it left must not be found again at the next point."""
        super().restart()
        for path in (self.relay.state / "outbox").rglob("*.order*"):
            path.unlink()

    def orders(self):
        return [json.loads(line) for line in self.relay.command("queue", "list", "--json").stdout.splitlines()]

    def try_is_over(self):
        """Without a fault: the outbox is synced, after the order was read (the end of the one before may come late). Else the order
        has ended or is put off, or at least the log says how the try ended; or the relay has."""
        if self.control.get("hit") == 0:
            points = self.control.points()
            return "read order" in points and "fsync outbox" in points[points.index("read order"):]
        said = re.search(r'"event":"quarantine\.(delivered|release_failed)"', self.relay.log.read_text(encoding="utf-8")[self.seen:])
        return self.relay.process.poll() is not None or said or not any(order["attempts"] == 0 for order in self.orders())

    def carried_out(self):
        """Hurries what waits for its time; true when nothing is owed any more."""
        orders = self.orders()
        for order in orders:
            require(order["state"] == "waiting", f"the order is {order['state']}: {order}")
            if order["attempts"] > 0:
                self.relay.command("queue", "flush", order["order"], check=False)
        return not orders

    def message_ids(self, mail):
        raws = [path.with_suffix(".eml").read_bytes() for path in self.sink.folder.glob("*.json") if mail.recipient in path.read_text()]
        return {re.search(rb"(?mi)^Message-ID: (\S+)", raw)[1] for raw in raws}

    def check_order(self, mail, delivered):
        """The order is there whole or was carried out, and is carried out in the end. Returns what happened."""
        orders = self.orders()
        require(orders or self.delivered(mail), "the order is gone, and nothing was delivered")
        require(delivered <= 1, f"delivered {delivered} times by one try")
        wait_until(self.carried_out, "the end of the order")
        times = self.delivered(mail)
        require(times in (1, 2), f"delivered {times} times")
        require(times == 1 or delivered, "delivered twice without need")
        require(len(self.message_ids(mail)) == 1, "two Message-IDs")
        wait_until(lambda: not self.relay.left_over(), "a clean state directory", 10)
        if times == 2:
            return "delivered before, and again"
        return "carried out" if delivered else "owed, then carried out"

    def release(self, target=0, mode="none"):
        """Writes an order, of which the fault will meet the relay. Returns a mail that names its recipient."""
        mail = Mail()
        self.seen = len(self.relay.log.read_text(encoding="utf-8"))
        if self.put_off:
            self.sink.script(RCPT="451 4.3.0 not now")
        self.control.arm(target, mode)
        self.relay.command("quarantine", "release", self.item, "--rcpt", mail.recipient, "--reason", "test")
        return mail

    def one_fault(self, target, mode):
        mail = self.release(target, mode)
        wait_until(self.try_is_over, "the end of the try")
        if self.control.get("hit") == 0:
            self.control.disarm()
        hit = self.control.get("hit") == 1
        name = self.control.points()[target - 1] if hit else ""
        killed = mode in ("kill_before", "kill_after") and hit
        if killed:
            self.relay.process.wait(timeout=30)
        self.wait_for_sink()
        delivered = self.delivered(mail)
        self.sink.script()
        if killed:
            Stand.restart(self)
        self.control.disarm()
        try:
            require(self.relay.process.poll() is None, f"the relay ended with {self.relay.process.poll()}")
            happened = self.check_order(mail, delivered)
        except (Violation, AssertionError) as violation:
            raise Violation(f"release, {mode} at point {target} ({name}): {violation}") from None
        return (name, happened) if hit else None


class SplitStand(ReleaseStand):
    """A mail to recipients of two routes. The next hop of the other one refuses for now until the fault has been: its recipient
    becomes the relay's own, or the sender's."""

    def __init__(self, binaries):
        super().__init__(binaries)
        self.other = Sink(self.dir / "other")
        self.relay.text += f'\n[[route]]\ndomains = ["{OTHER_DOMAIN}"]\nnext_hop = ["127.0.0.1:{self.other.port}"]\n'

    def __exit__(self, *_):
        self.other.stop()
        super().__exit__()

    def prepare(self):
        require(self.try_send(SplitMail()) == 250, "the first mail, without a fault, was not taken")

    def try_send(self, mail):
        try:
            answer = self.relay.send(mail.raw, recipients=(mail.recipient, mail.elsewhere), timeout=40)[0]
            self.taken += answer == 250
            return answer
        except (OSError, smtplib.SMTPException):
            return None

    def message_ids_of(self, mail):
        raws = [path.with_suffix(".eml").read_bytes() for sink in (self.sink, self.other) for path in sink.folder.glob("*.json")
                if mail.name in path.read_text()]
        return {re.search(rb"(?mi)^Message-ID: (\S+)", raw)[1] for raw in raws}

    def delivered_elsewhere(self, mail):
        return sum(mail.elsewhere in path.read_text() for path in self.other.folder.glob("*.json"))

    def owed(self, mail):
        return [order for order in self.orders() if mail.elsewhere in order["to"]]

    def items_elsewhere(self, mail):
        return [item for item in self.relay.quarantine() if mail.elsewhere in str(item)]

    def carried_out(self):
        """Hurries every order, also one whose first try has not come; true when nothing is owed any more."""
        orders = self.orders()
        for order in orders:
            require(order["state"] == "waiting", f"the order is {order['state']}: {order}")
            self.relay.command("queue", "flush", order["order"], check=False)
        return not orders

    def check_split(self, mail, answer, killed):
        """What must hold after one fault, and in the end. Returns what happened."""
        require(answer is None or answer == 250 or 400 <= answer < 500, f"answer {answer} for a fault of ours")
        here, owed, items = self.delivered(mail), self.owed(mail), self.items_elsewhere(mail)
        require(here <= 1, f"delivered {here} times before any retry")
        require(self.delivered_elsewhere(mail) == 0, "delivered to one whose next hop refused")
        require(len(owed) <= 1 and len(items) <= 1, f"{len(owed)} orders, {len(items)} items")
        for item in items:
            self.check_original(item, mail)
        require(not owed or items, "an order without its original")
        if answer == 250:
            require(here == 1, "250, and those who could be served were not")
            require(owed, "250, and nobody owes the rest")
        if answer not in (250, None) and not killed:
            require(not owed, f"answer {answer}, and an order was written")
            require(here or not items, f"answer {answer}, nothing delivered, and the original was kept")
        self.other.script()
        if answer != 250:
            again = self.try_send(mail)
            require(again == 250, f"the retry was answered {again}")
        wait_until(self.carried_out, "the end of the order")
        require(self.delivered(mail) == here + (answer != 250), "those served got a second copy without need")
        elsewhere = self.delivered_elsewhere(mail)
        require(elsewhere >= 1, "the rest is lost")
        # Owed, and not told: the sender came again, as after every answer that it does not get (RFC 1047).
        require(elsewhere == 1 or (answer != 250 and owed and elsewhere == 2), f"the rest was delivered {elsewhere} times")
        require(len(self.message_ids_of(mail)) == 1, "several Message-IDs")
        if not killed:
            wait_until(lambda: not self.items_elsewhere(mail), "the end of an original that nobody needs", 10)
        wait_until(lambda: not self.relay.left_over(), "a clean state directory", 10)
        words = "no answer" if answer is None else str(answer)
        return f"{words}, owed" if owed else f"{words}, delivered before" if here else words

    def one_fault(self, target, mode):
        mail = SplitMail()
        self.other.script(DATA="451 4.3.0 not now")
        self.control.arm(target, mode)
        answer = self.try_send(mail)
        hit = self.control.get("hit") == 1
        name = self.control.points()[target - 1] if hit else ""
        killed = mode in ("kill_before", "kill_after") and hit
        if killed:
            self.relay.process.wait(timeout=30)
            Stand.restart(self)
        self.control.disarm()
        self.wait_for_sink()
        try:
            require(self.relay.process.poll() is None, f"the relay ended with {self.relay.process.poll()}")
            happened = self.check_split(mail, answer, killed)
        except (Violation, AssertionError) as violation:
            raise Violation(f"split, {mode} at point {target} ({name}), answer {answer}: {violation}") from None
        return (name, happened) if hit else None
