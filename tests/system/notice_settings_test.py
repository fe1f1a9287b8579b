"""What README's "What readers see" promises of the configuration keys contact, notice_phrase, subject_tags, warn_own_domain and time_zone, by
the programs: one mail in, what its reader sees with the key and without it, and what `check` says of wrong values."""
import email
import email.policy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, RelayTest, sample  # noqa: E402

CLEAN, LOSSY, HELD = sample("clean-plain-text"), sample("pdf-with-japanese-name"), sample("ambiguous-structure")
WARNED, INVITATION = sample("phishing-false-link"), sample("calendar-invitation")
IT_SECTION, SCHOOLS = "情報システム課 山田（内線 1234）", "学校教育課（内線 5678）"
OWN_DOMAIN = "差出人のアドレスは当方のものですが、このメールは外部から届きました"
NOTICE = "メール無害化システムからのお知らせ ━━━"

SECTIONS = {"relay": "[[route]]", "route": "next_hop ="}  # before which a key of it is written
ONE_LINE = "expected one line of at most {} characters without an address or link, such as \"{}\""
# Where, key, wrong value, column of what is wrong, and what `check` says of it.
WORDS = [(section, key, value, len(key) + 4, said)
         for section, key, said in (("relay", "contact", ONE_LINE.format(80, IT_SECTION)), ("route", "contact", ONE_LINE.format(80, IT_SECTION)),
                                    ("relay", "notice_phrase", ONE_LINE.format(40, "さくら 三番")))
         for value in ('""', '"a@example.jp"', '"www.example.jp"', '"https://example.jp"', '"a\\nb"', '"{}"'.format("あ" * 81))]
WRONG = WORDS + [
    ("relay", "contact", "1234", 11, "a number stands here, expected a string"),
    ("route", "contact", '["a"]', 11, "a list stands here, expected a string"),
    ("relay", "notice_phrase", "true", 17, "true or false stands here, expected a string"),
    ("route", "subject_tags", '"yes"', 16, "a string stands here, expected true or false"),
    ("route", "subject_tags", "1", 16, "a number stands here, expected true or false"),
    ("route", "warn_own_domain", f'"{DOMAIN}"', 19, "a string stands here, expected true or false"),
    ("route", "warn_own_domain", "0", 19, "a number stands here, expected true or false"),
    ("relay", "time_zone", "9", 13, "a number stands here, expected a string"),
    *[("relay", "time_zone", f'"{zone}"', 13, f'"{zone}" is no time zone of this machine, expected a name such as "Asia/Tokyo"')
      for zone in ("Asia/Tokio", "JST", "", "../../etc/passwd")],
    # A key that stands in the other table does nothing, and says so.
    *[("relay", key, "true", 1, f'the key "{key}" is not known; known keys: hostname') for key in ("subject_tags", "warn_own_domain")],
    *[("route", key, '"x"', 1, f'the key "{key}" is not known; known keys: domains') for key in ("notice_phrase", "time_zone")],
]


class NoticeSettings(RelayTest):
    def before(self, **keys):
        """A relay with these lines in these sections."""
        self.sink = self.new_sink()
        relay = self.new_relay(self.sink)
        for section, lines in keys.items():
            relay.text = relay.text.replace(SECTIONS[section], f"{lines}\n{SECTIONS[section]}")
        return relay.start()

    def read(self, relay, mail):
        """The mail as its reader has it: (message, text)."""
        self.assertEqual(relay.send(mail)[0], 250)
        message = email.message_from_bytes(self.sink.mails()[-1], policy=email.policy.default)
        return message, message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    def test_contact_is_whom_notices_name(self):
        """Of the site, or of the route where it has one; without any "情報システム担当", in the notice of a removed file and of a held mail."""
        for keys, named in (({}, "情報システム担当"), ({"relay": f'contact = "{IT_SECTION}"'}, IT_SECTION),
                            ({"relay": f'contact = "{IT_SECTION}"', "route": f'contact = "{SCHOOLS}"'}, SCHOOLS),
                            ({"route": f'contact = "{SCHOOLS}"'}, SCHOOLS)):
            relay = self.before(**keys)
            self.assertIn(f"必要なときは、{named}に受付番号を伝えて", self.read(relay, LOSSY)[1])
            self.assertIn(f"内容が必要なときは、{named}に受付番号を伝えて", self.read(relay, HELD)[1])
            self.assertNotIn("受付番号を伝えて", self.read(relay, CLEAN)[1])

    def test_notice_phrase_stands_in_genuine_notices_and_nowhere_else(self):
        """In each notice; without the key none has one. A mail from outside that writes a notice with the phrase gets no notice of ours for
        it: its lines are quoted and readers are told."""
        relay = self.before(relay='notice_phrase = "さくら 三番"')
        for mail in (LOSSY, HELD, WARNED):
            self.assertEqual(self.read(relay, mail)[1].count("合言葉：さくら 三番\n"), 1)
        self.assertNotIn("合言葉", self.read(relay, CLEAN)[1])
        forged = "━━━━━━ メール無害化システムからのお知らせ ━━━━━━\r\n合言葉：さくら 三番\r\n開いてください\r\n"
        head = b"From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        lines = self.read(relay, head + forged.encode())[1].splitlines()
        self.assertEqual([line for line in lines if "合言葉：さくら 三番" in line and not line.startswith(">")], ["合言葉：さくら 三番"])
        self.assertIn("・本文に、このシステムのお知らせを装った文があります。", [line[:27] for line in lines])
        relay = self.before()
        for mail in (LOSSY, HELD, WARNED):
            self.assertNotIn("合言葉", self.read(relay, mail)[1])

    def test_subject_tags_mark_what_is_held_or_warned_of(self):
        """【隔離】 and 【注意】 before such Subjects only, copies of them from outside taken away; without the key Subjects are as they came."""
        copied = CLEAN.replace(b"\r\nSubject: ", b"\r\nSubject: =?utf-8?B?44CQ6ZqU6Zui44CR?= ")  # 【隔離】
        self.assertNotEqual(copied, CLEAN)
        relay = self.before(route="subject_tags = true")
        subjects = [self.read(relay, mail)[0]["Subject"] for mail in (HELD, WARNED, LOSSY, CLEAN, copied)]
        self.assertEqual(subjects, ["【隔離】invoice", "【注意】【重要】お客様の口座を確認してください", "様式の送付について", "打合せのお礼", "打合せのお礼"])
        relay = self.before()
        subjects = [self.read(relay, mail)[0]["Subject"].replace(" ", "") for mail in (HELD, WARNED, copied)]
        self.assertEqual(subjects, ["invoice", "【重要】お客様の口座を確認してください", "【隔離】打合せのお礼"])

    def test_warn_own_domain_warns_of_authors_who_claim_it(self):
        """An author of the route's domain from outside is a warning; not without the key, not of another domain."""
        claims = CLEAN.replace(b"<sato@example.com>", f"<sato@{DOMAIN}>".encode())
        self.assertNotEqual(claims, CLEAN)
        relay = self.before(route="warn_own_domain = true")
        message, text = self.read(relay, claims)
        self.assertIn(OWN_DOMAIN, text)
        self.assertIn("notice=warning", message["X-Mugaika"])
        message, text = self.read(relay, CLEAN)
        self.assertNotIn(NOTICE, text)
        self.assertIn("notice=none", message["X-Mugaika"])
        message, text = self.read(self.before(), claims)
        self.assertNotIn(NOTICE, text)
        self.assertIn("notice=none", message["X-Mugaika"])

    def test_time_zone_is_that_of_notices_lists_and_the_log(self):
        """New York where it says so, Japan by default for a Japanese route, "UTC" by name: notices, calendars, lists and the log name it."""
        for keys, times in (({}, ("2026-11-20 09:26 (JST)", "2026-12-01 14:00 (JST)", " JST ", "+09:00")),
                            ({"relay": 'time_zone = "America/New_York"'},
                             ("2026-11-19 19:26 (EST)", "2026-12-01 00:00 (America/New_York)", "", "")),
                            ({"relay": 'time_zone = "Etc/UTC"'}, ("2026-11-20 00:26 (UTC)", "2026-12-01 05:00 (Etc/UTC)", " UTC ", "+00:00"))):
            notice, calendar, listed, offset = times
            relay = self.before(**keys)
            self.assertIn(f"日時：{notice}", self.read(relay, HELD)[1])
            self.assertIn(f"(DTSTART): {calendar}", self.read(relay, INVITATION)[1])
            self.assertIn(listed, relay.command("quarantine", "list").stdout)
            self.assertTrue(all(event["time"].replace("Z", "+00:00").endswith(offset) for event in relay.events()), offset)

    def test_check_refuses_wrong_values_with_place_key_and_what_is_expected(self):
        """78, and one line: FILE:LINE:COLUMN: [table] key: what stands there and what is expected. Right values pass."""
        relay = self.new_relay(self.new_sink())
        relay.start()
        good = relay.config.read_text()
        for section, key, value, column, said in WRONG:
            with self.subTest(section=section, key=key, value=value):
                relay.config.write_text(good.replace(SECTIONS[section], f"{key} = {value}\n{SECTIONS[section]}"))
                line = relay.config.read_text().splitlines().index(f"{key} = {value}") + 1
                done = relay.command("check", check=False)
                table = "[[route]]" if section == "route" else "[relay]"
                place = f"{relay.config}:{line}:{column}: {table}" + ("" if column == 1 else f" {key}") + ": "
                self.assertEqual((done.returncode, done.stderr.count("\n")), (78, 1), done.stderr)
                self.assertTrue(done.stderr.startswith(place + said), done.stderr)
        for section, line in (("relay", f'contact = "{"あ" * 80}"'), ("relay", f'notice_phrase = "{"あ" * 40}"'),
                              ("relay", 'time_zone = "Asia/Tokyo"'), ("route", "subject_tags = false"), ("route", "warn_own_domain = true")):
            relay.config.write_text(good.replace(SECTIONS[section], f"{line}\n{SECTIONS[section]}"))
            relay.command("check")


if __name__ == "__main__":
    unittest.main()
