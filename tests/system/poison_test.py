"""Poison: a mail that kills its worker every time, with the real worker program in its real sandbox and the limits that the relay
ships with; and honest mails beside it."""
import email
import email.policy
import json
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from honest import Honest  # noqa: E402
from relay_instance import Relay, Sink  # noqa: E402

WORKERS = 2
ALONE_S = 5  # how long honest senders have the relay to themselves, to compare with
LEVELS, PARTS, FIELDS = 11, 980, 1030


def poison():
    """Mails in mails, as many as may be open at once, and in each of them as many parts as are read, with headers of four-byte
    fields: what the worker has to remember of a field takes many times as much, and all together more than
    WorkerLimits::memory_bytes."""
    mail = (b"Subject: innermost\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"QUJD" * 18 + b"\r\n") * 100)
    for level in range(LEVELS):
        line = b"--b%d" % level
        mail = (b"From: a@example.com\r\nSubject: poison\r\nMIME-Version: 1.0\r\n"
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n" % level +
                line + b"\r\nContent-Type: message/rfc822\r\n\r\n" + mail + b"\r\n" +
                (line + b"\r\n" + b"a:\r\n" * FIELDS + b"\r\nx\r\n") * PARTS + line + b"--\r\n")
    return mail


class Poison(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-poison-")
        self.addCleanup(folder.cleanup)
        self.sink = Sink(pathlib.Path(folder.name) / "lgwan")
        self.addCleanup(self.sink.stop)
        self.relay = Relay([self.sink.port], extra=f"workers = {WORKERS}")
        self.addCleanup(self.relay.close)
        self.relay.start()

    def honest(self, name):
        senders = [Honest(self.relay.port, f"{name} {n}", pause=0.01) for n in range(WORKERS)]
        self.addCleanup(lambda: [sender.finish() for sender in senders])
        return senders

    def finish(self, senders):
        """How many mails they sent; each was taken and is there once."""
        for sender in senders:
            sender.finish()
        mails = self.sink.mails()
        for sender in senders:
            self.assertEqual(sender.faults, [])
            sender.arrived_once(self, mails)
        return sum(len(sender.seconds) for sender in senders)

    def kept(self):
        """What the quarantine says of the one mail in it, and its original."""
        item, = self.relay.quarantine()
        shown = json.loads(self.relay.command("quarantine", "show", item["id"], "--json").stdout)
        original = self.relay.command("quarantine", "cat", item["id"], "--original", stdin=b"").stdout
        return shown, original

    # matrix: worker/died
    def test_mail_that_kills_every_worker(self):
        """AC-237 AC-238 The mail's worker dies of its limit twice: 250, the original is kept as it was with the reason, the notice
        goes, the log tells each death; honest mails beside it are all served, and the relay is as before."""
        raw = poison()
        alone = self.honest("alone")
        time.sleep(ALONE_S)
        rate_alone = self.finish(alone) / ALONE_S
        began = time.monotonic()
        beside = self.honest("beside")
        code, words = self.relay.send(raw, timeout=300)
        seconds = time.monotonic() - began
        rate_beside = self.finish(beside) / seconds
        self.assertEqual(code, 250, words)

        deaths = [e for e in self.relay.events() if e["event"] in ("worker.died", "worker.limited")]
        self.assertEqual(len(deaths), 2, "the mail does not kill its worker any more: this test needs another poison")
        shown, original = self.kept()
        self.assertEqual({e["id"] for e in deaths}, {shown["id"]})
        self.assertIn(f"id {shown['id']}", words)
        self.assertEqual(original, raw)
        ledger, = [e for e in self.relay.events("message.sanitized") if e["id"] == shown["id"]]
        for evidence in (shown["ledger"], ledger):
            self.assertEqual((evidence["verdict"], evidence["reason"]), ("quarantined", "worker_died"))
        self.assertEqual([e["reason"] for e in self.relay.events("message.quarantined")], ["worker_died"])
        notice, = [mail for mail in self.sink.mails() if shown["id"].encode() in mail]
        self.assertIn("情報システム担当用コード：worker_died", email.message_from_bytes(notice, policy=email.policy.default).get_content())
        self.assertNotIn(b"QUJD", notice)
        self.assertEqual(self.relay.left_over(), [])
        print(f"\nNOTE: while one mail killed its worker twice, which took {seconds:.0f} s, honest mails went through at "
              f"{rate_beside:.0f} a second; without it at {rate_alone:.0f}: {rate_beside / rate_alone:.2f} times as many")


if __name__ == "__main__":
    unittest.main()
