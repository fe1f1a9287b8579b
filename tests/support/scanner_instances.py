"""Real scanners for tests, each a process of its own in a temporary folder: Debian's clamd with two signatures of ours, one of EICAR, and Debian's c-icap
with its echo and its antivirus module, which asks that clamd."""
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

from postfix_instance import free_port
from relay_instance import wait_until

# The test file of EICAR, in two pieces: a scanner that looks at this file finds nothing.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
# The relay itself takes EICAR for a program and asks nobody; so of words in a text, too.
WORDS = b"the words that our own signature knows"
FOUND = "Mugaika.Test.Words.UNOFFICIAL"
MODULES = pathlib.Path("/usr/lib/x86_64-linux-gnu/c_icap")


def missing():
    """What of Debian's packages is not here; "" when nothing is."""
    programs = [name for name in ("clamd", "c-icap") if not shutil.which(name)]
    return ", ".join(programs) or ("" if (MODULES / "virus_scan.so").exists() else "libc-icap-mod-virus-scan")


class Program:
    """A program in the foreground, with a folder of its own that others may read."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, f"an answer of {self.command[0]}")
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=60)
            self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()


class Clamd(Program):
    def __init__(self, stream_max="2M"):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-clamd-"))
        self.dir.chmod(0o755)
        self.socket = self.dir / "clamd.ctl"
        (self.dir / "db").mkdir()
        (self.dir / "db/test.ndb").write_text(f"Mugaika.Test.EICAR:0:*:{EICAR.hex()}\nMugaika.Test.Words:0:*:{WORDS.hex()}\n")
        (self.dir / "clamd.conf").write_text(f"LocalSocket {self.socket}\nLocalSocketMode 666\nDatabaseDirectory {self.dir}/db\nForeground yes\n"
                                             f"StreamMaxLength {stream_max}\nTemporaryDirectory {self.dir}\nMaxThreads 4\n")
        super().__init__(["clamd", "-c", self.dir / "clamd.conf"])

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as asked:
                asked.connect(str(self.socket))
                asked.sendall(b"zPING\0")
                return asked.recv(10).startswith(b"PONG")
        except OSError:
            return False


class CIcap(Program):
    def __init__(self, clamd):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="mugaika-c-icap-"))
        self.dir.chmod(0o777)  # it runs as nobody
        self.port = free_port()
        settings = {"PidFile": self.dir / "pid", "CommandsSocket": self.dir / "ctl", "Timeout": 60, "KeepAliveTimeout": 60, "StartServers": 1,
                    "MaxServers": 2, "MinSpareThreads": 2, "MaxSpareThreads": 4, "ThreadsPerChild": 4, "Port": f"127.0.0.1:{self.port}",
                    "User": "nobody", "Group": "nogroup", "ServerName": "test", "TmpDir": self.dir, "ModulesDir": MODULES, "ServicesDir": MODULES,
                    "TemplateDir": "/usr/share/c_icap/templates/", "LoadMagicFile": "/etc/c-icap/c-icap.magic", "ServerLog": self.dir / "server.log",
                    "AccessLog": self.dir / "access.log"}
        more = ["Service echo srv_echo.so", "Service antivirus_module virus_scan.so",
                "ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple", "virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE",
                "virus_scan.MaxObjectSize 5M", "Module common clamd_mod.so", f"clamd_mod.ClamdSocket {clamd.socket}"]
        (self.dir / "c-icap.conf").write_text("\n".join([*(f"{key} {value}" for key, value in settings.items()), *more]) + "\n")
        super().__init__(["c-icap", "-N", "-f", self.dir / "c-icap.conf"])

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as asked:
                asked.sendall(b"OPTIONS icap://127.0.0.1/avscan ICAP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                return asked.recv(100).startswith(b"ICAP/1.0 200")
        except OSError:
            return False
