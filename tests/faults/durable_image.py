"""What a power cut leaves: replays fault_shim.cpp's journal of file changes and writes a folder as it would be found after it.

Strict rules, as POSIX promises no more: the bytes of a file are there as they were at its last fsync or fdatasync; a name is
there (or gone) as it was at the last fsync of its folder. File systems usually keep more; whoever survives this survives them.
"""
import os
import pathlib


class Journal:
    """The operations of a journal file: (op, inode, number, bytes)."""

    def __init__(self, path):
        self.operations = []
        data = pathlib.Path(path).read_bytes()
        at = 0
        while at < len(data):
            end = data.index(b"\n", at)
            op, inode, number, length = data[at:end].split()
            at = end + 1 + int(length)
            self.operations.append((op.decode(), int(inode), int(number), data[end + 1:at]))


class DurableImage:
    def __init__(self, folder, forget_syncs=False):
        """The folder as it is now counts as durable. `forget_syncs`: a relay that never syncs, to see that it is found out."""
        self.root, self.forget_syncs = str(folder), forget_syncs
        self.content, self.durable_content = {}, {}  # inode -> bytes
        self.names, self.durable_names = {}, {}  # path -> inode; folders have None
        for parent, folders, files in os.walk(folder):
            for name in folders:
                self.names[os.path.join(parent, name)] = None
            for name in files:
                path = os.path.join(parent, name)
                inode = os.stat(path).st_ino
                self.names[path] = inode
                self.content[inode] = bytearray(pathlib.Path(path).read_bytes())
        self.durable_names = dict(self.names)
        self.durable_content = {inode: bytes(content) for inode, content in self.content.items()}

    def apply(self, operation):
        op, inode, number, data = operation
        if op == "create":
            path = data.decode()
            if self.names.get(path) != inode:
                # A number used again belongs to a new file.
                self.content[inode], self.durable_content[inode] = bytearray(), b""
                self.names[path] = inode
            elif number:
                self.content[inode] = bytearray()
        elif op == "write":
            content = self.content.setdefault(inode, bytearray())
            content.extend(b"\0" * (number - len(content)))
            content[number:number + len(data)] = data
        elif op == "truncate":
            content = self.content.setdefault(inode, bytearray())
            del content[number:]
            content.extend(b"\0" * (number - len(content)))
        elif op == "rename":
            old, new = data.decode().split("\n")
            self.names[new] = self.names.pop(old)
        elif op == "unlink":
            self.names.pop(data.decode(), None)
        elif op == "mkdir":
            self.names[data.decode()] = None
        elif op == "sync" and not self.forget_syncs:
            self.sync(data.decode(), inode)
        return op

    def sync(self, path, inode):
        if inode in self.content:
            self.durable_content[inode] = bytes(self.content[inode])
            return
        here = lambda name: os.path.dirname(name) == path  # noqa: E731
        self.durable_names = {name: i for name, i in self.durable_names.items() if not here(name)}
        self.durable_names.update({name: i for name, i in self.names.items() if here(name)})

    def write_to(self, folder, names="durable"):
        """names="durable": what was not synced never was. "all": the names are there, the bytes of files not synced are not."""
        for path, inode in sorted((self.durable_names if names == "durable" else self.names).items()):
            target = pathlib.Path(folder) / os.path.relpath(path, self.root)
            if inode is None:
                target.mkdir(parents=True, exist_ok=True)
            elif target.name.endswith("-shm"):
                continue  # SQLite's shared memory: made anew from the log after a crash
            elif target.parent.is_dir():
                target.write_bytes(self.durable_content.get(inode, b""))
                target.chmod(os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o600)
