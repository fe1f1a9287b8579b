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
PAGES, FILE_MB = 150, 18


def poison():
    """A page of 200 KB becomes 7 MB of text: each of its words is a paragraph, indented by sixteen lists. The pages together fill
    the worker's memory (WorkerLimits::memory_bytes), and the file behind them finds no room any more."""
    page = b"<ol start=1000000><li>" * 16 + b"\r\n" + (b"<p>x" * 18 + b"\r\n") * (200 * 1024 // 74)
    part = b"--b\r\nContent-Type: text/html\r\n\r\n" + page + b"\r\n"
    file = (b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            (b"QUJD" * 18 + b"\r\n") * ((FILE_MB << 20) // 74))
    return (b"From: a@example.com\r\nSubject: poison\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
            part * PAGES + file + b"--b--\r\n")


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
        self.assertIn("検査プロセスが異常終了", email.message_from_bytes(notice, policy=email.policy.default).get_content())
        self.assertNotIn(b"QUJD", notice)
        self.assertEqual(self.relay.left_over(), [])
        print(f"\nNOTE: while one mail killed its worker twice, which took {seconds:.0f} s, honest mails went through at "
              f"{rate_beside:.0f} a second; without it at {rate_alone:.0f}: {rate_beside / rate_alone:.2f} times as many")


if __name__ == "__main__":
    unittest.main()
