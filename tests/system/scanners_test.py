"""Files through the relay with scanners beside it: the real clamd, the real c-icap, and a service of our own where a real one cannot fail on demand."""
import email
import email.message
import email.policy
import io
import json
import pathlib
import socketserver
import sys
import tempfile
import threading
import unittest
import urllib.request
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import scanner_instances  # noqa: E402
from files_test import noise  # noqa: E402
from postfix_instance import free_port  # noqa: E402
from relay_instance import RECIPIENT, Relay, Sink, wait_until  # noqa: E402
from scanner_instances import EICAR, FOUND, WORDS, CIcap, Clamd  # noqa: E402

MISSING = scanner_instances.missing()
TEXT = b"memo\n" + WORDS + b"\n"


def letter(*files):
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", RECIPIENT, "資料"
    mail.set_content("資料をお送りします。\n")
    for name, media_type, data in files:
        mail.add_attachment(data, *media_type.split("/"), filename=name)
    return mail.as_bytes()


def packed(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return made.getvalue()


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mugaika-sink-")
        self.addCleanup(folder.cleanup)
        self.sink = Sink(folder.name)
        self.addCleanup(self.sink.stop)

    def relay(self, *scanners):
        self.metrics = free_port()
        extra = f'[relay.metrics]\nlisten = "127.0.0.1:{self.metrics}"\n' + "".join(f"[[relay.scanner]]\n{one}\n" for one in scanners)
        relay = Relay([self.sink.port], extra=extra)
        self.addCleanup(relay.close)
        return relay.start()

    def page(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}{path}", timeout=30) as answer:
            return answer.read().decode()

    def delivered(self, relay, *files):
        """(text, names, {path: part of the ledger}) of what arrives."""
        before = len(self.sink.mails())
        self.assertEqual(relay.send(letter(*files))[0], 250)
        wait_until(lambda: len(self.sink.mails()) == before + 1, "the mail")
        message = email.message_from_bytes(self.sink.mails()[before], policy=email.policy.default)
        names = [part.get_filename() for part in message.iter_attachments()]
        parts = {part["path"]: part for part in relay.events("message.sanitized")[-1]["parts"]}
        return message.get_body(("plain",)).get_content(), names, parts


@unittest.skipIf(MISSING, f"not installed: {MISSING}")
class RealScanners(Case):
    def test_clamd_forbids_what_it_knows_and_nothing_else(self):
        """A text that it knows and a ZIP with EICAR are held, with what was found in ledger and log; a picture and another text arrive."""
        with Clamd() as clamd:
            relay = self.relay(f'clamd = "{clamd.socket}"')
            text, names, parts = self.delivered(relay, ("図.png", "image/png", noise(20, 1)), ("試験.txt", "text/plain", TEXT),
                                                ("資料.zip", "application/zip", packed(a_txt=b"safe\n", b_txt=EICAR)), ("案内.txt", "text/plain", "ご案内\n".encode()))
            self.assertEqual(names, ["図.png", "案内.txt"])
            self.assertEqual([parts[path]["reason"] for path in ("3", "4")], ["malware_found"] * 2)
            self.assertIn("「試験.txt」", text)
            self.assertIn("ウイルス", text)
            found = relay.events("scanner.found")
            self.assertEqual([event["part"] for event in found], ["3", "4"])
            self.assertIn(FOUND, found[0]["why"])
            self.assertEqual(len(relay.quarantine()), 1)
            self.assertIn('mugaika_scans_total{scanner="clamd ' + str(clamd.socket) + '",result="forbidden"} 2', self.page("/metrics"))

    def test_clamd_that_is_down_holds_files_and_no_letter(self):
        """matrix: scanner/unavailable. The letter arrives, its files are held as engine_unavailable; down and up again are said once, /readyz warns."""
        clamd = Clamd()
        self.addCleanup(clamd.close)
        relay = self.relay(f'clamd = "{clamd.socket}"')
        picture = ("図.png", "image/png", noise(20, 1))
        for _ in range(2):
            text, names, parts = self.delivered(relay, picture)
            self.assertEqual((names, parts["2"]["reason"]), ([], "engine_unavailable"))
            self.assertIn("「図.png」", text)
        self.assertEqual(len(relay.events("scanner.down")), 1)
        self.assertIn("clamd", self.page("/readyz"))
        clamd.start()
        self.assertEqual(self.delivered(relay, picture)[1], ["図.png"])
        self.assertEqual(len(relay.events("scanner.up")), 1)
        self.assertNotIn("clamd", self.page("/readyz"))

    def test_what_clamd_found_is_released_by_no_order(self):
        """Refused at the command with what can be done, and an order file that was written by hand is given up, also when no scanner is asked any more."""
        with Clamd() as clamd:
            relay = self.relay(f'clamd = "{clamd.socket}"')
            self.delivered(relay, ("図.png", "image/png", noise(20, 1)), ("試験.txt", "text/plain", TEXT))
        item = relay.quarantine()[0]["id"]
        for more in (("--parts", "3"), ()):
            refused = relay.command("quarantine", "release", item, *more, "--reason", "x", "--by", "山田", check=False)
            self.assertEqual(refused.returncode, 65)
            self.assertIn("a scanner found malware", refused.stderr)
            self.assertIn(f"mugaika quarantine export {item} --part 3", refused.stderr)
        # Part 2 may be released; its order, changed by hand, names part 3 and nothing.
        relay.stop()
        for parts in (["3"], []):
            relay.command("quarantine", "release", item, "--parts", "2", "--again", "--reason", "x", "--by", "山田")
            path = max((relay.state / "outbox").glob("*.order"), key=lambda one: one.stat().st_mtime_ns)
            order = json.loads(path.read_text())
            path.write_text(json.dumps({**order, "parts": parts}))
        relay.text = relay.text.replace(f'[[relay.scanner]]\nclamd = "{clamd.socket}"\n', "")
        self.assertNotIn("clamd", relay.text)
        relay.start()
        wait_until(lambda: len(relay.events("quarantine.release_failed")) == 2, "both orders to be given up")
        self.assertEqual({(event["failure"], event["final"]) for event in relay.events("quarantine.release_failed")}, {("refused", True)})
        self.assertEqual(len(self.sink.mails()), 1)

    def test_files_of_an_attached_mail_are_shown_too(self):
        """A forwarded mail is no file, its files are: what clamd knows stays, in a mail within a mail as well."""
        inner = letter(("図.png", "image/png", noise(20, 1)), ("試験.txt", "text/plain", TEXT), ("資料.zip", "application/zip", packed(b_txt=EICAR)))
        for _ in range(2):
            outer = email.message.EmailMessage(policy=email.policy.SMTP)
            outer["From"], outer["To"], outer["Subject"] = "a@example.com", RECIPIENT, "転送"
            outer.set_content("転送します。\n")
            outer.add_attachment(email.message_from_bytes(inner, policy=email.policy.SMTP))
            inner = outer.as_bytes()
        with Clamd() as clamd:
            relay = self.relay(f'clamd = "{clamd.socket}"')
            self.assertEqual(relay.send(inner)[0], 250)
            wait_until(lambda: self.sink.mails(), "the mail")
            message = email.message_from_bytes(self.sink.mails()[0], policy=email.policy.default)
            self.assertEqual([part.get_filename() for part in message.iter_attachments()], ["図.png"])
            forbidden = [part["path"] for part in relay.events("message.sanitized")[-1]["parts"] if part["reason"] == "malware_found"]
            self.assertEqual(forbidden, ["2/2/3", "2/2/4"])

    def test_a_file_larger_than_clamd_takes_is_held(self):
        """StreamMaxLength: no pass without a look. The scanner is not down for that."""
        with Clamd(stream_max="100K") as clamd:
            relay = self.relay(f'clamd = "{clamd.socket}"')
            _, names, parts = self.delivered(relay, ("大.png", "image/png", noise(300, 1)), ("小.png", "image/png", noise(20, 2)))
            self.assertEqual((names, parts["2"]["reason"]), (["小.png"], "engine_unavailable"))
            self.assertEqual(relay.events("scanner.down"), [])

    def test_c_icap_with_its_antivirus_and_its_echo(self):
        """RESPMOD and REQMOD, by 204 and with the file given back: clean files arrive, what clamd knows is held, over connections that are used again."""
        with Clamd() as clamd, CIcap(clamd) as icap:
            for method in ("respmod", "reqmod"):
                relay = self.relay(f'icap = "icap://127.0.0.1:{icap.port}/avscan"\nmethod = "{method}"', f'icap = "icap://127.0.0.1:{icap.port}/echo"\nmethod = "{method}"')
                for count in range(2):
                    _, names, parts = self.delivered(relay, ("図.png", "image/png", noise(60, count)), ("試験.txt", "text/plain", TEXT),
                                                     ("案内.txt", "text/plain", "ご案内\n".encode()))
                    self.assertEqual(names, ["図.png", "案内.txt"])
                    self.assertEqual(parts["3"]["reason"], "malware_found")
                self.assertIn(FOUND, relay.events("scanner.found")[0]["why"])
                relay.close()


class Service(socketserver.ThreadingTCPServer):
    """Speaks ICAP, without a preview, and gives `answer(file)` back."""
    allow_reuse_address = daemon_threads = True

    def __init__(self, answer):
        self.answer = answer
        super().__init__(("127.0.0.1", 0), Visit)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Visit(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            fields = {}
            while field := self.rfile.readline().strip():
                name, _, value = field.partition(b":")
                fields[name.lower()] = value.strip()
            if line.startswith(b"OPTIONS"):
                self.wfile.write(b"ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nEncapsulated: null-body=0\r\n\r\n")
                continue
            self.rfile.read(int(fields[b"encapsulated"].rpartition(b"=")[2]))
            file = bytearray()
            while size := int(self.rfile.readline(), 16):
                file += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            self.wfile.write(self.server.answer(bytes(file)))


def given(file, status=b"200 OK"):
    head = b"HTTP/1.1 " + status + b"\r\n\r\n"
    return b"ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=%d\r\n\r\n%s%x\r\n%s\r\n0\r\n\r\n" % (len(head), head, len(file), file)


class OurService(Case):
    def service(self, answer):
        service = Service(answer)
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        return f'icap = "icap://127.0.0.1:{service.server_address[1]}/x"'

    def test_a_file_that_is_given_instead_is_as_hostile_as_the_first_one(self):
        """Another picture is rebuilt as any; bytes that are none, a program, an archive in place of a picture are held."""
        other = noise(20, 7)
        relay = self.relay(self.service(lambda file: given(other + b"MZ behind the end")))
        _, names, parts = self.delivered(relay, ("図.png", "image/png", noise(20, 1)))
        self.assertEqual(names, ["図.png"])
        self.assertEqual((parts["2"]["action"], parts["2"]["out_kind"]), ("rebuilt", "png"))
        arrived = email.message_from_bytes(self.sink.mails()[-1], policy=email.policy.default)
        self.assertNotIn(b"MZ behind", next(arrived.iter_attachments()).get_payload(decode=True))
        for instead in (b"", b"MZ\x90\0" + bytes(600), packed(a_txt=b"x"), noise(20, 1)[:100]):
            relay = self.relay(self.service(lambda file, instead=instead: given(instead)))
            _, names, parts = self.delivered(relay, ("図.png", "image/png", noise(20, 1)))
            self.assertEqual(names, [])
            self.assertEqual(parts["2"]["action"], "quarantined")

    def test_an_archive_that_was_changed_is_held(self):
        """What is in it was read from the mail, so another archive cannot take its place."""
        relay = self.relay(self.service(lambda file: given(packed(b_txt=b"other"))))
        _, names, parts = self.delivered(relay, ("資料.zip", "application/zip", packed(a_txt=b"one\n")))
        self.assertEqual((names, parts["2"]["reason"]), ([], "malware_found"))

    def test_what_a_service_may_do_wrong_costs_the_file_and_nothing_else(self):
        """matrix: scanner/nonsense. Garbage, an end in the middle, a body without end, an error: held, the letter arrives at once."""
        for answer in (b"no ICAP\r\n\r\n", b"ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nffffffff\r\n", b"ICAP/1.0 500 No\r\n\r\n"):
            relay = self.relay(self.service(lambda file, answer=answer: answer))
            text, names, parts = self.delivered(relay, ("図.png", "image/png", noise(20, 1)))
            self.assertEqual((names, parts["2"]["reason"]), ([], "engine_unavailable"))
            self.assertIn("資料をお送りします。", text)

    def test_a_service_that_is_silent_is_waited_for_as_long_as_configured(self):
        """matrix: scanner/timeout. The letter goes without the file, and a mail without files does not wait at all."""
        silence = threading.Event()
        self.addCleanup(silence.set)
        relay = self.relay(self.service(lambda file: silence.wait(300) and b"") + '\npatience = "2s"')
        _, names, parts = self.delivered(relay, ("図.png", "image/png", noise(20, 1)))
        self.assertEqual((names, parts["2"]["reason"]), ([], "engine_unavailable"))
        self.assertEqual(self.delivered(relay)[1], [])

    def test_a_reload_takes_up_other_scanners(self):
        """No scanner, then one that forbids all, then none again: each holds for the mails that come then."""
        relay = self.relay()
        picture = ("図.png", "image/png", noise(20, 1))
        plain = relay.text
        self.assertEqual(self.delivered(relay, picture)[1], ["図.png"])
        with_scanner = plain.replace("[[route]]", f"[[relay.scanner]]\n{self.service(lambda file: given(b'no', b'403 Forbidden'))}\n[[route]]")
        self.assertEqual(relay.reload(with_scanner)["event"], "config.loaded")
        self.assertEqual(self.delivered(relay, picture)[2]["2"]["reason"], "malware_found")
        self.assertEqual(relay.reload(plain)["event"], "config.loaded")
        self.assertEqual(self.delivered(relay, picture)[1], ["図.png"])


if __name__ == "__main__":
    unittest.main()
