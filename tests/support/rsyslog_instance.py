"""Debian's rsyslogd as a syslog server of a test: a process of its own with its configuration, port and files in a temporary folder. The system's own
service, if there is one, is not touched."""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from relay_instance import wait_until

MODULES = pathlib.Path("/usr/lib/x86_64-linux-gnu/rsyslog")
DRIVERS = {"ossl": "lmnsd_ossl.so", "gtls": "lmnsd_gtls.so"}


def missing(driver="ossl"):
    """What of Debian's packages is not here; "" when nothing is."""
    if not shutil.which("rsyslogd"):
        return "rsyslog"
    return "" if driver is None or (MODULES / DRIVERS[driver]).exists() else f"rsyslog's driver {driver}"


class Rsyslog:
    """`certificate`, `key`, `authority`: TLS with this driver; without them plain TCP. What was received is one message a line. What it
    holds in memory is written before it goes on, so that a kill shows what the sender took for received."""

    def __init__(self, port, certificate=None, key=None, authority=None, driver="ossl", asks_client="anon"):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-rsyslog-"))
        self.port = port
        self.file = self.dir / "received"
        tls = "" if certificate is None else (f'global(DefaultNetstreamDriver="{driver}" DefaultNetstreamDriverCAFile="{authority}" '
                                              f'DefaultNetstreamDriverCertFile="{certificate}" DefaultNetstreamDriverKeyFile="{key}")\n')
        mode = "" if certificate is None else f' StreamDriver.Name="{driver}" StreamDriver.Mode="1" StreamDriver.AuthMode="{asks_client}"'
        permitted = ' PermittedPeer="mx.city.example.lg.jp"' if asks_client == "x509/name" else ""
        (self.dir / "conf").write_text(
            f'global(workDirectory="{self.dir}" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="on")\n{tls}'
            f'module(load="imtcp"{mode}{permitted})\n'
            'template(name="whole" type="string" string="%pri%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n")\n'
            f'ruleset(name="kept" queue.type="Direct") {{ action(type="omfile" file="{self.file}" template="whole") }}\n'
            f'input(type="imtcp" port="{port}" address="127.0.0.1" ruleset="kept")\n')
        self.process = None

    def start(self):
        with (self.dir / "said").open("a") as said:
            self.process = subprocess.Popen(["rsyslogd", "-n", "-f", self.dir / "conf", "-i", self.dir / "pid"],
                                            stdout=subprocess.DEVNULL, stderr=said)
        wait_until(self.answers, "a port of rsyslogd")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError("rsyslogd ended: " + (self.dir / "said").read_text())
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def lines(self):
        if not self.file.exists():
            return []
        return self.file.read_bytes().rpartition(b"\n")[0].decode("utf-8").splitlines()

    def numbers(self):
        """(writer, number) of each message, in the order of arrival."""
        found = [re.search(r'\[mugaika@32473 writer="(\w+)" seq="(\d+)"', line) for line in self.lines()]
        return [(one[1], int(one[2])) for one in found if one]
