"""The daily checkpoint: by the relay to the auditors' mailbox on a real Postfix, in the report, and a bell when none comes."""

import email
import email.policy
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import Postfix, free_port  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, ROOT, Relay, sample, wait_until  # noqa: E402

AUDITOR = f"kansa@{DOMAIN}"
EVIDENCE = f'evidence = {{ auditors = ["{AUDITOR}"] }}'


class CheckpointMail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {RECIPIENT: "madoguchi", AUDITOR: "kansa"}, {"virtual_mailbox_limit": "0"})
        cls.addClassCleanup(cls.lgwan.close)
        cls.lgwan.start()

    def new_relay(self, extra="", route=""):
        relay = Relay([self.lgwan.port], extra=extra)
        relay.text = relay.text.replace("next_hop =", f"{route}\nnext_hop =")
        self.addCleanup(relay.close)
        relay.start()
        self.before = len(self.lgwan.arrived("kansa"))
        self.key = relay.dir / "log.key"
        self.public = self.log(relay, "key", "--new", "--key", self.key).stdout.strip()
        return relay

    @staticmethod
    def log(relay, *arguments, check=True):
        return relay.command("log", *map(str, arguments), check=check)

    def sealed_day(self, relay):
        """A mail, and the log of that day rotated and sealed."""
        self.assertEqual(relay.send(sample("clean-plain-text"))[0], 250)
        number = len(list(relay.dir.glob("*.jsonl-*"))) + 1
        relay.log.rename(f"{relay.log}-2026110{number}")
        relay.process.send_signal(signal.SIGUSR1)
        wait_until(relay.log.exists, "a new log")
        os.utime(f"{relay.log}-2026110{number}", (1, 1))
        self.log(relay, "seal", "--key", self.key)

    def arrived(self, count=1):
        wait_until(lambda: len(self.lgwan.arrived("kansa")) >= self.before + count, "the checkpoint")
        return self.lgwan.arrived("kansa")[self.before:]

    def test_it_arrives_as_a_mail_that_verify_takes_as_it_was_received(self):
        for language, words, subject in (("ja", "監査担当者 様", "イベントログのチェックポイント"), ("en", "To the auditors of", "Checkpoint of the event log")):
            with self.subTest(language):
                relay = self.new_relay(extra=EVIDENCE, route=f'language = "{language}"\nwarn_own_domain = true')
                self.sealed_day(relay)
                note = self.log(relay, "checkpoint", "--mail", "--key", self.key).stdout
                path = self.arrived()[-1]
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                text = mail.get_content()
                self.assertIn(words, text)
                self.assertIn(subject, mail["Subject"])
                self.assertEqual(mail["Auto-Submitted"], "auto-generated")
                self.assertIn("verdict=clean; notice=none", mail["X-Mugaika"])  # no line of ours warns of it
                self.assertTrue(text.replace("\r\n", "\n").rstrip("\n").endswith(note.rstrip("\n")), text)
                wait_until(lambda: not relay.quarantine(), "its item to go")
                self.assertEqual(relay.left_over(), [])

                self.sealed_day(relay)
                said = self.log(relay, "verify", "--public", self.public, "--against", path).stdout
                self.assertIn("all goes on from the checkpoint", said)
                # The whole of it is in nobody's books: one mail came, and no other.
                relay.stop()
                books = relay.command("stats", "--verify", "--format", "csv", *sorted(relay.dir.glob("*.jsonl-*")), relay.log).stdout
                self.assertEqual(sum(int(row.split(",")[2]) for row in books.splitlines()[1:] if row.split(",")[2].isdigit()), 2, books)
                relay.close()

    def test_it_is_owed_while_the_next_hop_is_away(self):
        """Nothing of the command waits for it, and what was owed is delivered."""
        relay = self.new_relay(extra=EVIDENCE)
        self.sealed_day(relay)
        relay.stop()
        self.log(relay, "checkpoint", "--mail", "--key", self.key)
        self.assertIn("checkpoint", relay.command("queue", "list").stdout)
        self.assertEqual(len(self.lgwan.arrived("kansa")), self.before)
        relay.start()
        self.arrived()

    def test_it_stands_in_the_log_and_in_the_reports(self):
        relay = self.new_relay(extra=EVIDENCE)
        self.sealed_day(relay)
        note = self.log(relay, "checkpoint", "--mail", "--key", self.key).stdout
        self.arrived()
        event = relay.events("log.checkpoint")[0]
        self.assertEqual(("\n".join(event["note"]) + "\n", event["to"], event["sealed_logs"]), (note, [AUDITOR], 1))
        page = relay.dir / "report.html"
        page.write_text(relay.command("stats", "--format", "html").stdout)
        text = relay.dir / "books.txt"
        text.write_text(relay.command("stats", "--verify").stdout)
        for report in (page, text):
            self.assertIn("all goes on from the checkpoint", self.log(relay, "verify", "--public", self.public, "--against", report).stdout)

    def test_without_auditors_or_with_wrong_ones_nothing_is_sent(self):
        relay = self.new_relay()
        refused = self.log(relay, "checkpoint", "--mail", "--key", self.key, check=False)
        self.assertEqual(refused.returncode, 78)
        self.assertIn("name auditors under [relay.evidence]", refused.stderr)
        self.assertEqual(relay.events("log.checkpoint"), [])

    def test_the_counter_follows_the_deliveries(self):
        port = free_port()
        relay = self.new_relay(extra=f'{EVIDENCE}\nmetrics = {{ listen = "127.0.0.1:{port}" }}')

        def shown(name):
            page = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/metrics"], capture_output=True, text=True, check=True, timeout=30).stdout
            return re.search(rf'^{name}{{route="{DOMAIN}"}} (\d+)$', page, re.M)[1]

        self.assertEqual((shown("mugaika_checkpoint_auditors"), shown("mugaika_checkpoints_delivered_total")), ("1", "0"))
        self.sealed_day(relay)
        self.log(relay, "checkpoint", "--mail", "--key", self.key)
        self.arrived()
        wait_until(lambda: shown("mugaika_checkpoints_delivered_total") == "1", "the counter")


class Bell(unittest.TestCase):
    def test_the_alert_rings_when_no_checkpoint_was_delivered_for_a_day_and_a_half(self):
        """Also when auditors were only just named, or are no more: then it does not."""
        alerts = (ROOT / "samples/prometheus/alerts.yml").read_text()
        rule = re.search(r"alert: MugaikaCheckpointLate\n(?: +#.*\n)* +expr: (.+)\n", alerts)[1]
        for words, python in (("mugaika_checkpoint_auditors offset 36h", "then"), ("mugaika_checkpoint_auditors", "now"),
                              ("increase(mugaika_checkpoints_delivered_total[36h])", "delivered")):
            self.assertIn(words, rule)
            rule = rule.replace(words, python)
        for then, now, delivered, rings in ((1, 1, 0, True), (1, 1, 1, False), (2, 2, 1.03, False), (0, 1, 0, False), (1, 0, 0, False)):
            self.assertEqual(bool(eval(rule, {"then": then, "now": now, "delivered": delivered})), rings, (then, now, delivered))  # our own file


if __name__ == "__main__":
    unittest.main()
