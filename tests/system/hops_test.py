"""Real neighbours that speak for their clients: HAProxy with the PROXY protocol, Postfix with XFORWARD."""
import pathlib
import shutil
import smtplib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix, free_port  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, RelayTest, sample, wait_until  # noqa: E402

CLIENT = "127.0.0.7"
LOSSY = sample("pdf-with-japanese-name")
HAPROXY = """\
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
listen v1
    bind 127.0.0.1:{v1}
    server relay 127.0.0.2:{relay} send-proxy
listen v2
    bind 127.0.0.1:{v2}
    server relay 127.0.0.2:{relay} send-proxy-v2
listen checked
    bind 127.0.0.1:{checked}
    server relay 127.0.0.2:{relay} send-proxy-v2 check inter 200
"""


class Hops(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.port = free_port()

    def relay(self, keys):
        """With a second listener for the hop, at 127.0.0.2."""
        return self.new_relay(self.sink, extra=f'[[listener]]\naddress = "127.0.0.2:{self.port}"\n{keys}\n').start()

    def send(self, host, port):
        with smtplib.SMTP(host, port, local_hostname="client.example", timeout=30, source_address=(CLIENT, 0)) as client:
            client.sendmail("sender@example.com", [RECIPIENT], b"Subject: through a hop\r\n\r\nhello\r\n")

    def received_lines(self):
        return [mail.split(b"\r\n\r\n")[0].decode() for mail in self.sink.mails()]

    def test_word_of_a_trusted_hop_is_kept(self):
        """AC-107 What a trusted hop said about authentication becomes one line of ours; the same from anybody else, or under another name, is
        dropped."""
        relay = self.relay('xclient_from = ["127.0.0.7"]')
        relay.text = relay.text.replace("[relay]\n", '[relay]\nauthentication_results_from = ["mx.upstream.example"]\n')
        self.assertEqual(relay.reload(relay.text)["event"], "config.loaded")
        theirs = b"Authentication-Results: mx.upstream.example; spf=pass smtp.mailfrom=a.example; dkim=fail (x)\r\n"
        other = b"Authentication-Results: evil.example; dmarc=pass\r\n"
        mail = other + theirs + b"From: a@a.example\r\nSubject: x\r\n\r\nhello\r\n"
        for source, host, port in ((CLIENT, "127.0.0.2", self.port), ("127.0.0.9", "127.0.0.2", self.port),
                                   (CLIENT, "127.0.0.1", relay.port)):
            with smtplib.SMTP(host, port, timeout=30, source_address=(source, 0)) as client:
                client.sendmail("sender@example.com", [RECIPIENT], mail)
        headers = self.received_lines()
        self.assertEqual(len(headers), 3)
        self.assertIn("X-Mugaika-Authentication: by=mx.upstream.example; spf=pass; dkim=fail", headers[0])
        self.assertNotIn("X-Mugaika-Authentication", headers[1] + headers[2])
        self.assertNotIn("Authentication-Results", "".join(headers))
        self.assertNotIn("dmarc", "".join(headers))

    def test_release_carries_the_word_of_the_trusted_hop(self):
        """AC-107 A release says about authentication what the first delivery said: the trusted hop's word, also when nobody is
        believed any more; nothing for a mail that came from anybody else with the same word in it."""
        relay = self.relay('xclient_from = ["127.0.0.7"]')
        believing = relay.text.replace("[relay]\n", '[relay]\nauthentication_results_from = ["mx.upstream.example"]\n')
        plain = relay.text
        self.assertEqual(relay.reload(believing)["event"], "config.loaded")
        mail = b"Authentication-Results: mx.upstream.example; spf=pass smtp.mailfrom=a.example; dkim=fail (x)\r\n" + LOSSY
        senders = {"trusted@example.com": CLIENT, "forger@example.com": "127.0.0.9"}
        for sender, source in senders.items():
            with smtplib.SMTP("127.0.0.2", self.port, timeout=30, source_address=(source, 0)) as client:
                client.sendmail(sender, [RECIPIENT], mail)
        self.assertEqual(relay.reload(plain)["event"], "config.loaded")
        items = {item["from"]: item["id"] for item in relay.quarantine()}
        for number, sender in enumerate(senders, start=3):
            relay.command("quarantine", "release", items[sender], "--parts", "2", "--reason", "r", "--by", "tester")
            wait_until(lambda: len(self.sink.mails()) == number, "the released mail")
        lines = [[line for line in header.split("\r\n") if "Authentication" in line] for header in self.received_lines()]
        word = ["X-Mugaika-Authentication: by=mx.upstream.example; spf=pass; dkim=fail"]
        self.assertEqual(lines, [word, [], word, []])

    @unittest.skipUnless(shutil.which("haproxy"), "haproxy is not installed")
    def test_haproxy_names_its_client(self):
        """A mail through HAProxy has HAProxy's client as its client, with both versions of the PROXY protocol; health checks are
        answered and name nobody."""
        relay = self.relay('proxy_protocol_from = ["127.0.0.0/8"]')
        ports = {"v1": free_port(), "v2": free_port(), "checked": free_port()}
        config = self.new_folder() / "haproxy.cfg"
        config.write_text(HAPROXY.format(relay=self.port, **ports))
        proxy = subprocess.Popen([shutil.which("haproxy"), "-db", "-f", config], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(proxy.wait)
        self.addCleanup(proxy.kill)
        # The checks are the first to come: then HAProxy listens.
        wait_until(lambda: relay.events("session.idle"), "health checks")
        self.assertFalse(relay.events("session.client_named"))
        for version in ("v1", "v2"):
            self.send("127.0.0.1", ports[version])
        named = [event for event in relay.events("session.client_named")]
        self.assertEqual([(event["client"], event["through"]) for event in named], [(CLIENT, "PROXY")] * 2)
        self.assertEqual([event["client"] for event in relay.events("message.received")], [CLIENT] * 2)
        for header in self.received_lines():
            self.assertIn(f"from client.example ([{CLIENT}])", header)

    def test_a_listener_without_a_proxy_takes_no_header(self):
        """The ordinary listener of the same relay believes no PROXY header."""
        relay = self.relay('proxy_protocol_from = ["127.0.0.0/8"]')
        with self.assertRaises(smtplib.SMTPException):
            self.send("127.0.0.2", self.port)  # no header where one must be
        self.send("127.0.0.1", relay.port)
        self.assertEqual([event["client"] for event in relay.events("message.received")], [CLIENT])

    @unittest.skipUnless(shutil.which("postfix"), "postfix is not installed")
    def test_postfix_forwards_its_client(self):
        """Postfix with smtp_send_xforward_command = yes: its client stands in the log and in Received."""
        relay = self.relay('xclient_from = ["127.0.0.0/8"]')
        internet = Postfix("hop", {
            "relay_domains": DOMAIN, "relayhost": f"[127.0.0.2]:{self.port}", "smtp_send_xforward_command": "yes",
            "smtpd_recipient_restrictions": "permit_mynetworks,reject", "smtp_bind_address": "127.0.0.1"})
        self.addCleanup(internet.close)
        internet.start()
        self.send("127.0.0.1", internet.port)
        wait_until(self.sink.mails, "the mail at the next hop")
        self.assertEqual([event["client"] for event in relay.events("message.received")], [CLIENT])
        self.assertEqual([event["through"] for event in relay.events("session.client_named")], ["XFORWARD"])
        self.assertIn(f"from client.example ([{CLIENT}])", self.received_lines()[0])

    def test_xclient_by_hand(self):
        """XCLIENT from a trusted network names the client; on the ordinary listener it is refused and changes nothing."""
        relay = self.relay('xclient_from = ["127.0.0.0/8"]')
        for host, port, code in (("127.0.0.2", self.port, 220), ("127.0.0.1", relay.port, 502)):
            with smtplib.SMTP(host, port, local_hostname="client.example", timeout=30) as client:
                client.ehlo()
                self.assertEqual(client.has_extn("xclient"), code == 220)
                self.assertEqual(client.docmd("XCLIENT", "ADDR=192.0.2.1 NAME=mail.example.com")[0], code)
                client.ehlo()
                client.sendmail("sender@example.com", [RECIPIENT], b"Subject: x\r\n\r\nhello\r\n")
        self.assertEqual([event["client"] for event in relay.events("message.received")], ["192.0.2.1", "127.0.0.1"])


if __name__ == "__main__":
    unittest.main()
