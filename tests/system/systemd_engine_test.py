"""The units of the converters (samples/systemd/mugaika-engine*) under a real systemd: the relay asks over their socket, LibreOffice runs as
a user of its own, and nothing of a job is left."""
import contextlib
import email
import email.policy
import pathlib
import re
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from relay_instance import DOMAIN, sample, wait_until  # noqa: E402
from systemd_machine import USER, machine_with_relay  # noqa: E402

RELAY = "mugaika-relay.service"
ASKING = "mugaika-engine.socket"
OFFICE = pathlib.Path("/usr/lib/libreoffice/program/soffice.bin")
SURVEY = sample("survey-form-xls")
SINK_PORT = 2525
CONFIG = f'''[relay]
hostname  = "mx.{DOMAIN}"
listen    = ["0.0.0.0:25", "[::]:25"]
state_dir = "/var/lib/mugaika"
log       = "/var/log/mugaika/events.jsonl"

[relay.engines]
socket = "/run/mugaika/engine.sock"

[[route]]
domains  = ["{DOMAIN}"]
next_hop = ["127.0.0.1:{SINK_PORT}"]
'''


def machine_up():
    return machine_with_relay(CONFIG, SINK_PORT, of_host=("fonts", "libreoffice"))


def files_of(mail):
    return [part.get_filename() for part in email.message_from_bytes(mail, policy=email.policy.default).iter_attachments()]


def jobs(machine):
    """Units of conversions that systemd still knows, failed ones too."""
    return re.findall(r"mugaika-engine@\S+\.service", machine.systemctl("list-units", "--all", "--plain", "--no-legend").stdout)


def users_of_office(machine, while_asked):
    """{uid, capabilities, …} of each LibreOffice that was seen while `while_asked` ran."""
    done, seen = threading.Event(), set()

    def look():
        while not done.is_set():
            for pid in machine.run("pgrep", "soffice", check=False).stdout.split():
                with contextlib.suppress(OSError):  # it ended meanwhile
                    status = (machine.root / f"proc/{pid}/status").read_text()
                    seen.add(tuple(re.search(rf"(?m)^{name}:\s*(\S+)", status)[1] for name in ("Uid", "CapEff", "NoNewPrivs", "Seccomp")))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        while_asked()
    finally:
        done.set()
        watcher.join()
    return seen


@unittest.skipUnless(OFFICE.exists(), "LibreOffice is not installed")
class EngineUnits(unittest.TestCase):
    def test_a_survey_form_is_converted_by_the_unit(self):
        """`enable --now` of the socket: the xls arrives as xlsx. LibreOffice has a user that is neither root nor the relay, no capability, a
        filter; no unit, process or file of the job is left, and the socket outlives a restart of the relay."""
        with machine_up() as (machine, relay, sink):
            machine.systemctl("enable", "--now", ASKING, RELAY)
            self.assertEqual(machine.run("stat", "-c", "%U %a", "/run/mugaika/engine.sock").stdout.strip(), "mugaika 600")
            answers = []
            seen = users_of_office(machine, lambda: answers.append(relay.send(SURVEY, timeout=300)[0]))
            self.assertEqual(answers, [250])
            self.assertEqual(files_of(sink.mails()[0]), ["調査票.xlsx"])
            self.assertTrue(seen, "no LibreOffice was seen")
            for user, capabilities, no_new_privileges, filtered in seen:
                self.assertNotIn(int(user), (0, USER))
                self.assertEqual((int(capabilities, 16), no_new_privileges, filtered), (0, "1", "2"))
            wait_until(lambda: not jobs(machine), "the end of the unit")
            self.assertEqual(machine.run("pgrep", "soffice", check=False).stdout, "")
            self.assertEqual([path for path in (machine.root / "tmp").rglob("*") if path.is_file()], [])

            machine.systemctl("restart", RELAY)
            self.assertEqual(relay.send(SURVEY, timeout=300)[0], 250)
            self.assertEqual(files_of(sink.mails()[1]), ["調査票.xlsx"])

    def test_a_unit_that_cannot_confine_converts_nothing(self):
        """The test above tests something: where the unit's own filter takes Landlock away, the launcher converts nothing, the file is held
        as engine_unavailable, and the letter arrives. So it is when the socket is stopped."""
        with machine_up() as (machine, relay, sink):
            machine.drop_in("mugaika-engine@.service", "[Service]\nSystemCallFilter=~landlock_restrict_self\n")
            machine.systemctl("enable", "--now", ASKING, RELAY)
            self.assertEqual(relay.send(SURVEY, timeout=300)[0], 250)
            machine.systemctl("stop", ASKING)
            self.assertEqual(relay.send(SURVEY, timeout=300)[0], 250)
            self.assertEqual([files_of(mail) for mail in sink.mails()], [[], []])
            held = [event["parts"][1] for event in relay.events("message.sanitized")]
            self.assertEqual([(row["action"], row["reason"]) for row in held], [("quarantined", "engine_unavailable")] * 2)
            wait_until(lambda: not jobs(machine), "the end of the units")


if __name__ == "__main__":
    unittest.main()
