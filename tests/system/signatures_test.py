"""Signed mail through the relay: real signatures of `openssl cms` by an authority of the test, in the worker's sandbox. [relay.signatures] is
checked, and reloaded."""
import email
import email.policy
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from certificate_files import Authority  # noqa: E402
from relay_instance import RelayTest  # noqa: E402

HEADER = b"From: =?utf-8?B?5bGx55Sw?= <taro@example.jp>\r\nTo: madoguchi@city.example.lg.jp\r\nSubject: signed\r\n"
PART = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n本文です。\r\n".encode()
RESULT = "・電子署名を検証した結果"


class Signer:
    """A key and a certificate for mail, issued by an authority of the test."""

    def __init__(self, authority, key=("EC", "-pkeyopt", "ec_paramgen_curve:P-256"), address="taro@example.jp"):
        self.authority = authority
        base = authority.folder / f"signer-{len(list(authority.folder.iterdir()))}"
        self.key, self.file, request, extensions = (base.with_suffix(suffix) for suffix in (".key", ".pem", ".csr", ".ext"))
        authority.run("genpkey", "-algorithm", *key, "-out", self.key)
        authority.run("req", "-new", "-key", self.key, "-subj", "/O=Aoba/CN=Taro Yamada", "-out", request)
        extensions.write_text(f"subjectAltName=email:{address}\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n")
        authority.run("x509", "-req", "-in", request, "-CA", authority.file, "-CAkey", authority.key, "-CAcreateserial", "-days", "2",
                      "-extfile", extensions, "-out", self.file)

    def sign(self, part, *options):
        """The MIME entity that openssl makes of the part, with its header fields."""
        part_file = self.authority.folder / "part"
        part_file.write_bytes(part)
        made = subprocess.run(["openssl", "cms", "-sign", "-binary", "-in", part_file, "-signer", self.file, "-inkey", self.key,
                               "-outform", "SMIME", *options], check=True, capture_output=True).stdout
        return made.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Signatures(RelayTest):
    def read(self, relay, entity):
        self.assertEqual(relay.send(HEADER + entity)[0], 250)
        message = email.message_from_bytes(self.sink.mails()[-1], policy=email.policy.default)
        return message["X-Mugaika"], message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    def lines(self, text):
        return [line for line in text.split("\n") if line.startswith(RESULT)]

    def test_real_signatures_are_verified_and_said_in_one_line(self):
        self.sink = self.new_sink()
        relay = self.new_relay(self.sink)
        authority, other = Authority(relay.dir / "ca"), Authority(relay.dir / "other")
        plain = relay.text
        relay.text = plain.replace("[[route]]", f'[relay.signatures]\ntrust = ["{authority.file}"]\n[[route]]')
        relay.start()
        ec, rsa = Signer(authority), Signer(authority, ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"))
        for signer in (ec, rsa):
            for options in ((), ("-nodetach",), ("-nodetach", "-stream"), ("-md", "sha512")):
                with self.subTest(signer=signer.file.name, options=options):
                    facts, text = self.read(relay, signer.sign(PART, *options))
                    self.assertEqual(len(self.lines(text)), 1, text)
                    self.assertIn("：有効（署名者「Aoba Taro Yamada <taro[at]example[.]jp>」、発行者「mugaika test CA」、署名日時 ", text)
                    self.assertIn("本文です。", text)
                    self.assertIn("notice=none", facts)
        facts, text = self.read(relay, rsa.sign(PART, "-keyopt", "rsa_padding_mode:pss"))
        self.assertIn("：有効（", text)
        facts, text = self.read(relay, ec.sign(PART).replace("本文".encode(), "本丈".encode()))
        self.assertIn("：署名した後に内容が変わっています（", text)
        self.assertIn("notice=warning", facts)
        facts, text = self.read(relay, Signer(other).sign(PART))
        self.assertIn("：確認できません（", text)
        self.assertIn("notice=none", facts)
        facts, text = self.read(relay, Signer(authority, address="jiro@example.jp").sign(PART))
        self.assertIn("証明書のメールアドレスが差出人と異なります", text)
        self.assertIn("notice=warning", facts)
        # Another authority by a reload, and none: as ever.
        event = relay.reload(relay.text.replace(str(authority.file), str(other.file)))
        self.assertEqual(event["event"], "config.loaded")
        self.assertIn("：確認できません（", self.read(relay, ec.sign(PART))[1])
        self.assertIn("：有効（", self.read(relay, Signer(other).sign(PART))[1])
        self.assertEqual(relay.reload(relay.text.replace(str(other.file), "/nowhere.pem"))["event"], "config.rejected")
        self.assertIn("：有効（", self.read(relay, Signer(other).sign(PART))[1])
        self.assertEqual(relay.reload(plain)["event"], "config.loaded")
        text = self.read(relay, ec.sign(PART))[1]
        self.assertEqual(self.lines(text), [])
        self.assertIn("電子署名", text)
        self.assertEqual([event for event in relay.events() if event["event"] == "worker.died"], [])

    def test_a_revoked_signer_is_said_to_be_revoked(self):
        """AC-226 By lists of `crls`, which a reload reads again: the notice warns; without a list it is valid."""
        self.sink = self.new_sink()
        relay = self.new_relay(self.sink)
        authority = Authority(relay.dir / "ca")
        signer, colleague = Signer(authority), Signer(authority)
        trust = f'[relay.signatures]\ntrust = ["{authority.file}"]\n'
        plain = relay.text
        relay.text = plain.replace("[[route]]", trust + "[[route]]")
        relay.start()
        self.assertIn("：有効（", self.read(relay, signer.sign(PART))[1])
        listed = plain.replace("[[route]]", trust + f'crls = ["{authority.revocation_list(signer.file)}"]\n[[route]]')
        self.assertEqual(relay.reload(listed)["event"], "config.loaded")
        facts, text = self.read(relay, signer.sign(PART))
        self.assertIn("：確認できません（署名者「Aoba Taro Yamada", text)
        self.assertIn("証明書は発行者によって失効しています", text)
        self.assertIn("notice=warning", facts)
        self.assertIn("：有効（", self.read(relay, colleague.sign(PART))[1])
        self.assertEqual(relay.reload(plain.replace("[[route]]", trust + 'crls = ["/nowhere.crl"]\n[[route]]'))["event"], "config.rejected")
        self.assertEqual([event for event in relay.events() if event["event"] == "worker.died"], [])


if __name__ == "__main__":
    unittest.main()
