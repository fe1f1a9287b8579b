"""A wire between the relay and its next hop that remembers what the next hop said, reply by reply."""
import contextlib
import socket
import threading


class WireTap:
    def __init__(self, port_behind):
        self.port_behind = port_behind
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.said = []  # by connection
        self.open = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # closed
            heard = bytearray()
            self.said.append(heard)
            self.open.append(near)
            threading.Thread(target=self.join, args=(near, heard), daemon=True).start()

    def join(self, near, heard):
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port_behind)) as far:
            back = threading.Thread(target=self.carry, args=(near, far, None), daemon=True)
            back.start()
            self.carry(far, near, heard)
            back.join()

    def carry(self, source, target, heard):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if heard is not None:
                    heard += data
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def lead_to(self, port):
        """From now on another server stands behind it; the connections to the one before end."""
        self.port_behind = port
        while self.open:
            with contextlib.suppress(OSError):
                self.open.pop().shutdown(socket.SHUT_RDWR)

    def replies(self):
        """Of all connections; the lines of one reply with | between them."""
        found = []
        for heard in self.said:
            lines = []
            for line in bytes(heard).decode("utf-8", "replace").splitlines():
                lines.append(line)
                if line[3:4] != "-":
                    found.append("|".join(lines))
                    lines = []
        return found

    def close(self):
        self.listener.close()
