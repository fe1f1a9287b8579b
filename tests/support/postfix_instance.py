"""A real Postfix of its own for tests: own configuration, queue and ports, on loopback, ended and removed afterwards.

Needs root (Postfix' master starts as root) and Debian's postfix package; nothing of the machine's own Postfix is touched.
"""
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

SERVICES = """\
127.0.0.1:{port} inet n - n - {processes} smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - {processes} smtp
relay unix - - n - {processes} smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postfix:
    """`settings` are main.cf lines by name; they win over the ones here."""

    def __init__(self, name, settings, processes=100):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix=f"mugaika-postfix-{name}-", dir="/var/tmp"))
        self.root.chmod(0o755)
        self.port = free_port()
        self.config = self.root / "etc"
        self.config.mkdir()
        (self.root / "spool").mkdir()
        (self.root / "data").mkdir()
        shutil.chown(self.root / "data", "postfix")
        self.log = self.root / "mail.log"
        base = {
            "compatibility_level": "3.6", "myhostname": f"{name}.example.jp", "mydestination": "",
            "queue_directory": self.root / "spool", "data_directory": self.root / "data",
            "maillog_file": self.log, "maillog_file_prefixes": "/var, /tmp", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8", "alias_maps": "", "alias_database": "",
            "local_recipient_maps": "", "multi_instance_name": f"postfix-{name}", "multi_instance_enable": "yes",
            "master_service_disable": "", "smtpd_client_connection_count_limit": "0", "smtp_host_lookup": "native",
            "disable_dns_lookups": "yes", "smtpd_peername_lookup": "no", "notify_classes": "",
            "smtp_tls_security_level": "none", "smtpd_tls_security_level": "none",
        }
        base.update(settings)
        (self.config / "main.cf").write_text("".join(f"{k} = {v}\n" for k, v in base.items()))
        (self.config / "master.cf").write_text(SERVICES.format(port=self.port, processes=processes))
        self.process = None
        self.mailboxes = None

    @classmethod
    def with_mailboxes(cls, name, domain, mailboxes, settings):
        """The end of the road for mail to `domain`: {address: mailbox}, or {"@domain": mailbox} for everybody."""
        postfix = cls(name, {
            "virtual_mailbox_domains": domain, "virtual_uid_maps": "static:65534", "virtual_gid_maps": "static:65534",
            "smtpd_recipient_restrictions": "reject_unlisted_recipient,permit_mynetworks,reject", **settings})
        postfix.mailboxes = postfix.root / "mail"
        postfix.mailboxes.mkdir()
        postfix.mailboxes.chmod(0o777)
        postfix.set("virtual_mailbox_base", postfix.mailboxes)
        lines = "".join(f"{address} {mailbox}/\n" for address, mailbox in mailboxes.items())
        postfix.set("virtual_mailbox_maps", postfix.map_file("mailboxes", lines))
        return postfix

    def arrived(self, mailbox):
        """The files of its mails, the oldest first."""
        return sorted((self.mailboxes / mailbox / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)

    def map_file(self, name, text):
        """A lookup table of type texthash; returns its main.cf value."""
        path = self.config / name
        path.write_text(text)
        return f"texthash:{path}"

    def set(self, key, value):
        with open(self.config / "main.cf", "a", encoding="utf-8") as main_cf:
            main_cf.write(f"{key} = {value}\n")

    def begin(self):
        # In the foreground as our child, so that its CPU time is ours to read and nothing can be left running.
        self.process = subprocess.Popen(["postfix", "-c", self.config, "start-fg"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def start(self):
        self.begin()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:  # its check of the queue met a process of its last life, which still moves files
                time.sleep(0.5)
                self.begin()
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
                    if s.recv(3) == b"220":
                        return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("Postfix did not start: " + (self.log.read_text()[-2000:] if self.log.exists() else ""))

    def queue_is_empty(self):
        shown = subprocess.run(["postqueue", "-c", self.config, "-j"], capture_output=True, text=True, check=False)
        return not shown.stdout.strip()

    def flush(self):
        subprocess.run(["postqueue", "-c", self.config, "-f"], check=True)

    def stop(self):
        if self.process and self.process.poll() is None:
            subprocess.run(["postfix", "-c", self.config, "stop"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            self.process.wait(timeout=60)

    def close(self):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()
