"""Quarantine and release, with the programs themselves."""
import email
import email.policy
import hashlib
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, RelayTest, sample, wait_until  # noqa: E402


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


class Release(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink).start()

    def quarantined_pdf(self):
        self.assertEqual(self.relay.send(sample("pdf-with-japanese-name"))[0], 250)
        items = self.relay.quarantine()
        self.assertEqual(len(items), 1)
        return items[0]["id"]

    def test_original_comes_back_byte_for_byte(self):
        """What the quarantine gives out is what was received, and the notice names it."""
        item = self.quarantined_pdf()
        original = self.relay.command("quarantine", "cat", item, "--original", "--by", "tester", stdin=b"").stdout
        self.assertEqual(original, sample("pdf-with-japanese-name"))
        notice = parsed(self.sink.mails()[0]).get_body(("plain",)).get_content()
        self.assertIn("様式第１号（第３条関係）", notice)
        self.assertIn(item, notice)
        self.assertTrue(self.relay.events("quarantine.viewed"))

    def test_released_part_is_attached_with_the_name_of_the_person(self):
        """A released original crosses as an attachment of a newly composed mail, recorded as ウ-4 with the person's name."""
        item = self.quarantined_pdf()
        self.relay.command("quarantine", "release", item, "--parts", "2", "--reason", "内容を確認", "--by", "山田")
        wait_until(lambda: len(self.sink.mails()) == 2, "the released mail")
        message = parsed(self.sink.mails()[1])
        text, attachment = list(message.iter_parts())
        self.assertIn("山田", text.get_content())
        original = parsed(sample("pdf-with-japanese-name"))
        expected = list(original.iter_parts())[1].get_content()
        self.assertEqual(hashlib.sha256(attachment.get_content()).digest(), hashlib.sha256(expected).digest())
        ledger = self.relay.events("message.sanitized")[-1]
        released = [part for part in ledger["parts"] if part["path"] == "2"][0]
        self.assertEqual((released["method"], released["action"]), ("ウ-4", "rebuilt"))
        wait_until(lambda: self.relay.events("quarantine.delivered"), "the event")

    def test_order_waits_for_a_next_hop_that_is_down_and_survives_a_restart(self):
        """An order written while the next hop is down is carried out after the relay was killed and started again."""
        item = self.quarantined_pdf()
        self.sink.stop()
        self.relay.command("quarantine", "release", item, "--reason", "再送", "--by", "山田")
        wait_until(lambda: self.relay.events("quarantine.release_failed"), "the first failed try")
        self.relay.stop(9)
        self.assertEqual(len(list((self.relay.state / "outbox").glob("*.order"))), 1)
        order = next((self.relay.state / "outbox").glob("*.order"))
        order.write_text(re.sub(r'"next_try_ms":\d+', '"next_try_ms":0', order.read_text()))
        self.sink.start(self.sink.port)
        self.relay.start()
        wait_until(lambda: self.relay.events("quarantine.delivered"), "delivery")
        wait_until(lambda: not list((self.relay.state / "outbox").glob("*.order")), "an empty outbox")

    def test_expired_order_is_given_up(self):
        """An order past its date is given up and shown, not delivered."""
        item = self.quarantined_pdf()
        self.relay.stop()
        self.relay.command("quarantine", "release", item, "--reason", "再送", "--by", "山田")
        order = next((self.relay.state / "outbox").glob("*.order"))
        order.write_text(re.sub(r'"valid_until_ms":\d+', '"valid_until_ms":1', order.read_text()))
        self.relay.start()
        failed = wait_until(lambda: self.relay.events("quarantine.release_failed"), "the refusal")
        self.assertEqual(len(self.sink.mails()), 1)
        self.assertIn("valid", failed[0]["why"])
        self.assertTrue(order.exists())

    def test_recipient_unknown_to_the_next_hop_ends_the_order(self):
        """An order to somebody whom the next hop does not know is given up with its words, not tried for days."""
        item = self.quarantined_pdf()
        self.relay.command("quarantine", "release", item, "--rcpt", f"unknown@{DOMAIN}", "--reason", "再送", "--by", "山田")
        failed = wait_until(lambda: self.relay.events("quarantine.release_failed"), "the refusal")
        self.assertTrue(failed[0]["final"])
        self.assertEqual(len(self.sink.mails()), 1)

    def test_profile_without_release_of_originals_refuses_parts(self):
        """Originals cross only where the profile allows it; the command says so."""
        item = self.quarantined_pdf()
        self.relay.stop()
        self.relay.text = self.relay.text.replace("release_originals = true", "release_originals = false")
        self.relay.start()
        done = self.relay.command("quarantine", "release", item, "--parts", "2", "--reason", "x", "--by", "山田", check=False)
        self.assertEqual(done.returncode, 65)
        self.assertIn("release_originals", done.stderr)

    def test_delete_removes_item_and_says_who(self):
        """A deleted item is gone, and the log says who deleted it."""
        item = self.quarantined_pdf()
        self.relay.command("quarantine", "delete", item, "--reason", "迷惑メール", "--by", "山田")
        self.assertEqual(self.relay.quarantine(), [])
        self.assertEqual(self.relay.events("quarantine.deleted")[0]["person"], "山田")

    def test_recipients_of_another_domain_are_refused(self):
        """A release cannot send mail out of our routes."""
        item = self.quarantined_pdf()
        done = self.relay.command("quarantine", "release", item, "--rcpt", "someone@other.example", "--reason", "x", "--by",
                                  "山田", check=False)
        if done.returncode == 0:
            wait_until(lambda: self.relay.events("quarantine.release_failed"), "the refusal")
        self.assertEqual(len(self.sink.mails()), 1)

    def test_statistics_agree_with_what_happened(self):
        """Counts read from the log are those of the mails sent."""
        self.quarantined_pdf()
        self.relay.send(sample("clean-plain-text"))
        self.relay.send(sample("clean-plain-text").replace(b"sample-32", b"sample-33"), [f"unknown@{DOMAIN}"])
        text = self.relay.command("stats", "--by", "verdict", "--format", "json").stdout
        self.assertIn("clean", text)
        life = self.relay.command("stats", "--id", self.relay.quarantine()[0]["id"]).stdout
        self.assertIn("delivered", life)


if __name__ == "__main__":
    unittest.main()
