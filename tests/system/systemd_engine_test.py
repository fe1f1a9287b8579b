"""The units of the converters (samples/systemd/mugaika-engine*) under a real systemd: the relay asks over their socket, LibreOffice and
commands of the configuration run as a user of its own, and nothing of a job is left."""
import contextlib
import email
import email.policy
import os
import pathlib
import re
import shutil
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from commands_test import PARKS, SAMPLE, mail_with  # noqa: E402
from relay_instance import DOMAIN, ROOT, sample, wait_until  # noqa: E402
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


PLACE = "/opt/converters"
NO_TEXT = b"\x60\x0e\x82" + bytes(range(200)) * 9  # no kind that somebody else reads
CSV = "\ufeffNAME,AREA\r\n大通公園,78901\r\n'=1+1,2\r\n".encode()


def command(suffix, program, makes, *more):
    run = ", ".join(f'"{word}"' for word in (f"{PLACE}/{program}", *more))
    return f'''
[[relay.engines.command]]
kind   = ["other"]
suffix = ["{suffix}"]
run    = [{run}]
makes  = "{makes}"
'''


def machine_up(config=CONFIG):
    return machine_with_relay(config, SINK_PORT, of_host=("fonts", "libreoffice"))


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


class CommandUnits(unittest.TestCase):
    COMMANDS = (command(".dbf", "dbf_to_csv", "csv") + command(".pipe", "with_a_pipe", "csv") + "processes = 200\n" +
                command(".taken", "engine_saboteur", "text", "stream") + 'reads = ["/opt/converters"]\n')
    PROFILE = '[profile.standard.attachments]\nother = "rebuild"\n'

    @contextlib.contextmanager
    def up(self):
        """The machine with its relay and the programs of the commands."""
        with machine_up(CONFIG.replace("[[route]]", self.COMMANDS + "\n[[route]]") + self.PROFILE) as (machine, relay, sink):
            place = machine.root / PLACE.lstrip("/")
            place.mkdir(parents=True)
            shutil.copy(SAMPLE, place)
            shutil.copy(pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")) / "engine_saboteur", place)
            (place / "with_a_pipe").write_text("#!/bin/sh\nset -e\nprintf 'NAME\\n'\nprintf 'park\\n' | tr a-z A-Z\n")
            (place / "with_a_pipe").chmod(0o755)
            machine.systemctl("enable", "--now", ASKING, RELAY)
            yield machine, relay, sink, place

    def delivered(self, relay, sink, raw):
        """({name: bytes}, the row of the file in the ledger)."""
        before = len(sink.mails())
        self.assertEqual(relay.send(raw, timeout=300)[0], 250)
        mail = email.message_from_bytes(sink.mails()[before], policy=email.policy.default)
        files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
        return files, relay.events("message.sanitized")[-1]["parts"][1]

    def test_a_command_runs_in_the_unit(self):
        """The converter of samples/, one that starts others, and what goes wrong: each is the matter of one file; no unit, process or file is
        left, and the next file is converted."""
        with self.up() as (machine, relay, sink, place):
            self.assertEqual(self.delivered(relay, sink, mail_with("公園.dbf", PARKS))[0], {"公園.csv": CSV})
            self.assertEqual(self.delivered(relay, sink, mail_with("公園.pipe", PARKS))[0], {"公園.pipe.csv": b"\xef\xbb\xbfNAME\r\nPARK\r\n"})
            files, row = self.delivered(relay, sink, mail_with("公園.dbf", PARKS[:-20]))
            self.assertEqual((files, row["reason"], row["handler"]), ({}, "engine_failed", "command"))
            (place / SAMPLE.name).rename(place / "gone")
            files, row = self.delivered(relay, sink, mail_with("公園.dbf", PARKS))
            self.assertEqual((files, row["reason"]), ({}, "engine_unavailable"))
            (place / "gone").rename(place / SAMPLE.name)
            self.assertEqual(self.delivered(relay, sink, mail_with("公園.dbf", PARKS))[0], {"公園.csv": CSV})
            wait_until(lambda: not jobs(machine), "the end of the units")
            self.assertEqual([path for path in (machine.root / "tmp").rglob("*") if path.is_file()], [])

    def test_a_command_that_is_taken_over_gets_nothing(self):
        """The saboteur behind the unit: of files, network, processes and rights of the machine it gets nothing. What it could get is there:
        a file that everybody may read, the manager's socket, the first process."""
        with self.up() as (machine, relay, sink, _):
            told = "sabotage:probe 1 /etc/passwd /run/systemd/private\n"
            files, row = self.delivered(relay, sink, mail_with("x.taken", NO_TEXT + told.encode()))
            self.assertEqual((list(files), row["handler"]), (["x.taken.txt"], "command"), row)
            tried = files["x.taken.txt"].decode("utf-8-sig").splitlines()
            self.assertGreater(len(tried), 50)
            self.assertEqual([line for line in tried if not line.startswith("refused ")], [])
            around = "sabotage:looks_around /opt/converters/dbf_to_csv /etc/mugaika/mugaika.toml /var/lib/mugaika /run/mugaika /proc/1/environ\n"
            files, _ = self.delivered(relay, sink, mail_with("y.taken", NO_TEXT + around.encode()))
            self.assertEqual([line.split()[0] for line in files["y.taken.txt"].decode("utf-8-sig").splitlines()], ["got", *["refused"] * 4])
            wait_until(lambda: not jobs(machine), "the end of the units")


if __name__ == "__main__":
    unittest.main()
