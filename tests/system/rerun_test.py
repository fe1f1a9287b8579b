"""Files that stayed because an engine did not answer, or took long, follow their letter: with the real clamd, and a service of our own that is slow on demand."""
import email
import email.policy
import json
import pathlib
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import scanner_instances  # noqa: E402
from files_test import noise  # noqa: E402
from relay_instance import Relay, Sink, wait_until  # noqa: E402
from scanner_instances import Clamd  # noqa: E402
from scanners_test import TEXT, Service, letter, packed  # noqa: E402

MISSING = scanner_instances.missing()
PICTURE = ("図.png", "image/png", noise(20, 1))
OTHER = ("表.png", "image/png", noise(20, 2))
FOUND = ("試験.txt", "text/plain", TEXT)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-sink-")
        self.addCleanup(folder.cleanup)
        self.sink = Sink(folder.name)
        self.addCleanup(self.sink.stop)

    def relay(self, scanner, profile=""):
        relay = Relay([self.sink.port], extra=f'outbox_retry = "1s"\n[[relay.scanner]]\n{scanner}\n', profile=profile)
        self.addCleanup(relay.close)
        return relay.start()

    def mails(self, count):
        wait_until(lambda: len(self.sink.mails()) >= count, f"{count} mails")
        self.assertEqual(len(self.sink.mails()), count)
        return [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.sink.mails()]

    def names(self, message):
        return [part.get_filename() for part in message.iter_attachments()]

    def show(self, relay, item):
        return json.loads(relay.command("quarantine", "show", item, "--json", "--by", "x").stdout)

    def orders(self, relay):
        return [json.loads(line) for line in relay.command("queue", "list", "--json").stdout.splitlines()]

    def ended(self, relay, count=1):
        """What the runs came to, once no order waits any more."""
        def results():
            said = [event["result"] for event in relay.events("quarantine.rerun") if event["result"] != "waits"]
            return len(said) >= count and not self.orders(relay) and said
        return wait_until(results, f"{count} ends")


@unittest.skipIf(MISSING, f"not installed: {MISSING}")
class WithClamd(Case):
    def setUp(self):
        super().setUp()
        self.clamd = Clamd()
        self.addCleanup(self.clamd.close)
        self.down = self.relay(f'clamd = "{self.clamd.socket}"')

    def test_files_follow_once_when_clamd_is_back(self):
        """Held with a notice, an order in queue and item; then a follow-up in the thread with the files alone, one time, also over restarts."""
        relay = self.down
        self.assertEqual(relay.send(letter(PICTURE, ("資料.zip", "application/zip", packed(a_txt=b"one\n", b_txt=b"two\n"))))[0], 250)
        first = self.mails(1)[0]
        self.assertEqual(self.names(first), [])
        self.assertIn("「図.png」", first.get_body(("plain",)).get_content())
        item = relay.quarantine()[0]["id"]
        self.assertEqual(relay.quarantine()[0]["state"], "rerun")
        self.assertEqual([(one["kind"], one["id"], one["person"]) for one in self.orders(relay)], [("rerun", item, "mugaika-relay")])
        self.assertEqual(len(self.show(relay, item)["rerun_orders"]), 1)
        relay.stop(signal.SIGKILL)
        relay.start()
        wait_until(lambda: relay.events("quarantine.rerun"), "a try")
        self.clamd.start()
        self.assertEqual(self.ended(relay), ["brought"])
        second = self.mails(2)[1]
        self.assertEqual(self.names(second), ["図.png", "資料.zip"])
        self.assertEqual(second["In-Reply-To"], first["Message-ID"])
        self.assertIn(first["Message-ID"], second["References"])
        self.assertNotEqual(second["Message-ID"], first["Message-ID"])
        self.assertEqual(second["Subject"], "【無害化後のお届け】" + first["Subject"])
        self.assertEqual((second["From"], second["To"]), (first["From"], first["To"]))
        text = second.get_body(("plain",)).get_content()
        self.assertIn("先のメールでお届けできなかったものです。", text)
        self.assertNotIn("資料をお送りします。", text)
        run = self.show(relay, item)["reruns"][0]
        self.assertEqual((run["result"], run["parts"], run["stays"]), ("brought", ["2", "3/1", "3/2"], []))
        relay.stop(signal.SIGKILL)
        relay.start()
        relay.command("quarantine", "rerun", "ALL", "--by", "山田")
        self.assertEqual(self.ended(relay, 2), ["brought", "nothing_new"])
        self.mails(2)
        self.assertEqual(self.show(relay, item)["reruns"][1]["person"], "山田")
        counted = relay.command("stats", "--by", "verdict", "--format", "csv").stdout
        self.assertIn("followed,1", counted)
        self.assertIn("sanitized,1", counted)
        self.assertEqual(relay.left_over(), [])

    def test_what_clamd_then_finds_stays(self):
        """Of two files one follows; alone, nothing is sent and the item says why."""
        relay = self.down
        self.assertEqual(relay.send(letter(PICTURE, FOUND))[0], 250)
        self.assertEqual(relay.send(letter(FOUND, FOUND))[0], 250)
        self.mails(2)
        self.clamd.start()
        self.assertEqual(sorted(self.ended(relay, 2)), ["brought", "nothing_new"])
        self.assertEqual(self.names(self.mails(3)[2]), ["図.png"])
        for item in relay.quarantine():
            run = self.show(relay, item["id"])["reruns"][0]
            self.assertEqual({stay["reason"] for stay in run["stays"]}, {"malware_found"})
            self.assertIn("stays, malware_found", relay.command("quarantine", "show", item["id"], "--by", "x").stdout)

    def test_an_engine_that_flaps_and_a_next_hop_that_refuses(self):
        """Away, back, away, back, and 451 for a while in between: each file arrives once."""
        relay = self.down
        for one in (PICTURE, OTHER):
            self.assertEqual(relay.send(letter(one))[0], 250)
        self.mails(2)
        self.sink.script(MAIL="451 4.3.0 later")
        self.clamd.start()
        wait_until(lambda: relay.events("quarantine.release_failed"), "a try that the next hop puts off")
        self.clamd.stop()
        self.assertEqual(relay.send(letter(PICTURE, OTHER))[0], 451)
        self.sink.script()
        self.clamd.start()
        self.assertEqual(self.ended(relay, 2), ["brought", "brought"])
        self.assertEqual(sorted(self.names(mail)[0] for mail in self.mails(4)[2:]), ["図.png", "表.png"])

    def test_a_relay_that_is_killed_while_it_writes_down_what_followed(self):
        """At each sync behind the delivery: the order is there or the note is, and whatever arrives twice has one Message-ID."""
        relay = self.down
        self.clamd.start()
        killed = 0
        for sync in (1, 2, 3):  # of each thread
            self.clamd.stop()
            before = len(self.sink.mails())
            self.assertEqual(relay.send(letter(("図.png", "image/png", noise(20, sync))))[0], 250)
            self.sink.script(MAIL="451 4.3.0 later")
            failed = len(relay.events("quarantine.release_failed"))
            self.clamd.start()
            wait_until(lambda failed=failed: len(relay.events("quarantine.release_failed")) > failed, "a try that the next hop puts off")
            relay.inject("fsync,fdatasync", f"signal=KILL:when={sync}")
            self.sink.script()
            wait_until(lambda: relay.process.poll() is not None or not self.orders(relay), "the kill, or the end")
            killed += relay.process.poll() == -signal.SIGKILL
            relay.stop(signal.SIGKILL)
            relay.start()
            wait_until(lambda: not self.orders(relay), "the end of the order")
            arrived = [email.message_from_bytes(mail, policy=email.policy.default) for mail in self.sink.mails()[before + 1:]]
            self.assertIn(len(arrived), (1, 2))
            self.assertEqual(len({mail["Message-ID"] for mail in arrived}), 1)
            self.assertEqual({tuple(self.names(mail)) for mail in arrived}, {("図.png",)})
        self.assertGreater(killed, 0)

    def test_by_hand_with_filters_and_ids_on_standard_input(self):
        """Which mails are chosen, and what the command says when none is."""
        relay = self.down
        self.assertEqual(relay.send(letter(PICTURE))[0], 250)
        item = relay.quarantine()[0]["id"]
        for filters in (("--reason", "malware_found"), ("--until", "yesterday"), ("--reason", "engine_unavailable", "--until", "-1h")):
            none = relay.command("quarantine", "rerun", *filters, "--by", "x")
            self.assertEqual(none.stdout, "")
            self.assertIn("no kept mail fits", none.stderr)
        said = relay.command("quarantine", "rerun", "-", "--reason", "engine_unavailable", "--since", "today", "--json", "--by", "x", stdin=item + "\n").stdout
        self.assertEqual(json.loads(said)["id"], item)
        self.assertEqual(len(self.orders(relay)), 1)
        wrong = relay.command("quarantine", "rerun", "--by", "x", check=False)
        self.assertEqual(wrong.returncode, 64)
        self.assertIn("which mails?", wrong.stderr)
        self.assertEqual(relay.command("quarantine", "rerun", "--reason", "malwar_found", "--by", "x", check=False).returncode, 64)
        relay.command("quarantine", "delete", item, "--reason", "spam", "--by", "x")
        self.assertEqual(self.orders(relay), [])


class Slow(Case):
    def service(self, seconds, answer=b"ICAP/1.0 204 No Content\r\n\r\n"):
        def after_a_while(file):
            time.sleep(seconds[0])
            return answer
        service = Service(after_a_while)
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        return f'icap = "icap://127.0.0.1:{service.server_address[1]}/x"'

    def test_a_letter_does_not_wait_for_a_slow_file(self):
        """It says what follows, and the file arrives in its thread; what is ready comes with the letter; nothing is down for that."""
        relay = self.relay(self.service([4]), 'slow = "follow"\nslow_after = "1s"\nkeep_original = "never"')
        self.assertEqual(relay.send(letter(PICTURE))[0], 250)
        first, second = self.mails(2)
        self.assertEqual((self.names(first), self.names(second)), ([], ["図.png"]))
        text = first.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.assertIn("添付ファイル 1 個は後からお届けします", text)
        self.assertIn("【後からお届けする添付ファイル】\n・「図.png」", text)
        self.assertNotIn("お届けしていない", text)
        self.assertEqual(second["In-Reply-To"], first["Message-ID"])
        self.assertEqual(relay.events("message.sanitized")[0]["parts"][1]["reason"], "follows")
        self.assertEqual(self.ended(relay), ["brought"])
        wait_until(lambda: not relay.quarantine(), "the original to go, which was kept for the file alone")
        self.assertEqual(relay.events("scanner.down"), [])

    def test_a_file_that_was_announced_and_cannot_come_is_said(self):
        """The scanner forbids it in the end: a mail in the thread says so, without a file."""
        no = b"HTTP/1.1 403 Forbidden\r\n\r\n"
        forbidden = b"ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=%d\r\n\r\n%s2\r\nno\r\n0\r\n\r\n" % (len(no), no)
        relay = self.relay(self.service([4], forbidden), 'slow = "follow"\nslow_after = "1s"')
        self.assertEqual(relay.send(letter(PICTURE))[0], 250)
        second = self.mails(2)[1]
        self.assertEqual(self.names(second), [])
        text = second.get_body(("plain",)).get_content()
        self.assertIn("後からお届けするとお知らせした添付ファイルは、お届けできませんでした。", text)
        self.assertIn("【お届けしていない添付ファイル】", text)
        self.assertEqual(self.ended(relay), ["brought"])
        relay.command("quarantine", "rerun", "ALL", "--by", "x")
        self.assertEqual(self.ended(relay, 2), ["brought", "nothing_new"])
        self.mails(2)

    def test_by_default_a_letter_waits(self):
        """The same file, the same service: one mail."""
        relay = self.relay(self.service([4]))
        self.assertEqual(relay.send(letter(PICTURE))[0], 250)
        self.assertEqual(self.names(self.mails(1)[0]), ["図.png"])
        self.assertEqual(self.orders(relay), [])


if __name__ == "__main__":
    unittest.main()
