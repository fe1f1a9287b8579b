"""A real Exim and a real OpenSMTPD for tests, out of packages that .ci/unpack extracted and nobody installed: each in a view of the
file system of its own, with own users, configuration and ports, on loopback, ended and removed afterwards."""
import os
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile

from relay_instance import ROOT, wait_until

USERS = {"Debian-exim": 991, "opensmtpd": 992, "opensmtpq": 993, "town": 994}
# In namespaces of its own: the users that it wants, its package at /mnt with its libraries, and empty folders where it works. The shell stays as the
# first process: its end is that of all, and the server, which gives up root, would not be told when its parent is gone.
VIEW = """set -e
mount --bind "$1" /mnt
mount --bind "$2/passwd" /etc/passwd
mount --bind "$2/group" /etc/group
for place in /run /var/lib /var/spool; do mount -t tmpfs -o mode=755 none "$place"; done
mkdir -p /var/lib/opensmtpd/empty
mkdir -m 711 /var/spool/smtpd
(cat /etc/ld.so.conf; find /mnt -type d -path '*/lib/*-linux-gnu') > "$2/ld.so.conf"
ldconfig -iX -f "$2/ld.so.conf" -C "$2/ld.so.cache"
mount --bind "$2/ld.so.cache" /etc/ld.so.cache
[ ! -d /mnt/usr/libexec ] || mount --bind /mnt/usr/libexec /usr/libexec
shift 2
"$@" &
wait "$!"
"""
NAMESPACES = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]


GIVEN_PORTS = set()


def quiet_port():
    """A port that nobody listens on, below those that the kernel gives to outgoing connections, and never given twice: a server that
    binds it some seconds later still finds it free."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if port not in GIVEN_PORTS and probe.connect_ex(("127.0.0.1", port)) != 0:
                GIVEN_PORTS.add(port)
                return port


def why_not(package):
    """Why this package cannot be run here; "" when it can."""
    if not (ROOT / "build-peers" / package).is_dir():
        return f"{package} is not there; .ci/unpack fetches it"
    tried = subprocess.run([*NAMESPACES, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"{package} needs namespaces of its own: {tried.stderr.strip()}"


class UnpackedServer:
    """A mail server in the foreground. `write_config` and `command` are the subclass's."""

    PACKAGE = ""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix=f"mugaika-{self.PACKAGE}-", dir="/var/tmp"))
        self.root.chmod(0o755)
        self.port = quiet_port()
        self.process = None
        self.mail = self.folder("mail", "town")
        (self.root / "passwd").write_text("".join(
            [pathlib.Path("/etc/passwd").read_text()] + [f"{name}:x:{n}:{n}::{self.mail}:/usr/sbin/nologin\n" for name, n in USERS.items()]))
        (self.root / "group").write_text("".join(
            [pathlib.Path("/etc/group").read_text()] + [f"{name}:x:{n}:\n" for name, n in USERS.items()]))

    def folder(self, name, owner):
        path = self.root / name
        path.mkdir()
        os.chown(path, USERS[owner], USERS[owner])
        return path

    def start(self):
        package = ROOT / "build-peers" / self.PACKAGE
        with open(self.root / "said", "ab") as said:
            self.process = subprocess.Popen([*NAMESPACES, "sh", "-c", VIEW, "sh", package, self.root, *self.command()], stdout=said,
                                            stderr=said, stdin=subprocess.DEVNULL)
        wait_until(lambda: self.process.poll() is not None or self.listens(), "the start of a mail server", 60)
        if self.process.poll() is not None:
            raise AssertionError(f"{self.PACKAGE} did not start: {self.said()}")
        return self

    def listens(self):
        with socket.socket() as probe:
            probe.settimeout(10)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self):
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in [self.root / "said", *self.root.glob("log/*")])

    def arrived(self):
        """The mails in the mailboxes."""
        return [path.read_bytes() for path in self.mail.glob("**/new/*")]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()  # unshare's end takes the first process with it, and that all the others
        if self.process:
            self.process.wait(timeout=60)
            wait_until(lambda: not self.listens(), "the end of a mail server", 60)

    def close(self):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)


class Exim(UnpackedServer):
    """`options` are lines of the main part, `acls` those of each access list by the place where it is asked, `routers` stand before the
    one that delivers to USERS_FILE's people."""

    PACKAGE = "exim4-daemon-light"

    def __init__(self):
        super().__init__()
        self.mail.chmod(0o777)  # it delivers as its own user
        self.folder("spool", "Debian-exim")
        self.folder("log", "Debian-exim")

    def configure(self, options="", routers="", **acls):
        asked = {"rcpt": "accept domains = example.jp\ndeny message = relay not permitted", **acls}
        lines = [f"""primary_hostname = mx.example.jp
exim_path = /mnt/usr/sbin/exim4
spool_directory = {self.root}/spool
log_file_path = {self.root}/log/%s
rfc1413_query_timeout = 0s
host_lookup =
keep_environment =
deliver_drop_privilege
{options}""", "" if "tls_advertise_hosts" in options else "tls_advertise_hosts ="]
        lines += [f"acl_smtp_{place} = at_{place}" for place in asked]
        lines += ["begin acl"] + [f"at_{place}:\n{rules}\naccept" for place, rules in asked.items()]
        lines += [f"""begin routers
{routers}
people:
  driver = accept
  domains = example.jp
  local_parts = !unknown
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  directory = {self.mail}/box
  maildir_format
  envelope_to_add
remote:
  driver = smtp
  allow_localhost
begin retry
"""]
        (self.root / "exim.conf").write_text("\n".join(lines))
        return self

    def command(self):
        return ["/mnt/usr/sbin/exim4", "-C", self.root / "exim.conf", "-bdf", "-oX", f"127.0.0.1.{self.port}"]


class OpenSmtpd(UnpackedServer):
    """`head` stands before the listener, `listener` behind its port; `people` are further lines of the table of users."""

    PACKAGE = "opensmtpd"

    def configure(self, head="", listener="", people="", domains='"example.jp"'):
        (self.root / "people").write_text(f"b@example.jp town\nd@example.jp town\ne@example.jp town\nb@callout.example.jp town\nafter@example.jp town\nbefore@example.jp town\n{people}")
        (self.root / "people").chmod(0o644)
        (self.root / "smtpd.conf").write_text(f"""
table people file:{self.root}/people
{head}
listen on 127.0.0.1 port {self.port} hostname mx.example.jp {listener}
action "local" maildir "{self.mail}/box" virtual <people>
match from any for domain {domains} action "local"
""")
        (self.root / "smtpd.conf").chmod(0o600)
        return self

    def command(self):
        return ["/mnt/usr/sbin/smtpd", "-d", "-f", self.root / "smtpd.conf"]
