"""The event log in the hands of its writers: chains over a relay that is killed, commands beside it, files that are closed and packed,
and a disk that is full."""
import contextlib
import email.header
import json
import pathlib
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import RECIPIENT, RelayTest, sample, wait_until  # noqa: E402

CLEAN = sample("clean-plain-text")
HELD = sample("ambiguous-structure")


class Log(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.relay = self.new_relay(self.sink)

    def with_keys(self, keys):
        self.relay.text = self.relay.text.replace("[[route]]", keys + "\n[[route]]")

    def resumed(self):
        return self.relay.events("log.resumed")

    def files(self):
        return sorted(path for path in self.relay.dir.glob("events.jsonl*") if path.suffix != ".part" and path.is_file())

    def books(self, exit_code=0):
        done = self.relay.command("stats", "--verify", check=False)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done.stdout

    def lines(self):
        """Of all files, in the order of time."""
        done: list[dict] = []
        for path in sorted(self.files(), key=lambda path: (path.name == "events.jsonl", path.name)):
            text = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout if path.suffix == ".zst" else path.read_bytes()
            done += [json.loads(line) for line in text.splitlines()]
        return done

    def kill(self):
        self.relay.stop(signal.SIGKILL)

    def test_a_chain_goes_on_over_a_killed_relay(self):
        """Relay and commands write, the relay is killed and starts again: the books and the chain are whole, and each line that is taken
        out, doubled, moved or changed is named."""
        self.relay.start()
        wait_until(self.resumed, "log.resumed")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.relay.send(HELD)[0], 250)
        self.relay.command("quarantine", "show", self.relay.quarantine()[0]["id"])
        self.kill()
        self.relay.start()
        wait_until(lambda: len(self.resumed()) == 2, "the second log.resumed")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.relay.stop()
        self.assertIn("行の連番は全て正常", self.books())
        numbers = [line["seq"] for line in self.lines() if line["writer"] == "relay"]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertEqual([words.split()[0] for words in self.resumed()[1]["writers"]], ["mugaika", "relay"])

        whole = self.relay.log.read_bytes()
        lines = whole.splitlines(keepends=True)
        for change, words in ((lambda l: l.pop(4), "events.jsonl:5: line 5 of relay is missing before this one"),
                              (lambda l: l.insert(5, l[4]), "events.jsonl:6: line 5 of relay stands there twice"),
                              (lambda l: l.insert(4, l.pop(5)), "stands behind lines that were written after it"),
                              (lambda l: l.insert(4, l.pop(4).replace(b'"host":"mx', b'"host":"my', 1)), "of relay is missing"),
                              (lambda l: l.insert(4, l.pop(4).replace(b'"time":"2', b'"time":"1', 1)), "events.jsonl:5: line 5 of relay was changed")):
            with self.subTest(words):
                changed = list(lines)
                change(changed)
                self.relay.log.write_bytes(b"".join(changed))
                self.assertIn(words, self.books(65))
        self.relay.log.write_bytes(whole)
        self.books()

    def fill_until(self, closed):
        """Refused recipients, each of which is a line, until so many logs were closed."""
        while len(self.closed_names()) < closed:
            with smtplib.SMTP("127.0.0.1", self.relay.port, local_hostname="mail.example.com", timeout=60) as client:
                client.ehlo()
                client.mail("sender@example.com")
                for number in range(900):
                    self.assertEqual(client.rcpt(f"{'x' * 50}{number}@{'elsewhere.' * 10}example.org")[0] // 100, 5)

    def closed(self):
        return [path for path in self.files() if path.name != "events.jsonl"]

    def closed_names(self):
        """While one is packed it may stand there twice."""
        return {path.name.removesuffix(".zst") for path in self.closed()}

    def test_logs_are_closed_and_packed_by_a_relay_that_is_killed(self):
        """A log of another day and logs that are large are closed and packed, between kills; no line is lost, of commands neither."""
        self.with_keys('[relay.log_rotation]\nsize_max = "1M"\n[relay.limits]\nerrors_max = 1000\n[relay.clients]\nerror_delay = "0s"')
        self.relay.log.write_text('{"time":"2020-01-01T00:00:00.000+09:00","event":"relay.stopped","host":"mx","why":"signal","cut_off":0}\n')
        self.relay.start()
        wait_until(lambda: len(self.closed_names()) == 1, "the old log to be closed")
        self.assertEqual(self.relay.send(HELD)[0], 250)
        item = self.relay.quarantine()[0]["id"]
        for number in range(2, 5):
            self.fill_until(number)
            self.relay.command("quarantine", "show", item)
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
            self.kill()
            self.relay.command("quarantine", "show", item)
            (self.relay.dir / (self.closed()[0].name.removesuffix(".zst") + ".zst.part")).write_bytes(b"half")
            self.relay.start()
        newest = self.closed()[-1]
        wait_until(lambda: [path for path in self.closed() if path.suffix != ".zst"] == [newest], "all but the newest packed")
        self.relay.stop()
        self.assertIn("行の連番は全て正常", self.books())
        # Sealing does not mind how they are packed; what is wrong in the log that is written now is said too.
        key = self.relay.dir / "log.key"
        self.relay.command("log", "key", "--new", "--key", key)
        self.relay.command("log", "seal", "--key", key, *self.closed())
        said = self.relay.command("log", "verify", "--key", key).stdout
        self.assertIn("行の連番は全て正常", said)
        self.assertEqual(said.count("一致 / as sealed"), len(self.closed()))
        whole = self.relay.log.read_bytes()
        lines = whole.splitlines(keepends=True)
        self.relay.log.write_bytes(b"".join(lines[:2] + lines[3:]))
        broken = self.relay.command("log", "verify", "--key", key, check=False)
        self.assertEqual(broken.returncode, 65)
        self.assertIn("events.jsonl:3: ", broken.stdout)
        self.relay.log.write_bytes(whole)
        viewed = [line for line in self.lines() if line["event"] == "quarantine.viewed"]
        self.assertEqual([line["seq"] for line in viewed], list(range(1, 7)))
        numbers = [line["seq"] for line in self.lines() if line.get("writer") == "relay"]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_logrotate_goes_on(self):
        """Somebody else moves the log and says so: the new one names the chains, also that of commands that write meanwhile."""
        self.relay.start()
        self.assertEqual(self.relay.send(HELD)[0], 250)
        item = self.relay.quarantine()[0]["id"]
        self.relay.command("quarantine", "show", item)
        wait_until(self.resumed, "log.resumed")
        self.relay.log.rename(self.relay.dir / "events.jsonl.1")
        self.relay.command("quarantine", "show", item)
        self.relay.process.send_signal(signal.SIGUSR1)
        listed = wait_until(self.resumed, "log.resumed in the new log")[0]["writers"]
        self.assertEqual([words.split()[0] for words in listed], ["mugaika", "relay"])
        self.assertEqual(listed[0].split()[1], "2")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.relay.stop()
        self.books()

    def test_pseudonyms_stand_in_place_of_addresses(self):
        """With a key no address of a sender or recipient, no Subject and no words of a mail are in the log; with the key they are found."""
        key = self.relay.dir / "pseudonyms.key"
        key.write_text("c" * 64)
        key.chmod(0o600)
        self.with_keys(f'log_pseudonym_key = "{key}"')
        self.relay.start()
        self.assertEqual(self.relay.send(CLEAN, sender="hanako.secret@example.com")[0], 250)
        self.assertEqual(self.relay.send(CLEAN, recipients=["nobody.secret@elsewhere.example"])[0] // 100, 5)
        item_sender = "kept.secret@example.com"
        self.assertEqual(self.relay.send(HELD, sender=item_sender)[0], 250)
        self.relay.command("quarantine", "release", self.relay.quarantine()[0]["id"], "--reason", "asked kept.secret@example.com")
        wait_until(lambda: self.relay.events("quarantine.delivered"), "the release")
        self.relay.stop()
        log = self.relay.log.read_text()
        self.assertNotIn("secret", log)
        self.assertNotIn(RECIPIENT.split("@")[0], log)
        message = email.message_from_bytes(CLEAN)
        self.assertNotIn(str(email.header.make_header(email.header.decode_header(message["Subject"]))), log)
        self.assertNotIn(message.get_payload(decode=True).decode(message.get_content_charset()).split()[0], log)
        pseudonym = self.relay.command("log", "resolve", "Hanako.Secret@example.com").stdout.split()[0]
        self.assertIn(f'"from":"{pseudonym}"', log)
        found = self.relay.command("trace", "--from", "hanako.secret@example.com", "--json").stdout.splitlines()
        self.assertEqual(len(found), 1)
        counted = self.relay.command("stats", "--by", "recipient", "--where", f"recipient={RECIPIENT}", "--format", "json").stdout
        self.assertIn(self.relay.command("log", "resolve", RECIPIENT).stdout.split()[0], counted)
        # Without the key nobody is found, and it is said why.
        key.chmod(0o644)
        blind = self.relay.command("trace", "--from", "hanako.secret@example.com", check=False)
        self.assertEqual(blind.returncode, 65)
        self.assertIn("as they are named", blind.stderr)
        self.assertEqual(self.relay.command("check", check=False).returncode, 78)
        key.chmod(0o600)

    def log_on_a_small_disk(self, keys):
        """A file system without any room but that in the log's last page; the filler."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-log-"))
        self.addCleanup(shutil.rmtree, folder, True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
        if mounted.returncode != 0:
            print("SKIPPED: a full log: no tmpfs can be mounted here")
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)
        self.relay.text = self.relay.text.replace(str(self.relay.log), str(folder / "events.jsonl"))
        self.relay.log = folder / "events.jsonl"
        self.with_keys(keys + "\n[relay.reserve]\ndisk_free_min = 0")
        self.relay.start()
        wait_until(self.resumed, "log.resumed")
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        filler = folder / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass
        return filler

    def whole(self, name):
        """Events of a log in which a full disk may have cut lines."""
        events = []
        for line in self.relay.log.read_bytes().rpartition(b"\n")[0].splitlines():
            with contextlib.suppress(ValueError):
                events.append(json.loads(line))
        return [event for event in events if event["event"] == name]

    def gap_of(self):
        return sum(gap["lost"] for gap in wait_until(lambda: self.whole("log.gap"), "log.gap"))

    # matrix: recipient/disk_full
    def test_a_log_that_is_full_lets_no_mail_in(self):
        """AC-255 the log's disk is really full: 452 at RCPT until events can be written again, and how many are missing."""
        filler = self.log_on_a_small_disk("")
        answers = set()
        wait_until(lambda: answers.add(self.relay.send(CLEAN)) or any(code == 452 for code, _ in answers), "452")
        self.assertEqual({code for code, _ in answers}, {250, 452})
        filler.unlink()
        wait_until(lambda: [event for event in self.whole("reserve.recovered") if event["of"] == "log"], "the recovery")
        self.assertGreater(self.gap_of(), 0)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.relay.books_add_up = False  # whose mails' lines are missing is what log.gap says
        self.relay.stop()
        self.assertIn("行の連番は全て正常", self.relay.command("stats", "--verify", check=False).stdout)

    def test_a_log_that_is_full_and_mail_goes_on(self):
        """AC-255 the same when it is configured that mail goes on: it does, and how many events are missing stands in the log."""
        filler = self.log_on_a_small_disk('when_log_fails = "carry_on"')
        before = len(self.sink.mails())
        for _ in range(10):
            self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(len(self.sink.mails()), before + 10)
        filler.unlink()
        self.assertGreater(self.gap_of(), 10)
        self.assertEqual(self.whole("reserve.low"), [])
        self.relay.books_add_up = False
        self.relay.stop()
        self.assertIn("行の連番は全て正常", self.relay.command("stats", "--verify", check=False).stdout)


if __name__ == "__main__":
    unittest.main()
