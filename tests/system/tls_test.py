"""TLS on both sides of the relay: real Postfix as sender and as next hop, openssl s_client and sslscan at the port."""
import pathlib
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from certificate_files import Authority  # noqa: E402
from postfix_instance import Postfix  # noqa: E402
from process_memory import resident_kilobytes  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, Relay, Sink, sample, wait_until  # noqa: E402

NAME = f"mx.{DOMAIN}"
NEXT_HOP_NAME = "mail.lgwan.example"
CIPHERS = {f"ECDHE-{kind}-{rest}" for kind in ("ECDSA", "RSA")
           for rest in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")}
CIPHERS |= {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-tls-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.folder.chmod(0o755)
        cls.authority = Authority(cls.folder / "ca")
        cls.certificates = [cls.authority.issue(NAME, "ecdsa"), cls.authority.issue(NAME, "rsa")]
        certificate, key = cls.authority.issue(NEXT_HOP_NAME)
        cls.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {RECIPIENT: "madoguchi"}, {
            "smtpd_tls_security_level": "encrypt", "smtpd_tls_chain_files": f"{key}, {certificate}", "smtpd_tls_loglevel": "1"})
        cls.addClassCleanup(cls.lgwan.close)
        cls.lgwan.start()
        cls.relay = cls.new_relay(cls.lgwan.port)
        cls.addClassCleanup(cls.relay.close)
        cls.relay.start()

    @classmethod
    def new_relay(cls, next_hop, names=NEXT_HOP_NAME, mode="verify", certificates=None, more=""):
        certificates = certificates or cls.certificates
        lists = [", ".join(f'"{pair[index]}"' for pair in certificates) for index in (0, 1)]
        relay = Relay([next_hop], extra=f"[relay.tls]\ncertificate = [{lists[0]}]\nkey = [{lists[1]}]\n{more}")
        keys = f'tls = "{mode}"\n'
        if mode == "verify":
            keys += f'tls_ca = "{cls.authority.file}"\ntls_names = ["{names}"]\n'
        relay.text = relay.text.replace("next_hop = [", keys + "next_hop = [")
        return relay

    def s_client(self, *arguments):
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.relay.port}", "-starttls", "smtp", *arguments],
                              input="QUIT\r\n", capture_output=True, text=True, timeout=30, check=False)

    def arrived(self):
        return self.lgwan.arrived("madoguchi")

    def test_mail_crosses_secured_on_both_sides(self):
        """A Postfix that insists on a verified certificate delivers through the relay to one that insists on TLS."""
        internet = Postfix("internet", {
            "relay_domains": DOMAIN, "relayhost": f"[127.0.0.1]:{self.relay.port}",
            "smtpd_recipient_restrictions": "permit_mynetworks,reject", "smtp_bind_address": "127.0.0.1",
            "smtp_tls_security_level": "secure", "smtp_tls_secure_cert_match": NAME,
            "smtp_tls_CAfile": self.authority.file, "smtp_tls_loglevel": "1"})
        self.addCleanup(internet.close)
        internet.start()
        before = len(self.arrived())
        for name in ("clean-plain-text", "html-newsletter-tables"):
            with smtplib.SMTP("127.0.0.1", internet.port) as client:
                client.sendmail("sender@example.com", [RECIPIENT], sample(name))
        wait_until(lambda: len(self.arrived()) == before + 2, "arrival of both mails")
        for path in self.arrived()[before:]:
            self.assertIn(b"with ESMTPS", path.read_bytes())
        self.assertIn("Verified TLS connection established to 127.0.0.1", internet.log.read_text())
        self.assertIn("TLS connection established from", self.lgwan.log.read_text())
        self.assertEqual({event["tls_version"] for event in self.relay.events("next_hop.secured")}, {"TLSv1.3"})
        self.assertTrue(self.relay.events("session.secured"))
        for delivered in self.relay.events("message.delivered"):
            self.assert_story_names_tls(delivered["id"])

    def assert_story_names_tls(self, mail):
        """One mail's life says with which TLS it came and with which it went on."""
        story = self.relay.command("stats", "--id", mail).stdout.splitlines()
        for event in ("message.received", "message.delivered"):
            line = next(line for line in story if event in line)
            self.assertRegex(line, r"tls_version=TLSv1\.3 tls_cipher=TLS_\w+")

    def test_handshakes_by_version(self):
        """s_client verifies the name and the chain with TLS 1.2 and 1.3, RSA and ECDSA; older versions are refused."""
        verified = ["-CAfile", self.authority.file, "-verify_return_error", "-verify_hostname", NAME]
        for choice in (["-tls1_3"], ["-tls1_2"], ["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"],
                       ["-tls1_3", "-sigalgs", "rsa_pss_rsae_sha256"]):
            done = self.s_client(*verified, *choice)
            self.assertEqual(done.returncode, 0, (choice, done.stderr))
            self.assertIn("Verify return code: 0 (ok)", done.stdout)
        for choice in (["-tls1_1"], ["-tls1"], ["-tls1_2", "-cipher", "AES128-SHA"]):
            done = self.s_client("-cipher", "ALL:@SECLEVEL=0", *choice)
            self.assertNotEqual(done.returncode, 0, choice)
            self.assertIn("Cipher is (NONE)", done.stdout)

    def test_nothing_is_resumed(self):
        """No session of before is taken up again, so that none outlives a reload."""
        for version in ("-tls1_2", "-tls1_3"):
            done = self.s_client(version, "-reconnect")
            self.assertNotIn("Reused", done.stdout)
        self.assertNotIn("Post-Handshake New Session Ticket", self.s_client("-tls1_3").stdout)

    def sslscan(self, port):
        done = subprocess.run(["sslscan", "--starttls-smtp", "--xml=-", "--show-sigs", f"127.0.0.1:{port}"], capture_output=True,
                              text=True, timeout=300, check=True)
        return xml.fromstring(done.stdout).find("ssltest")

    def test_sslscan_is_clean(self):
        """AC-027 sslscan finds TLS 1.2 and 1.3 with strong ciphers and curves and no renegotiation, and no more; the same look
        finds more at a Postfix as Debian ships it."""
        test = self.sslscan(self.relay.port)
        enabled = {(p.get("type") + p.get("version")) for p in test.findall("protocol") if p.get("enabled") == "1"}
        self.assertEqual(enabled, {"tls1.2", "tls1.3"})
        self.assertEqual({cipher.get("cipher") for cipher in test.findall("cipher")}, CIPHERS)
        self.assertLessEqual({cipher.get("strength") for cipher in test.findall("cipher")}, {"strong", "acceptable"})
        self.assertEqual({group.get("name") for group in test.findall("group")},
                         {"x25519", "secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)"})
        self.assertEqual(test.find("renegotiation").get("supported"), "0")
        self.assertEqual({found.get("vulnerable") for found in test.findall("heartbleed")}, {"0"})
        weaker = self.sslscan(self.lgwan.port)
        self.assertFalse({cipher.get("cipher") for cipher in weaker.findall("cipher")} <= CIPHERS)

    def test_no_compression_and_no_fallback(self):
        """What this sslscan cannot see: nothing is compressed, and a client pushed down to TLS 1.2 is told (RFC 7507)."""
        self.assertIn("Compression: NONE", self.s_client("-tls1_2", "-comp").stdout)
        pushed = self.s_client("-tls1_2", "-fallback_scsv")
        self.assertNotEqual(pushed.returncode, 0)
        self.assertIn("inappropriate fallback", pushed.stderr)

    def test_injected_commands_are_not_read(self):
        """AC-023 AC-024 Commands in the same segment as STARTTLS end the session; none is answered, before or after."""
        with socket.create_connection(("127.0.0.1", self.relay.port), timeout=20) as connection:
            lines = connection.makefile("rb")
            self.assertEqual(lines.readline()[:3], b"220")
            connection.sendall(b"EHLO client.example\r\n")
            while lines.readline()[3:4] == b"-":
                pass
            connection.sendall(b"STARTTLS\r\nEHLO injected.example\r\nMAIL FROM:<evil@example.com>\r\n")
            self.assertEqual(lines.readline()[:9], b"554 5.5.0")
            self.assertEqual(lines.read(), b"")

    def test_next_hop_without_tls(self):
        """AC-026 With required and verify a next hop without STARTTLS gets no mail and the sender 451; opportunistic delivers."""
        sink = Sink(self.folder / "sink")
        self.addCleanup(sink.stop)
        for mode, code in (("required", 451), ("verify", 451), ("opportunistic", 250)):
            with self.subTest(mode), self.new_relay(sink.port, mode=mode) as relay:
                answer, words = relay.send(sample("clean-plain-text"))
                self.assertEqual(answer, code, words)
                failed = relay.events("next_hop.tls_failed")
                self.assertEqual([event["in_the_clear"] for event in failed], [False] if code == 451 else [])
                for event in relay.events("message.received") + relay.events("message.delivered"):
                    self.assertNotIn("tls_version", event)
        self.assertEqual(len(sink.mails()), 1)

    def test_next_hop_with_another_name(self):
        """AC-026 A real next hop whose certificate bears another name gets no mail under verify, and the log says why."""
        with self.new_relay(self.lgwan.port, names="other.lgwan.example") as relay:
            code, words = relay.send(sample("clean-plain-text"))
            self.assertEqual((code, words[:5]), (451, "4.7.5"))
            self.assertIn("hostname mismatch", relay.events("next_hop.tls_failed")[0]["why"])

    def test_ca_file_is_read_with_the_configuration(self):
        """AC-026 The CA file of a route is read at the start: gone after that, every new connection is still verified. A reload
        reads it again: broken or gone it is a fault at its place, and what was loaded before serves on."""
        ca = self.folder / "own-ca.pem"
        ca.write_bytes(self.authority.file.read_bytes())
        relay = self.new_relay(self.lgwan.port, more="[relay.next_hop]\nmails_per_connection_max = 1\n")
        relay.text = relay.text.replace(f'"{self.authority.file}"', f'"{ca}"')
        self.addCleanup(relay.close)
        relay.start()

        def sends():
            """One mail; how many connections were verified for it."""
            before = len(relay.events("next_hop.secured"))
            self.assertEqual(relay.send(sample("clean-plain-text"))[0], 250)
            return len(relay.events("next_hop.secured")) - before

        ca.unlink()
        self.assertGreater(sends(), 0)
        for broken, words in ((None, "No such file"), ("# nothing\n", "holds no certificate")):
            if broken is not None:
                ca.write_text(broken)
            rejected = relay.reload()
            self.assertEqual(rejected["event"], "config.rejected")
            self.assertEqual(len(rejected["faults"]), 1)
            self.assertRegex(rejected["faults"][0], r"mugaika\.toml:\d+:\d+: \[\[route\]\] tls_ca: .*" + words)
            self.assertGreater(sends(), 0)
        other = Authority(self.folder / "other-ca")
        ca.write_bytes(other.file.read_bytes())
        self.assertEqual(relay.reload()["event"], "config.loaded")
        self.assertEqual(relay.send(sample("clean-plain-text").replace(b"sample-32", b"another"))[0], 451)
        self.assertIn("certificate", relay.events("next_hop.tls_failed")[0]["why"])

    def test_expired_certificate_is_a_warning(self):
        """`mugaika check` warns of an expired certificate at its place and accepts it; a missing one it does not accept."""
        relay = self.new_relay(25, certificates=[self.authority.issue(NAME, days=-1)])
        self.addCleanup(relay.close)
        relay.config.write_text(relay.text.replace("@PORT@", "0"))
        done = relay.command("check")
        self.assertRegex(done.stderr, r"warning: .*mugaika\.toml:\d+:\d+: \[relay\.tls\] certificate: .* expired on 20")
        relay.config.write_text(relay.text.replace("@PORT@", "0").replace(".key", ".absent"))
        done = relay.command("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"mugaika\.toml:\d+:\d+: \[relay\.tls\] key: .*No such file")

    def test_idle_sessions_are_cheap(self):
        """A thousand secured sessions that wait take less than 40 KB of the relay each."""
        context = ssl.create_default_context(cafile=self.authority.file)
        count = 1000
        with self.new_relay(self.lgwan.port, more="[relay.clients]\nconnections_per_address_max = 0\n"
                            "connections_per_minute_per_address = 0") as relay:
            clients = []
            for number in range(count + 1):
                client = smtplib.SMTP("127.0.0.1", relay.port, local_hostname="mail.example.com", timeout=60)
                client._host = NAME  # the name to verify; the connection goes to the loopback
                client.starttls(context=context)
                client.ehlo()
                clients.append(client)
                if number == 0:
                    before = resident_kilobytes(relay.process.pid)
            each = (resident_kilobytes(relay.process.pid) - before) / count
            self.assertEqual(clients[0].noop()[0], 250)
            for client in clients:
                client.sock.close()
                client.close()
        print(f"idle secured session: {each:.1f} KB", file=sys.stderr)
        self.assertLess(each, 40)


if __name__ == "__main__":
    unittest.main()
