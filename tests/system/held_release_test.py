"""A mail that was held for its structure is listed, shown and released with `mugaika quarantine`, as README's "Releasing what was kept" says."""
import datetime
import email
import email.policy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RECIPIENT, RelayTest, sample, wait_until  # noqa: E402

# Two Content-Type fields: one reader sees the first part, another the second.
HELD = sample("ambiguous-structure")
# Two ends for one boundary and a part behind the first of them: what one reader sees the other does not.
BEHIND = (b"From: a@example.com\r\nTo: " + RECIPIENT.encode() + b"\r\nSubject: twice\r\nDate: Fri, 20 Nov 2026 09:26:00 +0900\r\nMIME-Version: 1.0\r\n"
          b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nseen by both\r\n--x--\r\n"
          b"--x\r\nContent-Type: application/octet-stream; name=run.exe\r\n\r\nMZ hidden program\r\n--x--\r\n")
REASON = "差出人に電話で確認"


class HeldRelease(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink, profile="release_originals = false").start()

    def command(self, *arguments):
        return self.relay.command("quarantine", *arguments).stdout

    def held(self, mail):
        """Its id; the reader has a notice and nothing of it."""
        self.assertEqual(self.relay.send(mail)[0], 250)
        message = self.last_mail()
        self.assertIn("notice=quarantined", message["X-Mugaika"])
        self.assertIn("開くソフトによって違う内容に見えるおそれがあります", message.get_content())
        listed = self.relay.quarantine()[0]
        self.assertEqual((listed["state"], listed["verdict"]), ("kept", "quarantined"))
        self.assertNotIn("released_by", listed)
        self.assertIn(listed["id"], message.get_content())
        return listed["id"]

    def last_mail(self):
        return email.message_from_bytes(self.sink.mails()[-1], policy=email.policy.default)

    def release(self, item, mails):
        self.command("release", item, "--reason", REASON, "--by", "山田")
        wait_until(lambda: len(self.sink.mails()) == mails, "the released mail")
        wait_until(lambda: self.relay.quarantine()[0]["state"] == "released", "the release in the list")
        return self.last_mail()

    def test_the_recipient_gets_its_text_and_who_released_it_and_no_raw_mime(self):
        """One plain text: who looked at it and why, a warning of its structure, and the text that was read; nothing of what lay hidden."""
        for number, (mail, seen, hidden) in enumerate(((HELD, "first reading", "second reading"), (BEHIND, "seen by both", "MZ"))):
            with self.subTest(seen=seen):
                item = self.held(mail)
                released = self.release(item, 2 * number + 2)
                self.assertEqual(released.get_content_type(), "text/plain")
                text = released.get_content()
                self.assertIn("担当者 山田 が確認し、保管していたメールをお届けします", text)
                self.assertIn(f"確認の理由：{REASON}", text)
                self.assertIn("元のメールの日時：2026-11-20 09:26 (JST)", text)
                self.assertIn("メールの作りに不自然な点があります", text)
                self.assertIn(f"受付番号：{item}", text)
                self.assertEqual(text.count(seen), 1)
                for raw in (hidden, "Content-Type", "multipart/", "boundary", "--x"):
                    self.assertNotIn(raw, text)
                self.assertTrue(released["Subject"].startswith("【確認後のお届け】"), released["Subject"])
                # The day of the release, so that it stands among today's mails.
                age = datetime.datetime.now(datetime.timezone.utc) - released["Date"].datetime
                self.assertLess(abs(age), datetime.timedelta(days=1))
                self.assertIn("order=", released["X-Mugaika"])
                self.assertIn("notice=warning", released["X-Mugaika"])
                self.command("delete", item, "--reason", "済み", "--by", "山田")

    def test_the_list_shows_it_released_by_whom_and_when(self):
        """Kept until it is released; then by 山田, at the time of its delivery, in words and in JSON, and in `show` with the reason; not in
        the list of what is kept."""
        item = self.held(HELD)
        self.assertIn(item, self.command("list", "--state", "kept"))
        self.assertEqual(self.relay.command("quarantine", "list", "--state", "released").stdout.count(item), 0)
        self.assertIn("duplicate_content_type", self.command("show", item))
        self.assertNotIn("released", self.command("show", item))
        self.release(item, 2)
        listed = self.relay.quarantine()[0]
        self.assertEqual(listed["released_by"], "山田")
        ordered = self.relay.events("quarantine.released")[0]["time"]
        self.assertLess(datetime.datetime.fromisoformat(ordered), datetime.datetime.fromisoformat(listed["released"]))
        moment = listed["released"][:19].replace("T", " ")
        self.assertIn(f"released {moment} JST 山田", self.command("list", "--state", "released"))
        self.assertNotIn(item, self.command("list", "--state", "kept"))
        self.assertIn(f"released  {listed['released']} by 山田 ({REASON}) to {RECIPIENT}", self.command("show", item))
        self.assertEqual([(event["person"], event["why"]) for event in self.relay.events("quarantine.released")], [("山田", REASON)])

    def test_its_original_parts_stay_where_the_profile_says_so(self):
        """`--parts` is refused with 65 and says what to do; nothing is ordered and nothing leaves."""
        item = self.held(HELD)
        done = self.relay.command("quarantine", "release", item, "--parts", "1", "--reason", REASON, "--by", "山田", check=False)
        self.assertEqual(done.returncode, 65)
        for words in ("release_originals = true under [profile.standard] in " + str(self.relay.config), "systemctl reload mugaika-relay",
                      f"mugaika quarantine export {item} --part N"):
            self.assertIn(words, done.stderr)
        self.assertEqual((self.relay.quarantine()[0]["state"], len(self.sink.mails())), ("kept", 1))


if __name__ == "__main__":
    unittest.main()
