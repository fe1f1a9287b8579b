"""Many SMTP clients at once on plain sockets, driven by one selector: for tests of what the relay does with a crowd."""
import resource
import selectors
import socket
import time


def raise_open_files(wanted):
    """For this process and those that it starts from now on; True when it is enough."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard == resource.RLIM_INFINITY or hard >= wanted


class Client:
    """`received` grows while the crowd runs; `ended` once the relay has closed or reset."""

    def __init__(self, port, source="127.0.0.1"):
        self.socket = socket.socket()
        self.socket.bind((source, 0))
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.received = b""
        self.sent = 0
        self.ended = False

    def read(self):
        try:
            came = self.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            came = b""
        self.received += came
        self.ended = self.ended or not came

    def send(self, data):
        """As much as goes at once; nothing when the relay does not read or has gone."""
        try:
            self.sent += self.socket.send(data)
        except OSError:
            pass

    def last_line(self):
        return self.received.rstrip().rsplit(b"\r\n", 1)[-1].decode("ascii", "replace")


class Crowd:
    def __init__(self, clients=()):
        self.selector = selectors.DefaultSelector()
        self.clients = []
        for client in clients:
            self.add(client)

    def add(self, client):
        self.clients.append(client)
        self.selector.register(client.socket, selectors.EVENT_READ, client)

    def run(self, seconds, until, every=None):
        """Reads whatever comes until `until(clients)`; calls `every(client)` for each one about five times a second. False
        when the time is over before."""
        deadline = time.monotonic() + seconds
        due = 0.0
        while not until(self.clients):
            now = time.monotonic()
            if now > deadline:
                return False
            if every and now >= due:
                due = now + 0.2
                for client in self.clients:
                    if not client.ended:
                        every(client)
            for key, _ in self.selector.select(0.05):
                client = key.data
                client.read()
                if client.ended:
                    self.selector.unregister(client.socket)
        return True

    def close(self):
        self.selector.close()
        for client in self.clients:
            client.socket.close()


def all_ended(clients):
    return all(client.ended for client in clients)
