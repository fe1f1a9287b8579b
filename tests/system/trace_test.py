"""Finding a mail in the logs that a relay wrote and logrotate moved and packed, with the programs themselves."""
import email
import gzip
import json
import lzma
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, RelayTest, sample, wait_until  # noqa: E402


class Trace(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink).start()

    def rotate(self, name, pack):
        """What logrotate does: the log gets another name, the relay opens a new one, the old one is packed."""
        moved = self.relay.log.with_name("events.jsonl.moved")
        self.relay.log.rename(moved)
        self.relay.process.send_signal(signal.SIGUSR1)
        wait_until(self.relay.log.exists, "a new log")
        self.relay.log.with_name(name).write_bytes(pack(moved.read_bytes()))
        moved.unlink()

    def trace(self, *options):
        found = self.relay.command("trace", *options, "--json").stdout
        return [json.loads(line) for line in found.splitlines()]

    def test_did_you_get_my_mail(self):
        """Issue 8 item 13: one story of a mail that was deferred, came again after a rotation and was delivered; a kept one; a
        refusal at RCPT; each found by sender, recipient, Message-ID, time or subject over packed logs."""
        clean = sample("clean-plain-text")
        self.sink.script(DOT="451 4.3.0 Later")
        self.assertEqual(self.relay.send(clean)[0], 451)
        self.rotate("events.jsonl.2.xz", lzma.compress)
        self.sink.script()
        self.assertEqual(self.relay.send(sample("pdf-with-japanese-name"), sender="pdf@example.org")[0], 250)
        self.assertEqual(self.relay.send(clean, [f"unknown@{DOMAIN}"])[0], 550)
        self.rotate("events.jsonl.1.gz", gzip.compress)
        self.assertEqual(self.relay.send(clean)[0], 250)

        message_id = email.message_from_bytes(clean)["Message-ID"]
        for options in (("--message-id", message_id), ("--from", "SENDER@example.com", "--to", "madoguchi"),
                        ("--from", "@example.com", "--to", f"madoguchi@{DOMAIN}", "--since", "-1h")):
            mail, = self.trace(*options)
            self.assertEqual((mail["state"], mail["tries"], mail["client"]), ("delivered", 2, "127.0.0.1"), options)
            self.assertEqual(f"<{mail['message_id']}>", message_id)
        refused, = self.trace("--to", f"unknown@{DOMAIN}")
        self.assertEqual((refused["state"], refused["from"], refused["client"]),
                         ("recipient_refused", "sender@example.com", "127.0.0.1"))
        kept, = self.trace("--from", "pdf@example.org")
        self.assertTrue(kept["original_kept"])
        subject = self.relay.quarantine()[0]["subject"]
        self.assertEqual([mail["id"] for mail in self.trace("--subject-in-quarantine", subject)], [kept["id"]])
        self.assertIn(f"mugaika quarantine show {kept['id']}", self.relay.command("trace", "--from", "pdf@").stdout)
        self.assertEqual(len(self.trace("--since", "today")), 3)

        counts = json.loads(self.relay.command("stats", "--by", "verdict", "--format", "json").stdout)
        by_verdict = {row["verdict"]: (row["mails"], row["deferrals"], row["recipients"]) for row in counts}
        self.assertEqual(by_verdict["clean"], (1, 1, 1))
        self.assertEqual(by_verdict["recipient_refused"], (0, 0, 1))

        self.relay.log.with_name("events.jsonl.3.gz").write_bytes(gzip.compress(b"x" * 100)[:20])
        damaged = self.relay.command("trace", "--from", "sender", check=False)
        self.assertEqual((damaged.returncode, damaged.stdout), (65, ""))
        self.assertIn("events.jsonl.3.gz ends in the middle", damaged.stderr)


if __name__ == "__main__":
    unittest.main()
