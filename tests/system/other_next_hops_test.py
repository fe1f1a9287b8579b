"""A real Exim and a real OpenSMTPD as the relay's next hop. What they say stands in tests/unit/relay/outbound/next_hop_replies.tsv: each
row that they can be brought to say is said here, word by word, and the relay's sender gets what the row promises."""
import contextlib
import email
import pathlib
import re
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from certificate_files import Authority  # noqa: E402
from relay_instance import DOMAIN, ROOT, RelayTest, sample, wait_until  # noqa: E402
from unpacked_servers import Exim, OpenSmtpd, quiet_port, why_not  # noqa: E402
from wire_tap import WireTap  # noqa: E402

TABLE = ROOT / "tests/unit/relay/outbound/next_hop_replies.tsv"
MAIL = sample("clean-plain-text")
LARGE = MAIL + b"0123456789 0123456789\r\n" * 1000
# What differs from one run to the next stands in the table as in these examples.
CHANGING = ((r"<\w+@(\w+\.)*example\.jp>", "<b@example.jp>"), (r"id=\w{6}-\w{6}-\w{2}\b", "id=1rAbCd-000123-Xy"),
            (r"^250 2\.0\.0 [0-9a-f]{8} ", "250 2.0.0 1a2b3c4d "))
IMPATIENT = """[relay.next_hop]
host_avoided_for = "1s"
"""
ASKED_BY_HAND = b"EHLO relay.example.jp", b"MAIL FROM:<a@example.com>", b"RCPT TO:<b@example.jp>", b"DATA"


def table_of(server):
    """{(before, verb, reply): what the sender gets}"""
    rows = [line.split("\t") for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {tuple(row[1:4]): row[4] for row in rows if row[0] == server}


def as_in_table(reply):
    for pattern, example in CHANGING:
        reply = re.sub(pattern, example, reply)
    return reply


def ask(port, *commands):
    """What the server answers to the last of these lines, asked by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection, connection.makefile("rwb") as lines:
        for command in (None, *commands):
            if command is not None:
                lines.write(command + b"\r\n")
                lines.flush()
            reply = [lines.readline().decode().rstrip("\r\n")]
            while reply[-1].startswith("-", 3):
                reply.append(lines.readline().decode().rstrip("\r\n"))
        return as_in_table("|".join(reply))


class OtherNextHops(RelayTest):
    """What both servers' tests do. A row is named by (before, verb, reply), as in the table."""

    def relay_before(self, server):
        """A relay with a wire to this server on which everything is heard."""
        self.server = server
        self.tap = WireTap(server.port)
        self.addCleanup(self.tap.close)
        relay = self.new_relay(self.tap, extra=IMPATIENT)
        relay.text = relay.text.replace(DOMAIN, "example.jp").replace(
            '["example.jp"]', '["example.jp", "other.example.jp", "callout.example.jp"]')
        return relay.start()

    def new_server(self, **settings):
        server = self.SERVER()
        self.addCleanup(server.close)
        return server.configure(**settings).start()

    def passes(self, relay):
        """An honest mail goes through, also right after a refusal, once the host is no longer avoided."""
        self.honest = getattr(self, "honest", 0) + 1
        mark = b"honest mail %d." % self.honest
        wait_until(lambda: relay.send(MAIL + mark + b"\r\n", ["after@example.jp"], "c@example.com")[0] == 250, "an honest mail's 250")
        wait_until(lambda: any(mark in email.message_from_bytes(mail).get_payload(decode=True) for mail in self.server.arrived()),
                   "an honest mail at its mailbox")

    def meets(self, relay, row, sender="a@example.com", recipient="b@example.jp", mail=MAIL, or_said=()):
        """A mail that meets the refusal of this row, word by word, or one of `or_said`, gets what stands there."""
        before, verb, reply = row
        gets = table_of(self.NAME)[row]
        if before == "pooled":
            self.passes(relay)
        heard = len(self.tap.replies())
        code, words = relay.send(mail, [recipient], sender)
        said = [as_in_table(line) for line in self.tap.replies()[heard:]]
        self.assertTrue({reply, *or_said} & set(said), (said, row, code, words))
        # A yes at RCPT lets the mail go on, to its own.
        expected = "250 2.0.0" if gets.startswith("250") else gets
        self.assertEqual(f"{code} {words.split()[0]}", expected, (row, said))
        if verb == "RCPT" and not gets.startswith("250"):
            refusal = (relay.events("recipient.refused") + relay.events("recipient.deferred"))[-1]
            self.assertIn(reply.split("|")[-1].split(" ", 1)[1].split("<")[0].strip()[-20:], refusal["why"])

    def assert_size_is_kept(self, **settings):
        """What is larger than the server's SIZE is refused by the relay itself, before MAIL; what is not passes."""
        relay = self.relay_before(self.new_server(**settings))
        code, words = relay.send(LARGE, ["b@example.jp"], "c@example.com")
        self.assertEqual((code, words.split()[0]), (552, "5.3.4"))
        self.assertEqual([reply for reply in self.tap.replies() if reply[0] in "45"], [])
        self.passes(relay)

    def assert_split(self, options, words):
        """A server that takes one recipient a mail: three recipients each get it once, and the sender gets 250."""
        server = self.new_server(**options)
        relay = self.relay_before(server)
        people = ["after@example.jp", "b@example.jp", "before@example.jp"]
        self.assertEqual(relay.send(MAIL, people, "c@example.com")[0], 250)
        wait_until(lambda: len(server.arrived()) == 3, "three mails")
        to = [re.search(rb"(?:Envelope-to|Delivered-To): (.*)", mail)[1].decode() for mail in server.arrived()]
        self.assertEqual(sorted(to), people)
        self.assertIn(words, self.tap.replies())

    @contextlib.contextmanager
    def led_to(self, port):
        """Inside, the relay meets this server; before and afterwards the one that is set up well."""
        self.tap.lead_to(port)
        yield
        self.tap.lead_to(self.server.port)

    def say_by_hand(self, rows):
        servers = {}
        for row, settings, lines in rows:
            with self.subTest(row=row):
                set_up = repr(settings)
                if set_up not in servers:
                    servers[set_up] = self.new_server(**settings)
                self.assertEqual(ask(servers[set_up].port, *lines), row[2])

    def assert_rows_accounted_for(self, *sources):
        """Each row of the table is said by the server in a test, or it stands beside the reason why not."""
        rows = [row for source in sources for row in source]
        self.assertEqual(set(rows), set(table_of(self.NAME)))
        self.assertEqual(len(set(rows)), len(rows))


LATER, PROHIBITED = "451 Temporary local problem - please try later", "550 Administrative prohibition"
# What Exim says as it is set up: row and settings.
EXIM_SETTINGS = [
    (("fresh", "greeting", LATER), {"connect": "defer"}),
    (("fresh", "greeting", "554 SMTP service not available"), {"options": "host_reject_connection = *"}),
    (("fresh", "greeting", PROHIBITED), {"connect": "deny"}),
    (("fresh", "EHLO", PROHIBITED), {"helo": "deny"}),
    (("fresh", "EHLO", LATER), {"helo": "defer"}),
    (("fresh", "MAIL", "452 Space shortage, please try later"), {"options": "check_spool_space = 100000G"}),
]
# What one Exim says to some and not to others, by its access lists: row, and who hears it.
EXIM_RULES = {
    "mail": """deny senders = denied@example.com
defer senders = deferred@example.com""",
    "rcpt": """deny senders = a@example.com
  !verify = sender
deny senders = a@callout.example.com
  !verify = sender/callout=5s
deny message = relay not permitted, authentication required
  local_parts = login
deny message = TLS is required for this recipient
  local_parts = tls
defer message = Greylisted, please try again later
  local_parts = greylisted
defer local_parts = deferred
deny local_parts = denied
deny condition = ${if and{{eq{$local_part}{moved}}{exists{ROOT/moved}}}}
  message = Unrouteable address
require message = relay not permitted
  domains = example.jp : callout.example.jp
require verify = recipient/callout=5s
accept""",
    "predata": """deny senders = denied-data@example.com
defer senders = deferred-data@example.com""",
    "data": """deny senders = denied-content@example.com
defer senders = deferred-content@example.com""",
    "routers": """callout:
  driver = manualroute
  domains = callout.example.jp : callout.example.com
  route_list = callout.example.jp 127.0.0.1::SINK ; callout.example.com 127.0.0.1::1
  transport = remote
  self = send
honest:
  driver = accept
  domains = example.com
  local_parts = !a
  transport = mailbox
""",
}
EXIM_ADDRESSES = [
    (("fresh", "MAIL", PROHIBITED), {"sender": "denied@example.com"}),
    (("fresh", "MAIL", LATER), {"sender": "deferred@example.com"}),
    (("fresh", "RCPT", "550 Unrouteable address"), {"recipient": "unknown@example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "550-Callout verification failed:|550 550 5.1.1 No such user here"),
     {"recipient": "unknown@callout.example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "550-Verification failed for <a@example.com>|550-Unrouteable address|550 Sender verify failed"),
     {"sender": "a@example.com"}),
    (("fresh", "RCPT", "451 Could not complete sender verify callout"), {"sender": "a@callout.example.com"}),
    (("fresh", "RCPT", LATER), {"recipient": "deferred@example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", PROHIBITED), {"recipient": "denied@example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "451 Greylisted, please try again later"), {"recipient": "greylisted@example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "550 relay not permitted"), {"recipient": "b@other.example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "550 relay not permitted, authentication required"), {"recipient": "login@example.jp", "sender": "c@example.com"}),
    (("fresh", "RCPT", "550 TLS is required for this recipient"), {"recipient": "tls@example.jp", "sender": "c@example.com"}),
    (("fresh", "DATA", PROHIBITED), {"sender": "denied-data@example.com"}),
    (("fresh", "DATA", LATER), {"sender": "deferred-data@example.com"}),
    (("fresh", ".", PROHIBITED), {"sender": "denied-content@example.com"}),
    (("fresh", ".", LATER), {"sender": "deferred-content@example.com"}),
    (("fresh", ".", "250 OK id=1rAbCd-000123-Xy"), {"sender": "c@example.com", "recipient": "other@example.jp"}),
]
# What the relay gives no occasion for: row, settings, lines.
EXIM_BY_HAND = [
    (("fresh", "EHLO", "501 Syntactically invalid EHLO argument(s)"), {}, [b"EHLO (("]),
    (("fresh", "MAIL", "501 <a@example.com>>: malformed address: > may not follow <a@example.com>"), {},
     [ASKED_BY_HAND[0], b"MAIL FROM:<a@example.com>>"]),
    (("fresh", "MAIL", "552 Message size exceeds maximum permitted"), {"options": "message_size_limit = 8K"},
     [ASKED_BY_HAND[0], ASKED_BY_HAND[1] + b" SIZE=9000"]),
    (("fresh", "RCPT", "503 sender not yet given"), {}, [ASKED_BY_HAND[0], ASKED_BY_HAND[2]]),
    (("fresh", "RCPT", "452 too many recipients"), {"options": "recipients_max = 1"}, [*ASKED_BY_HAND[:3], ASKED_BY_HAND[2]]),
    (("fresh", "RCPT", "552 too many recipients"), {"options": "recipients_max = 1\nrecipients_max_reject"},
     [*ASKED_BY_HAND[:3], ASKED_BY_HAND[2]]),
    (("fresh", ".", "552 Message size exceeds maximum permitted"), {"options": "message_size_limit = 1K"},
     [*ASKED_BY_HAND, b"\r\n" + b"0123456789\r\n" * 1000 + b"."]),
    (("fresh", ".", "421 mx.example.jp SMTP incoming data timeout - closing connection."), {"options": "smtp_receive_timeout = 1s"},
     [*ASKED_BY_HAND, b"x"]),
]
EXIM_FULL = [
    (("fresh", "greeting", "421 Too many concurrent SMTP connections; please try again later."), "smtp_accept_max = 2"),
    (("fresh", "greeting", "421 mx.example.jp: Too many concurrent SMTP connections; please try again later"),
     "smtp_accept_max = 3\nsmtp_accept_reserve = 1\nsmtp_reserve_hosts = 192.0.2.9"),
    (("fresh", "greeting", "421 Too many concurrent SMTP connections from this IP address; please try again later."),
     "smtp_accept_max_per_host = 2"),
]
EXIM_MAX_MAILS = ("pooled", "MAIL", "421 too many messages in this connection")
EXIM_TLS = ("fresh", "RCPT", "550 5.7.0 Must issue a STARTTLS command first")
EXIM_WHOLE = ("fresh", "DATA", "554 Too many recipients")
EXIM_MOVED = ("fresh", "RCPT at delivery", "550 Unrouteable address")
# The same on a connection that had a mail before; with cutthrough delivery only, as otherwise Exim takes such a mail and bounces it.
EXIM_UNSAID = [("pooled", "MAIL", PROHIBITED), ("pooled", "RCPT", "503 sender not yet given"),
               ("fresh", ".", "550 Too many \"Received\" headers - suspected mail loop")]


class EximBehind(OtherNextHops):
    SERVER, NAME = Exim, "Exim"

    @classmethod
    def setUpClass(cls):
        if why := why_not(Exim.PACKAGE):
            print(f"SKIPPED: Exim as next hop: {why}")
            raise unittest.SkipTest(why)

    def test_each_refusal_to_somebody_reaches_him_alone(self):
        """Denied and deferred senders, recipients, relaying, TLS wanted, callouts, DATA and content: each sender gets what the table
        says, and an honest mail after each passes."""
        sink = self.new_sink()
        server = Exim()
        self.addCleanup(server.close)
        rules = {place: text.replace("SINK", str(sink.port)).replace("ROOT", str(server.root)) for place, text in EXIM_RULES.items()}
        relay = self.relay_before(server.configure(**rules).start())
        self.passes(relay)
        for row, mail in EXIM_ADDRESSES:
            with self.subTest(row=row):
                self.meets(relay, row, **{"sender": "c@example.com", **mail})
                self.passes(relay)
        with self.subTest(row=EXIM_MOVED):
            self.assertEqual(relay.send(MAIL, ["moved@example.jp"], "c@example.com")[0], 250)
            (server.root / "moved").touch()
            self.meets(relay, EXIM_MOVED, sender="c@example.com", recipient="moved@example.jp")
            self.passes(relay)

    def test_each_refusal_to_everybody_ends_with_its_cause(self):
        """At greeting, EHLO and MAIL: what the sender gets stands in the table, and mail passes once the server is set up well."""
        relay = self.relay_before(self.new_server())
        for row, settings in EXIM_SETTINGS:
            with self.subTest(row=row):
                other = self.new_server(**settings)
                with self.led_to(other.port):
                    self.meets(relay, row, recipient=f"{row[1].lower()}@example.jp")
                self.passes(relay)
                other.close()

    def test_tls_that_it_demands_is_our_trouble_until_the_route_has_it(self):
        """Its access list wants TLS: 451 4.7.5 in the clear; with `tls` on the route mail passes, and the log says how."""
        authority = Authority(self.new_folder())
        certificate, key = authority.issue("mx.example.jp")
        key.chmod(0o644)
        server = self.new_server(options=f"tls_advertise_hosts = *\ntls_certificate = {certificate}\ntls_privatekey = {key}",
                                 rcpt=f"deny !encrypted = *\n  message = {EXIM_TLS[2]}")
        relay = self.relay_before(server)
        self.meets(relay, EXIM_TLS)
        tls = f'tls = "verify"\ntls_ca = "{authority.file}"\ntls_names = ["mx.example.jp"]\nnext_hop = ['
        self.assertEqual(relay.reload(relay.text.replace("next_hop = [", tls))["event"], "config.loaded")
        self.passes(relay)
        self.assertTrue(relay.events("message.delivered")[-1]["tls_version"])

    def test_a_connection_with_too_many_mails_is_replaced(self):
        """smtp_accept_max_per_connection = 2: its 421 delays nobody."""
        relay = self.relay_before(self.new_server(options="smtp_accept_max_per_connection = 2"))
        for number in range(3):
            self.meets(relay, EXIM_MAX_MAILS, recipient=f"b{number}@example.jp")

    def fill(self, server, others):
        """Until others hold the two connections that it gives: the one that found it listening may still count."""
        held = []

        def is_full():
            other = others.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
            said = other.recv(1000)
            held.extend([other] * said.startswith(b"220"))
            return len(held) == 2 and said.startswith(b"421")

        wait_until(is_full, "a full server")

    def test_a_full_server_is_asked_again(self):
        """421 at the greeting while others hold its connections: 451 for the sender, and mail passes on a host with room."""
        relay = self.relay_before(self.new_server())
        for row, options in EXIM_FULL:
            with self.subTest(row=row), contextlib.ExitStack() as others:
                full = self.new_server(options=options)
                self.fill(full, others)
                with self.led_to(full.port):
                    # Which of its two limits speaks depends on whether its child or its parent is first to notice.
                    self.meets(relay, row, or_said=[other[0][2] for other in EXIM_FULL])
                self.passes(relay)

    def test_it_takes_mail_again_when_others_are_gone(self):
        """The full server itself, once those who held it have hung up."""
        server = self.new_server(options=EXIM_FULL[-1][1])
        relay = self.relay_before(server)
        with contextlib.ExitStack() as others:
            self.fill(server, others)
            self.meets(relay, EXIM_FULL[-1][0], or_said=[other[0][2] for other in EXIM_FULL])
        self.passes(relay)

    def test_a_mail_to_more_recipients_than_it_takes_goes_in_parts(self):
        """recipients_max = 1 with its 452."""
        self.assert_split({"options": "recipients_max = 1"}, "452 too many recipients")

    def test_a_mail_that_it_refuses_whole_for_its_recipients_reaches_nobody(self):
        """recipients_max_reject: it takes one recipient, says 552 to the others, and then refuses the mail for all; the sender hears
        it, and a mail to one passes."""
        server = self.new_server(options="recipients_max = 1\nrecipients_max_reject")
        relay = self.relay_before(server)
        code, words = relay.send(MAIL, ["b@example.jp", "d@example.jp"], "c@example.com")
        self.assertEqual(f"{code} {words.split()[0]}", table_of("Exim")[EXIM_WHOLE])
        self.assertEqual(self.tap.replies()[-3:-1], ["552 too many recipients", EXIM_WHOLE[2]])
        self.passes(relay)
        self.assertEqual(len(server.arrived()), 1)

    def test_its_size_is_kept(self):
        self.assert_size_is_kept(options="message_size_limit = 8K")

    def test_what_the_relay_gives_no_occasion_for_is_said_by_hand(self):
        """The other rows' words are Exim's own too."""
        self.say_by_hand(EXIM_BY_HAND)

    def test_every_row_is_accounted_for(self):
        self.assert_rows_accounted_for(*[[entry[0] for entry in rows] for rows in (
            EXIM_SETTINGS, EXIM_ADDRESSES, EXIM_BY_HAND, EXIM_FULL)], [EXIM_MOVED, EXIM_MAX_MAILS, EXIM_WHOLE, EXIM_TLS], EXIM_UNSAID)


REFUSED_HERE, LATER_HERE = "554 5.7.1 No mail from there", "451 4.7.1 Come again later"
# What a listener with filters says: row, phase, and the filter's decision; each in a session that begins there.
SMTPD_FILTERS = [(("fresh", verb, words), phase, f'reject "{words}"')
                 for verb, phase in (("greeting", "connect"), ("EHLO", "ehlo"), ("MAIL", "mail-from"), ("RCPT", "rcpt-to"), ("DATA", "data"),
                                     (".", "commit"))
                 for words in (REFUSED_HERE, LATER_HERE)]
SMTPD_BY_HAND = [
    (("fresh", "EHLO", "501 5.5.4 Invalid command arguments: Invalid domain name"), {}, [b"EHLO (("]),
    (("fresh", "MAIL", "553 5.1.0 Sender address syntax error"), {}, [ASKED_BY_HAND[0], b"MAIL FROM:<a@@example.com>"]),
    (("pooled", "MAIL", "503 5.5.1 Invalid command: Command not allowed at this point."), {}, [*ASKED_BY_HAND[:2], ASKED_BY_HAND[1]]),
    (("fresh", "RCPT", "501 5.1.3 Recipient address syntax error"), {}, [*ASKED_BY_HAND[:2], b"RCPT TO:<b@@example.jp>"]),
    (("fresh", ".", "500 5.4.6 Routing loop detected: Loop detected"), {},
     [*ASKED_BY_HAND, b"Received: by x\r\n" * 101 + b"\r\nx\r\n."]),
    (("fresh", ".", "550 5.7.1 Delivery not authorized, message refused: Message is not RFC 2822 compliant"), {},
     [*ASKED_BY_HAND, b"no header \xff\r\n\r\nx\r\n."]),
    (("fresh", ".", "554 5.3.4 Message too big for system: Transaction failed, message too big"), {"head": 'smtp max-message-size "1K"'},
     [*ASKED_BY_HAND, b"\r\n" + b"0123456789\r\n" * 1000 + b"."]),
]
SMTPD_ADDRESSES = [
    (("fresh", "RCPT", "524 5.2.4 Mailing list expansion problem: <b@example.jp>"), {"recipient": "unknown@example.jp"}),
    (("fresh", "RCPT", "524 5.2.4 Mailing list expansion problem: <b@example.jp>"), {"recipient": "loop@example.jp"}),
    (("fresh", "RCPT", "550 Invalid recipient: <b@example.jp>"), {"recipient": "b@other.example.jp"}),
    (("fresh", ".", "250 2.0.0 1a2b3c4d Message accepted for delivery"), {}),
]
SMTPD_TLS = ("fresh", "MAIL", "530 5.5.1 Invalid command: Must issue a STARTTLS command first")
SMTPD_AUTH = ("fresh", "MAIL", "530 5.5.1 Invalid command: Must issue an AUTH command first")
SMTPD_MAX_MAILS = ("pooled", "MAIL", "452 4.5.3 Too many recipients: Too many messages sent")
SMTPD_MAX_RCPT = ("pooled", "RCPT", "451 4.5.3 Too many recipients: Too many recipients")
SMTPD_MOVED = ("fresh", "RCPT at delivery", "550 Invalid recipient: <b@example.jp>")
# What a server says that runs out of something or whose own processes fail, and its first mail that is one too many.
SMTPD_UNSAID = [("fresh", place, "421 4.3.0 Temporary Error") for place in ("greeting", "MAIL", "DATA")] + [
    ("fresh", "RCPT", "451 4.3.0 Temporary failure"), ("fresh", "RCPT", "421 4.3.0 Temporary failure"),
    ("fresh", ".", "421 4.3.0 Temporary failure"), ("fresh", *SMTPD_MAX_MAILS[1:])]


class OpenSmtpdBehind(OtherNextHops):
    SERVER, NAME = OpenSmtpd, "OpenSMTPD"

    @classmethod
    def setUpClass(cls):
        if why := why_not(OpenSmtpd.PACKAGE):
            print(f"SKIPPED: OpenSMTPD as next hop: {why}")
            raise unittest.SkipTest(why)

    def restart(self, server, **settings):
        server.stop()
        server.configure(**settings).start()

    def test_each_refusal_to_somebody_reaches_him_alone(self):
        """Somebody unknown, an alias that leads to itself, a domain that is not theirs, and who was theirs until a moment ago."""
        server = self.new_server(people="loop@example.jp loops@example.jp\nloops@example.jp loop@example.jp\n")
        relay = self.relay_before(server)
        self.passes(relay)
        for row, mail in SMTPD_ADDRESSES:
            with self.subTest(row=row, **mail):
                self.meets(relay, row, **mail)
                self.passes(relay)
        self.restart(server, domains='{ "example.jp", "callout.example.jp" }')
        self.assertEqual(relay.send(MAIL, ["b@callout.example.jp"], "c@example.com")[0], 250)
        self.restart(server)
        self.meets(relay, SMTPD_MOVED, recipient="b@callout.example.jp")
        self.passes(relay)

    def test_each_filter_is_heard_and_ends_with_its_cause(self):
        """554 and 451 of a filter at each phase: what the sender gets stands in the table; once the filter is gone mail passes."""
        ports = [quiet_port() for _ in SMTPD_FILTERS]
        strict = [f"filter f{n} phase {phase} match src {{ 127.0.0.1 }} {decision}\n"
                  f"filter h{n} phase {phase.replace('ehlo', 'helo')} match src {{ 127.0.0.1 }} {decision}\n"
                  f"filter c{n} chain {{ f{n}, h{n} }}\nlisten on 127.0.0.1 port {ports[n]} filter c{n}"
                  for n, (_, phase, decision) in enumerate(SMTPD_FILTERS)]
        relay = self.relay_before(self.new_server(head="\n".join(strict)))
        for port, (row, _, _) in zip(ports, SMTPD_FILTERS):
            with self.subTest(row=row):
                with self.led_to(port):
                    self.meets(relay, row, sender=f"{port}@example.com")
                self.passes(relay)

    def test_limits_on_a_connection_and_a_mail_are_no_limits_on_mail(self):
        """max-mails 2 and max-rcpt 1: each mail and each recipient gets through."""
        relay = self.relay_before(self.new_server(head="smtp limit max-mails 2"))
        self.passes(relay)
        for name in ("b", "d", "e"):
            self.meets(relay, SMTPD_MAX_MAILS, recipient=f"{name}@example.jp")
        self.assert_split({"head": "smtp limit max-rcpt 1"}, SMTPD_MAX_RCPT[2])

    def test_its_size_is_kept(self):
        self.assert_size_is_kept(head='smtp max-message-size "8K"')

    def test_tls_and_login_that_it_demands_are_our_trouble(self):
        """tls-require, and auth, which no relay has: 451 4.7.5, and mail passes by a listener without them. That its TLS works is not
        shown: Debian 12's OpenSMTPD ends the handshake with an error of its own (EVP lib)."""
        certificate, key = Authority(self.new_folder()).issue("mx.example.jp", "rsa")
        pki = f'pki town cert "{certificate}"\npki town key "{key}"\n'
        ports = quiet_port(), quiet_port()
        listeners = (f"listen on 127.0.0.1 port {port} {demand} pki town\n" for port, demand in zip(ports, ("tls-require", "tls auth")))
        relay = self.relay_before(self.new_server(head=pki + "".join(listeners)))
        for port, row in zip(ports, (SMTPD_TLS, SMTPD_AUTH)):
            with self.led_to(port):
                self.meets(relay, row, recipient=f"b{port}@example.jp")
            self.passes(relay)
        self.assertEqual(len(relay.events("next_hop.not_admitted")), 2)

    def test_what_the_relay_gives_no_occasion_for_is_said_by_hand(self):
        """The other rows' words are OpenSMTPD's own too."""
        self.say_by_hand(SMTPD_BY_HAND)

    def test_every_row_is_accounted_for(self):
        addresses = [row for row, mail in SMTPD_ADDRESSES if mail.get("recipient") != "loop@example.jp"]
        self.assert_rows_accounted_for(addresses, [entry[0] for entry in SMTPD_FILTERS], [entry[0] for entry in SMTPD_BY_HAND], SMTPD_UNSAID,
                                       [SMTPD_TLS, SMTPD_AUTH, SMTPD_MAX_MAILS, SMTPD_MAX_RCPT, SMTPD_MOVED])


if __name__ == "__main__":
    unittest.main()
