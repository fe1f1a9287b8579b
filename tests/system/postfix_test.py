"""The relay as the MX hop between two real Postfix instances, on loopback."""
import email
import email.policy
import pathlib
import smtplib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, Relay, sample, wait_until  # noqa: E402


class BetweenTwoPostfix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {RECIPIENT: "madoguchi", f"zeimu@{DOMAIN}": "zeimu"}, {
            "message_size_limit": "104857600", "virtual_mailbox_limit": "0"})
        cls.addClassCleanup(cls.lgwan.close)
        cls.lgwan.start()
        cls.relay = Relay([cls.lgwan.port])
        cls.addClassCleanup(cls.relay.close)
        cls.relay.start()
        cls.internet = Postfix("internet", {
            "relay_domains": DOMAIN, "relayhost": f"[127.0.0.1]:{cls.relay.port}", "message_size_limit": "104857600",
            "smtpd_recipient_restrictions": "permit_mynetworks,reject", "smtp_bind_address": "127.0.0.1"})
        cls.addClassCleanup(cls.internet.close)
        cls.internet.start()

    def send(self, raw, recipients=(RECIPIENT,)):
        with smtplib.SMTP("127.0.0.1", self.internet.port) as client:
            client.sendmail("sender@example.com", list(recipients), raw)

    def arrived(self, user="madoguchi"):
        return self.lgwan.arrived(user)

    def test_mails_cross_as_plain_text(self):
        """Every sample sent through both Postfix arrives once, as one text/plain part, or is refused with a bounce's reason."""
        names = ["ministry-notice-iso-2022-jp", "html-newsletter-tables", "ppap-encrypted-zip", "nec-ibm-characters",
                 "forwarded-mail", "smime-signed", "raw-8bit-headers", "rtlo-file-name"]
        before = len(self.arrived())
        for name in names:
            self.send(sample(name))
        wait_until(lambda: len(self.arrived()) == before + len(names), "arrival of all samples")
        for path in self.arrived()[before:]:
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            self.assertEqual(message.get_content_type(), "text/plain")
            self.assertEqual(message.get_content_charset(), "utf-8")
            self.assertIn("X-Mugaika", message)
            self.assertEqual(len(message.get_all("From")), 1)
        wait_until(self.internet.queue_is_empty, "an empty queue")

    def test_unknown_recipient_is_refused_by_the_next_hop(self):
        """An unknown recipient hears the LGWAN Postfix' own answer at RCPT time; nobody has to bounce."""
        with smtplib.SMTP("127.0.0.1", self.relay.port) as client:
            client.ehlo()
            self.assertEqual(client.mail("sender@example.com")[0], 250)
            code, words = client.rcpt(f"nobody@{DOMAIN}")
            self.assertEqual(code, 550)
            self.assertIn(b"5.1.1", words)
            self.assertIn(b"User unknown in virtual mailbox table", words)
            self.assertEqual(client.rcpt(RECIPIENT)[0], 250)

    def test_wishes_for_delivery_reports_reach_the_next_hop(self):
        """RFC 3461: once the LGWAN Postfix is known to offer DSN the relay does; a success report asked for is made by that Postfix."""
        self.send(sample("clean-plain-text"))  # the relay has met its next hop now
        before = self.lgwan.log.read_text().count("sender delivery status notification")
        with smtplib.SMTP("127.0.0.1", self.relay.port) as client:
            client.ehlo()
            self.assertTrue(client.has_extn("dsn"))
            client.mail("sender@example.com", ["RET=HDRS", "ENVID=QQ314159"])
            code, words = client.rcpt(RECIPIENT, ["NOTIFY=SUCCESS", f"ORCPT=rfc822;{RECIPIENT}"])
            self.assertEqual(code, 250, words)
            self.assertEqual(client.data(sample("clean-plain-text"))[0], 250)
        wait_until(lambda: self.lgwan.log.read_text().count("sender delivery status notification") > before, "the report")

    def test_foreign_domain_is_refused(self):
        """AC-031 A domain that is not ours is refused, whatever the form of the address."""
        for address in ("someone@other.example", "someone%city.example.lg.jp@other.example",
                        f"@{DOMAIN}:someone@other.example", '"someone@city.example.lg.jp"@other.example'):
            with smtplib.SMTP("127.0.0.1", self.relay.port) as client:
                client.ehlo()
                client.mail("sender@example.com")
                code, _ = client.docmd("RCPT", f"TO:<{address}>")
                self.assertGreaterEqual(code, 500, address)

    def test_two_recipients_each_get_the_mail_once(self):
        """AC-036 AC-037 Two known recipients of one mail each get it exactly once, the unknown one is bounced by the sender's
        own Postfix."""
        before = len(self.arrived()), len(self.arrived("zeimu"))
        self.send(sample("clean-plain-text"), [RECIPIENT, f"zeimu@{DOMAIN}", f"nobody@{DOMAIN}"])
        wait_until(lambda: len(self.arrived()) == before[0] + 1 and len(self.arrived("zeimu")) == before[1] + 1, "arrival")
        wait_until(self.internet.queue_is_empty, "an empty queue")
        self.assertEqual((len(self.arrived()), len(self.arrived("zeimu"))), (before[0] + 1, before[1] + 1))

    def test_smuggled_commands_stay_data(self):
        """AC-001…AC-011 AC-018 Every smuggling string sent straight to the relay leads to one answer 550 at the real end and to no
        second mail at the LGWAN Postfix."""
        before = len(self.arrived())
        inner = b"MAIL FROM:<evil@example.com>\r\nRCPT TO:<" + RECIPIENT.encode() + b">\r\nDATA\r\nSubject: smuggled\r\n\r\nx"
        for end in (b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\n", b"\n.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n\0.\r\n",
                    b"\r\n.\0\r\n", b"\r\n.\r\r\n", b"\r\r\n.\r\r\n"):
            codes = self.relay.data_as_it_is(b"Subject: outer\r\n\r\nbody" + end + inner + b"\r\n.\r\nQUIT\r\n")
            self.assertEqual(codes, ["550", "221"], end)
        for path in self.arrived()[before:]:
            self.assertNotIn(b"Subject: smuggled", path.read_bytes())


if __name__ == "__main__":
    unittest.main()
