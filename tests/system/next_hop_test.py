"""Next hops that misbehave in every way that a network allows: the sender keeps its mail, nothing is kept half, and once the next hop
behaves the same mail crosses."""
import contextlib
import pathlib
import smtplib
import socket
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix  # noqa: E402
from relay_instance import DOMAIN, Relay, sample, wait_until  # noqa: E402

LOSSY = sample("pdf-with-japanese-name")
PATIENCE = """[relay.next_hop]
connect_timeout = "1s"
reply_timeout = "1s"
final_reply_timeout = "1s"
host_avoided_for = "1s"
"""
EHLO = "250-rogue.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
GOOD = {"greeting": "220 rogue.example\r\n", "EHLO": EHLO, "MAIL": "250 2.1.0 Ok\r\n", "RCPT": "250 2.1.5 Ok\r\n", "RSET": "250 Ok\r\n",
        "DATA": "354 go\r\n", "dot": "250 2.0.0 Ok\r\n", "QUIT": "221 Bye\r\n"}
RESET, SILENT, CLOSE = "(reset)", "(silent)", "(close)"


class Rogue(threading.Thread):
    """A next hop with a line for each step; `answers` may be changed between mails. A number before a line is the pause in
    seconds after each of its bytes."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.answers, self.delivered, self.reads_content = dict(GOOD), 0, True
        self.connections = []
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def hang_up(self):
        """Ends what is open, so that the next mail meets greeting and EHLO again."""
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections = []

    def say(self, connection, step):
        line = self.answers.get(step, "250 Ok\r\n")
        pause = 0
        if isinstance(line, tuple):
            pause, line = line
        if line == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionError
        if line == CLOSE:
            raise ConnectionError
        if line == SILENT:
            time.sleep(3)
            raise ConnectionError
        for piece in ([line] if not pause else line):
            connection.sendall(piece.encode("latin-1"))
            time.sleep(pause)

    def talk(self, connection):
        try:
            with connection, connection.makefile("rb") as lines:
                self.say(connection, "greeting")
                while line := lines.readline():
                    verb = line.split(b" ")[0].strip().upper().decode()
                    self.say(connection, verb)
                    if verb == "DATA" and str(self.answers["DATA"]).startswith("354"):
                        if not self.reads_content:
                            time.sleep(3)
                            return
                        while (content := lines.readline()) != b".\r\n":
                            if not content:
                                return
                        self.delivered += self.answers["dot"] == GOOD["dot"]
                        self.say(connection, "dot")
        except OSError:
            pass


class NextHops(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rogue = Rogue()
        cls.addClassCleanup(cls.rogue.listener.close)
        cls.relay = Relay([cls.rogue.port], extra=PATIENCE)
        cls.addClassCleanup(cls.relay.close)
        cls.relay.start()
        cls.count = 0

    def send(self, raw=LOSSY):
        """To somebody new each time, so that no remembered answer is used."""
        NextHops.count += 1
        self.recipient = f"someone{NextHops.count}@{DOMAIN}"
        return self.relay.send(raw, recipients=(self.recipient,), timeout=30)

    def check(self, name, code=451, raw=LOSSY, **answers):
        with self.subTest(name):
            self.rogue.answers = GOOD | answers
            self.rogue.hang_up()
            before = self.rogue.delivered
            got, words = self.send(raw)
            self.assertEqual(got, code, words)
            self.assertEqual(self.rogue.delivered, before)
            self.assertFalse([item for item in self.relay.quarantine() if self.recipient in item["to"]])
            self.rogue.answers, self.rogue.reads_content = dict(GOOD), True
            if answers.get("RCPT", "").startswith("5"):
                return  # believed for a while: see VerifiedRecipients
            # Who was silent at its door is not asked at once again: see NextHopLimits::host_avoided_for.
            wait_until(lambda: self.relay.send(raw, recipients=(self.recipient,), timeout=30)[0] == 250, "the next try")
            self.assertEqual(self.rogue.delivered, before + 1)
            self.assertTrue([item for item in self.relay.quarantine() if self.recipient in item["to"]])

    def test_each_step_refuses_closes_resets_or_is_silent(self):
        """AC-242 AC-243 AC-244 AC-246 At the greeting and after each command and the content: 4xx, 5xx, close, reset, silence."""
        for step in ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"):
            for answer in (CLOSE, RESET, SILENT):
                self.check(f"{step} {answer}", **{step: answer})
        for step in ("MAIL", "RCPT", "DATA", "dot"):
            self.check(f"{step} 4xx", code=450, **{step: "450 4.2.0 later\r\n"})
            self.check(f"{step} 5xx", code=550, **{step: "550 5.2.0 never\r\n"})
        self.check("greeting 5xx", greeting="554 no service\r\n")
        self.check("greeting 4xx", greeting="421 busy\r\n")

    def test_replies_that_are_none(self):
        """AC-033 AC-246 AC-247 Early, endless, dripping and garbage replies are a failure of the next hop, never a yes."""
        self.check("early reply", EHLO=EHLO + "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n")
        self.check("early final reply", DATA="354 go\r\n250 2.0.0 Ok\r\n")
        self.check("garbage", MAIL="\x16\x03\x01\x00\xff binary\r\n")
        self.check("endless lines", EHLO="".join(f"250-line {n}\r\n" for n in range(5000)) + "250 end\r\n")
        self.check("endless line", dot="250 " + "x" * 100000 + "\r\n")
        self.check("dripping final reply", dot=(0.3, "250 2.0.0 Ok this takes long\r\n"))
        self.check("codes that change", dot="250-2.0.0 a\r\n550 b\r\n")
        self.check("a code that is no answer", dot="999 what\r\n")

    def test_one_time_out_answers_all_recipients(self):
        """AC-242 Five recipients at a next hop that is silent at its door or to RCPT: one connection, five times 451."""
        self.addCleanup(lambda: setattr(self.rogue, "answers", dict(GOOD)))
        for step in ("greeting", "RCPT"):
            with self.subTest(step), Relay([self.rogue.port], extra=PATIENCE.replace("avoided_for = \"1s", "avoided_for = \"60s")) as relay:
                self.rogue.answers = GOOD | {step: SILENT}
                self.rogue.hang_up()
                with smtplib.SMTP("127.0.0.1", relay.port) as client:
                    client.ehlo()
                    client.mail("sender@example.com")
                    for name in "abcde":
                        code, words = client.rcpt(f"{name}@{DOMAIN}")
                        self.assertEqual((code, words), (451, b"4.4.1 Next hop did not answer in time"))
                self.assertEqual(len(self.rogue.connections), 1)
                refused = relay.events("recipient.refused")
                self.assertEqual(len(refused), 5)
                self.assertTrue(all(event["why"] for event in refused), refused)

    def test_half_open(self):
        """AC-246 A next hop that takes no bytes any more: the write ends at its deadline."""
        self.rogue.reads_content = False
        large = LOSSY + b"\r\n".join(b"text " * 12 for _ in range(120000)) + b"\r\n"
        self.check("reads nothing", raw=large)

    def test_refused_and_second_host(self):
        """AC-242 A closed port: 451; with a second host the mail takes that one, and the first again when it is back."""
        spare = socket.create_server(("127.0.0.1", 0))
        port = spare.getsockname()[1]
        spare.close()
        with Relay([port], extra=PATIENCE) as alone:
            self.assertEqual(alone.send(LOSSY)[0], 451)
            self.assertEqual(alone.quarantine(), [])
        with Relay([port, self.rogue.port], extra=PATIENCE) as two:
            before = self.rogue.delivered
            self.assertEqual(two.send(LOSSY)[0], 250)
            self.assertEqual(self.rogue.delivered, before + 1)
            self.assertEqual([event["next_hop"] for event in two.events("next_hop.down")], [f"127.0.0.1:{port}"])


@contextlib.contextmanager
def relay_before_postfix(**settings):
    """A relay whose next hop is a real Postfix that has a mailbox for everybody but nobody@ of the domain."""
    with contextlib.ExitStack() as stack:
        everybody = {f"{name}@{DOMAIN}": "all" for name in "abcdefg"}
        postfix = Postfix.with_mailboxes("next", DOMAIN, everybody, settings)
        stack.callback(postfix.close)
        if "smtpd_sender_restrictions" in settings:
            rejected = postfix.map_file("senders", "evil@example.com REJECT\n")
            postfix.set("smtpd_sender_restrictions", f"check_sender_access {rejected}")
        postfix.start()
        yield stack.enter_context(Relay([postfix.port])), postfix


class RealPostfix(unittest.TestCase):
    """What a healthy Postfix says when its administrator wants something."""

    def test_recipients_limit(self):
        """smtpd_recipient_limit 2: a mail for seven reaches each once, in four transactions, and the sender hears 250."""
        with relay_before_postfix(smtpd_recipient_limit="2", smtpd_recipient_overshoot_limit="1000") as (relay, postfix):
            recipients = [f"{name}@{DOMAIN}" for name in "abcdefg"]
            self.assertEqual(relay.send(sample("clean-plain-text"), recipients=recipients)[0], 250)
            wait_until(lambda: len(postfix.arrived("all")) == 7, "seven copies")
            to = sorted(line.split(":", 1)[1].strip() for path in postfix.arrived("all")
                        for line in path.read_text(errors="replace").splitlines() if line.startswith("X-Original-To:"))
            self.assertEqual(to, recipients)

    def test_a_refused_sender_does_not_shut_the_mailbox(self):
        """Postfix refuses a sender at RCPT: the next sender gets through to the same recipient, and sees nothing of the first."""
        with relay_before_postfix(smtpd_sender_restrictions="yes") as (relay, postfix):
            for _ in range(2):
                code, words = relay.send(sample("clean-plain-text"), recipients=[f"a@{DOMAIN}"], sender="evil@example.com")
                self.assertEqual(code, 554, words)
                self.assertIn("Sender address rejected", words)
                self.assertEqual(relay.send(sample("clean-plain-text"), recipients=[f"a@{DOMAIN}"])[0], 250)
            # The other way round the relay believes the yes; the delivery is refused for now, and the next try for good.
            self.assertEqual(relay.send(sample("clean-plain-text"), recipients=[f"b@{DOMAIN}"])[0], 250)
            self.assertEqual(relay.send(sample("clean-plain-text"), recipients=[f"b@{DOMAIN}"], sender="evil@example.com")[0], 451)
            self.assertEqual(relay.send(sample("clean-plain-text"), recipients=[f"b@{DOMAIN}"], sender="evil@example.com")[0], 554)
            self.assertEqual(relay.send(sample("clean-plain-text"), recipients=[f"b@{DOMAIN}"])[0], 250)
            wait_until(lambda: len(postfix.arrived("all")) == 4, "the honest mails")

    def test_encrypt(self):
        """smtpd_tls_security_level encrypt, and the route says nothing of TLS: 451 4.7.5, its words in the log, an alarm."""
        with relay_before_postfix(smtpd_tls_security_level="encrypt") as (relay, _):
            for _ in range(2):
                code, words = relay.send(sample("clean-plain-text"), recipients=[f"a@{DOMAIN}"])
                self.assertEqual(code, 451)
                self.assertTrue(words.startswith("4.7.5 "), words)
            self.assertEqual(len(relay.events("next_hop.not_admitted")), 1)
            refused = relay.events("recipient.refused")
            self.assertTrue(all("Must issue a STARTTLS command first" in event["why"] for event in refused), refused)


if __name__ == "__main__":
    unittest.main()
