"""Calendars and contacts through the relay with calendar = "rebuild": text as ever, and a file beside it that two other readers (tests/support/read_calendar.py)
understand as the original."""
import base64
import email
import email.policy
import io
import json
import pathlib
import subprocess
import sys
import unittest
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import ROOT, RelayTest, sample  # noqa: E402

REBUILD = "[profile.standard.attachments]\ncalendar = \"rebuild\"\n"
INVITATIONS = ("calendar-invitation", "google-invitation", "outlook-invitation-weekly", "invitation-declined", "calendar-cancelled")
CARD = ("BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c;=91=BE=98Y;;;\r\nTEL;CELL:090-1234-5678\r\n"
        "EMAIL;INTERNET:taro@example.jp\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n\r\nURL:javascript:alert(1)\r\nEND:VCARD\r\n")


def parts(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()
    return text, {part.get_filename(): part for part in message.walk() if part.get_filename()}


def understood(content, *kind):
    """By readers that are not ours."""
    return json.loads(subprocess.run([ROOT / "tests/support/read_calendar.py", *kind], input=content, check=True, capture_output=True).stdout)


def original(raw):
    """The calendar in a mail that was sent."""
    for part in email.message_from_bytes(raw, policy=email.policy.default).walk():
        if part.get_content_type() == "text/calendar":
            return part.get_payload(decode=True)
    raise AssertionError("no calendar in the sample")


class CalendarFiles(RelayTest):
    def test_an_invitation_arrives_as_text_and_as_a_file(self):
        sink = self.new_sink()
        relay = self.new_relay(sink)
        relay.text += REBUILD
        relay.start()
        for name in INVITATIONS:
            with self.subTest(name):
                mail = sample(name)
                self.assertEqual(relay.send(mail)[0], 250)
                text, files = parts(sink.mails()[-1])
                self.assertIn("開始 (DTSTART)", text)
                (file,) = [part for file_name, part in files.items() if file_name.endswith(".ics")]
                self.assertEqual(file.get_content_type(), "application/octet-stream")
                made = file.get_payload(decode=True)
                for word in (b"VALARM", b"ATTACH", b"X-", b"ALTREP"):
                    self.assertNotIn(b"\r\n" + word, made)
                self.assertLessEqual(max(map(len, made.split(b"\r\n"))), 75)
                rebuilt, before = understood(made, "ics"), understood(original(mail), "original", "ics")
                self.assertTrue(all(event["uid"] for event in rebuilt))
                for event, was in zip(rebuilt, before):
                    was["uid"] = was["uid"] or event["uid"]  # one is made where there is none
                self.assertEqual(rebuilt, before)

    def test_a_phone_s_contact_arrives_as_text_and_as_a_file(self):
        sink = self.new_sink()
        relay = self.new_relay(sink)
        relay.text += REBUILD
        relay.start()
        mail = (b"From: taro@example.jp\r\nTo: madoguchi@city.example.lg.jp\r\nMIME-Version: 1.0\r\nContent-Type: text/x-vcard; name=taro.vcf\r\n"
                b"Content-Disposition: attachment; filename=taro.vcf\r\n\r\n" + CARD.encode())
        self.assertEqual(relay.send(mail)[0], 250)
        text, files = parts(sink.mails()[-1])
        self.assertIn("山田 太郎", text)
        self.assertEqual(understood(files["taro.vcf"].get_payload(decode=True), "vcf"),
                         {"fn": "山田 太郎", "family": "山田", "given": "太郎", "tel": "090-1234-5678", "tel_types": ["CELL"],
                          "fields": ["email", "fn", "n", "tel", "version"]})

    def test_what_cannot_be_a_file_arrives_as_text_and_is_named(self):
        sink = self.new_sink()
        relay = self.new_relay(sink)
        relay.text += REBUILD
        relay.start()
        mail = (b"From: taro@example.jp\r\nTo: madoguchi@city.example.lg.jp\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; name=a.ics\r\n"
                b"Content-Disposition: attachment; filename=a.ics\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:no beginning\r\n"
                b"END:VEVENT\r\nEND:VCALENDAR\r\n")
        self.assertEqual(relay.send(mail)[0], 250)
        text, files = parts(sink.mails()[-1])
        self.assertEqual(files, {})
        self.assertIn("no beginning", text)
        self.assertIn("・「a.ics」（予定、", text)

    def test_in_an_archive_they_stay_texts(self):
        """Nobody declares a type there, so they are what they look like, and no program opens them as a calendar."""
        sink = self.new_sink()
        relay = self.new_relay(sink)
        relay.text += REBUILD
        relay.start()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("taro.vcf", CARD)
            archive.writestr("invite.ics", original(sample("outlook-invitation-weekly")))
        mail = (b"From: taro@example.jp\r\nTo: madoguchi@city.example.lg.jp\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=a.zip\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(packed.getvalue()).replace(b"\n", b"\r\n"))
        self.assertEqual(relay.send(mail)[0], 250)
        with zipfile.ZipFile(io.BytesIO(parts(sink.mails()[-1])[1]["a.zip"].get_payload(decode=True))) as archive:
            self.assertEqual(archive.namelist(), ["taro.vcf.txt", "invite.ics.txt"])

    def test_by_the_shipped_profile_there_is_no_file(self):
        sink = self.new_sink()
        relay = self.new_relay(sink).start()
        self.assertEqual(relay.send(sample("outlook-invitation-weekly"))[0], 250)
        text, files = parts(sink.mails()[-1])
        self.assertIn("開始 (DTSTART)", text)
        self.assertEqual(files, {})


if __name__ == "__main__":
    unittest.main()
