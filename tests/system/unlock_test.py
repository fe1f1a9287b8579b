"""A locked ZIP or 7z is held, opened with `mugaika quarantine unlock`, and what is in it follows in the same thread, through a real Postfix."""
import email
import email.message
import email.policy
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import termios
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "faults")]
from fault_control import FaultControl  # noqa: E402
from postfix_instance import Postfix  # noqa: E402
from relay_instance import DOMAIN, RECIPIENT, ROOT, Relay, sample, wait_until  # noqa: E402

PASSWORD = "Sample2026!"
REASON = "差出人に電話で確認"
LOCKED = ROOT / "tests/unit/sanitizer/codec/locked"  # by make_locked_samples
LOCKED_PASSWORD = "Himitsu-2026!"


def mail_with(path, name):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "佐藤 <sender@example.com>", RECIPIENT, "資料の送付"
    mail["Date"], mail["Message-ID"] = "Mon, 30 Nov 2026 09:00:00 +0900", f"<{path.stem}@example.com>"
    mail.set_content("資料をお送りします。パスワードは電話でお伝えします。\n")
    mail.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


class Unlock(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lgwan = Postfix.with_mailboxes("lgwan", DOMAIN, {RECIPIENT: "madoguchi"}, {"virtual_mailbox_limit": "0"})
        cls.addClassCleanup(cls.lgwan.close)
        cls.lgwan.start()

    def setUp(self):
        self.relay = Relay([self.lgwan.port])
        self.addCleanup(self.relay.close)
        self.relay.start()
        self.before = len(self.lgwan.arrived("madoguchi"))

    def mails(self, count):
        wait_until(lambda: len(self.lgwan.arrived("madoguchi")) >= self.before + count, f"{count} mails")
        files = self.lgwan.arrived("madoguchi")[self.before:]
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]

    def held(self):
        self.assertEqual(self.relay.send(sample("ppap-encrypted-zip"))[0], 250)
        return self.relay.quarantine()[0]["id"]

    def unlock(self, item, *more, password=PASSWORD):
        return self.relay.command("quarantine", "unlock", item, "--part", "2", "--reason", REASON, "--by", "山田", *more,
                                  stdin=password + "\n", check=False)

    def everywhere(self):
        """All that lies on the disk and all that was said, as bytes."""
        paths = [path for path in self.relay.dir.rglob("*") if path.is_file()]
        self.assertGreater(len(paths), 5)
        return b"\n".join(path.read_bytes() for path in paths)

    def test_the_notice_names_what_is_in_it_and_what_opens_it(self):
        """AC-152 The first mail arrives without the ZIP: its members' names and what to do stand in the notice and in `show`."""
        item = self.held()
        text = self.mails(1)[0].get_content()
        self.assertIn("「見積書一式.zip」（パスワード付きの圧縮ファイル、", text)
        self.assertIn("中のファイル：「見積書.csv」、「送付状.txt」", text)
        self.assertIn("パスワードが分かるときは、情報システム担当に受付番号とパスワードを電話などで伝えると", text)
        shown = self.relay.command("quarantine", "show", item, "--by", "x").stdout
        for words in ("見積書.csv", "送付状.txt", f"mugaika quarantine unlock {item} --part 2"):
            self.assertIn(words, shown)

    def test_what_is_opened_follows_rebuilt_in_the_same_thread(self):
        """The follow-up walks the whole road: files rebuilt, In-Reply-To the first mail, our tag; its item goes with it."""
        item = self.held()
        done = self.unlock(item)
        self.assertEqual(done.returncode, 0, done.stderr)
        first, second = self.mails(2)
        self.assertEqual(second["In-Reply-To"], first["Message-ID"])
        self.assertIn(first["Message-ID"], second["References"])
        self.assertNotEqual(second["Message-ID"], first["Message-ID"])
        self.assertEqual(second["Subject"], "【パスワード解除後のお届け】" + first["Subject"])
        self.assertEqual(second["From"], first["From"])
        self.assertEqual(second["To"], first["To"])
        self.assertIn(f"unlocked={item}", second["X-Mugaika"])
        files = list(second.iter_attachments())
        self.assertEqual([part.get_filename() for part in files], ["見積書一式.zip"])
        packed = files[0].get_content()
        self.assertIn("見積書.csv".encode(), packed)
        self.assertIn("封筒（長３）".encode(), packed)  # UTF-8 now: it was rebuilt
        self.assertIn("パスワードで開きました。無害化できたものを添付しています。", second.get_body().get_content())
        wait_until(lambda: len(self.relay.quarantine()) == 1, "the follow-up's own item to go")
        self.assertEqual(self.relay.left_over(), [])
        event = self.relay.events("quarantine.unlocked")[0]
        self.assertEqual((event["id"], event["person"], event["why"], event["parts"]), (item, "山田", REASON, ["2"]))
        delivered = wait_until(lambda: self.relay.events("quarantine.delivered"), "its delivery")[0]
        self.assertEqual((delivered["kind"], delivered["order"]), ("unlock", event["order"]))
        self.assertIn("went on as " + event["follow_up"], self.relay.command("quarantine", "show", item, "--by", "x").stdout)
        for ledger in self.relay.events("message.sanitized"):
            self.assertEqual("unlocked" in ledger.get("findings", []), ledger["id"] == event["follow_up"])

    def test_a_seven_zip_opens_too(self):
        """AC-152 Its names are shown where they are not encrypted; what is in it follows as a ZIP."""
        items = []
        for held, (name, names) in enumerate((("LZMA2", True), ("names", False)), 1):
            before = 2 * held - 2
            self.assertEqual(self.relay.send(mail_with(LOCKED / f"{name}.7z", "資料.7z"))[0], 250)
            item = next(kept["id"] for kept in self.relay.quarantine() if kept["id"] not in items)
            items.append(item)
            text = self.mails(before + 1)[-1].get_content()
            self.assertIn("「資料.7z」（パスワード付きの圧縮ファイル、", text)
            self.assertEqual("「見積書.txt」" in text, names, text)
            self.assertIn("パスワードが分かるときは、情報システム担当に受付番号とパスワードを電話などで伝えると", text)
            self.assertIn(f"mugaika quarantine unlock {item} --part 2", self.relay.command("quarantine", "show", item, "--by", "x").stdout)
            wrong = self.unlock(item)
            self.assertIn("wrong password for part 2", wrong.stderr)
            done = self.unlock(item, password=LOCKED_PASSWORD)
            self.assertEqual(done.returncode, 0, done.stderr)
            files = list(self.mails(before + 2)[-1].iter_attachments())
            self.assertEqual([part.get_filename() for part in files], ["資料.zip"])
            packed = files[0].get_content()
            self.assertIn("見積書.txt".encode(), packed)
            self.assertIn("合計 1,000 円".encode(), packed)
            wait_until(lambda: len(self.relay.quarantine()) == held, "the follow-up's own item to go")

    def test_the_password_and_what_it_opens_lie_nowhere(self):
        """AC-153 Not in log, state, orders, command lines or what is said; what was opened lies only encrypted."""
        self.relay.stop()  # the order waits, and the item lies there
        self.relay.start()
        item = self.held()
        self.relay.stop()
        wrong = self.unlock(item, password="WrongSecret77")
        done = self.unlock(item)
        self.assertEqual((wrong.returncode, done.returncode), (65, 0), wrong.stderr + done.stderr)
        found = self.everywhere() + "".join((wrong.stdout, wrong.stderr, done.stdout, done.stderr)).encode()
        for secret in (PASSWORD, "WrongSecret77", "封筒（長３）", "有効期限は"):
            for charset in ("utf-8", "cp932"):
                self.assertNotIn(secret.encode(charset), found)
        self.assertEqual(len(list((self.relay.state / "outbox").glob("*.order"))), 1)
        self.relay.start()
        self.assertTrue(self.mails(2)[1]["Subject"].startswith("【パスワード解除後のお届け】"))

    def test_wrong_passwords_end_in_refusal(self):
        """Each is 65 and says how many tries are left; after ten the right one is not tried either; nothing leaves."""
        item = self.held()
        for left in reversed(range(10)):
            wrong = self.unlock(item, password=f"no{left}")
            self.assertEqual(wrong.returncode, 65)
            self.assertIn("wrong password for part 2", wrong.stderr)
        refused = self.unlock(item)
        self.assertEqual(refused.returncode, 65)
        self.assertIn(f"mugaika quarantine export {item} --part 2", refused.stderr)
        self.assertEqual(len(self.relay.events("quarantine.unlock_failed")), 10)
        self.assertEqual((len(self.relay.quarantine()), len(self.mails(1))), (1, 1))

    def test_a_next_hop_that_is_down_delays_it(self):
        """The order waits and is tried again, as any that the relay owes."""
        item = self.held()
        self.mails(1)
        self.lgwan.stop()
        self.assertEqual(self.unlock(item).returncode, 0)
        wait_until(lambda: self.relay.events("quarantine.release_failed"), "a try that failed")
        self.assertIn("unlock", self.relay.command("queue", "list").stdout)
        self.lgwan.start()
        self.relay.command("queue", "flush", "ALL", "--by", "x")
        self.assertEqual(len(self.mails(2)), 2)

    def test_a_disk_that_is_full(self):
        """Each write of the command fails once, or from then on: the follow-up is owed with its mail, or there is nothing of either;
        nothing is left half, what was held stays, and the next try succeeds."""
        library = self.relay.bin / "libmugaika_faults.so"
        if not library.exists():
            self.skipTest("a build with sanitizers has no fault library")
        item = self.held()
        self.mails(1)
        self.relay.stop()
        control = FaultControl(self.relay.dir)
        command = [self.relay.bin / "mugaika", "quarantine", "unlock", item, "--part", "2", "--reason", REASON, "--by", "x", "--again",
                   "--config", self.relay.config]

        def run(target, mode):
            control.new_process()
            control.arm(target, mode)
            done = subprocess.run(command, input=PASSWORD + "\n", capture_output=True, text=True, timeout=120, check=False,
                                  env=control.environment(library))
            control.disarm()
            return done

        def owed():
            return len(list((self.relay.state / "outbox").glob("*.order")))

        for _ in range(2):  # of the second the points are those of all later ones: it finds what the first wrote down
            self.assertEqual(run(0, "none").returncode, 0)
        first = {}
        for number, name in enumerate(control.points(), 1):
            if name.split()[0] not in ("openat", "open", "close", "read", "pread64", "flock"):
                first.setdefault(name, number)
        self.assertTrue(any("quarantine tmp" in name for name in first), first)
        self.assertTrue(any("outbox" in name for name in first), first)
        refused = 0
        for name, number in first.items():
            for mode in ("fail", "cut"):
                with self.subTest(name=name, mode=mode):
                    before = owed()
                    done = run(number, mode)
                    more = owed() - before
                    self.assertEqual(control.get("hit"), 1)
                    self.assertEqual(more, 1 if "follows, order" in done.stdout else 0, done.stderr)
                    self.assertTrue(done.returncode == 0 or done.stderr, "a word about it")
                    self.assertEqual(len(self.relay.quarantine()), 1 + owed())
                    for folder in ("quarantine/tmp", "outbox/tmp"):
                        left = self.relay.state / folder
                        self.assertEqual(list(left.iterdir()) if left.exists() else [], [])
                    refused += done.returncode != 0
        self.assertGreater(refused, 5)
        self.assertEqual(run(0, "none").returncode, 0)
        count = owed()
        self.relay.start()
        for mail in self.mails(1 + count)[1:]:
            self.assertEqual([part.get_filename() for part in mail.iter_attachments()], ["見積書一式.zip"])
        wait_until(lambda: [kept["id"] for kept in self.relay.quarantine()] == [item], "the follow-ups' own items to go")

    def test_at_a_terminal_nothing_is_shown(self):
        """The prompt stands on standard error; what is typed is not echoed; an interrupt leaves the terminal as it was."""
        item = self.held()
        command = [self.relay.bin / "mugaika", "quarantine", "unlock", item, "--part", "2", "--reason", REASON, "--by", "x",
                   "--config", self.relay.config]
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        as_it_was = termios.tcgetattr(theirs)

        def seen(until):
            text = b""
            while until not in text:
                self.assertTrue(select.select([ours], [], [], 60)[0], text)
                text += os.read(ours, 1000)
            return text

        def is_unshown():
            return not termios.tcgetattr(theirs)[3] & termios.ECHO

        for ending in ("interrupt", "password"):
            # As a shell at a terminal starts it; whoever runs tests in the background may ignore SIGINT, and children inherit that.
            process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                                       preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            try:
                seen(f"Password of {item}: ".encode())
                wait_until(is_unshown, "a terminal that shows nothing")
                if ending == "interrupt":
                    process.send_signal(signal.SIGINT)
                    self.assertEqual(process.wait(timeout=60), -signal.SIGINT)
                else:
                    os.write(ours, PASSWORD.encode() + b"\n")
                    said = seen(b"follows, order")
                    self.assertEqual(process.wait(timeout=60), 0)
                    self.assertNotIn(PASSWORD.encode(), said)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
            self.assertEqual(termios.tcgetattr(theirs)[3], as_it_was[3])
        self.assertEqual(self.relay.events("quarantine.unlock_failed"), [])
        self.mails(2)


if __name__ == "__main__":
    unittest.main()
