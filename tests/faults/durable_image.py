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
        self.files = {}  # inode -> the file that has it now; a number is used again, a file never
        self.content, self.durable_content = {}, {}  # file -> bytes
        self.names = {}  # path -> file; folders have None
        for parent, folders, files in os.walk(folder):
            for name in folders:
                self.names[os.path.join(parent, name)] = None
            for name in files:
                path = os.path.join(parent, name)
                file = self.new_file(os.stat(path).st_ino)
                self.names[path] = file
                self.content[file] = bytearray(pathlib.Path(path).read_bytes())
        self.durable_names = dict(self.names)
        self.durable_content = {file: bytes(content) for file, content in self.content.items()}

    def new_file(self, inode):
        file = len(self.content)
        self.files[inode] = file
        self.content[file], self.durable_content[file] = bytearray(), b""
        return file

    def apply(self, operation):
        op, inode, number, data = operation
        if op == "create":
            path = data.decode()
            known = self.names.get(path)
            if known is None or known != self.files.get(inode):
                self.names[path] = self.new_file(inode)
            elif number:
                self.content[known] = bytearray()
        elif op == "write":
            content = self.content[self.files[inode]]
            content.extend(b"\0" * (number - len(content)))
            content[number:number + len(data)] = data
        elif op == "truncate":
            content = self.content[self.files[inode]]
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

    def sync(self, path, inode):
        is_folder = path == self.root or self.names.get(path, 0) is None
        if not is_folder:
            file = self.files[inode]
            self.durable_content[file] = bytes(self.content[file])
            return
        here = lambda name: os.path.dirname(name) == path  # noqa: E731
        self.durable_names = {name: file for name, file in self.durable_names.items() if not here(name)}
        self.durable_names.update({name: file for name, file in self.names.items() if here(name)})

    def write_to(self, folder, names="durable"):
        """names="durable": what was not synced never was. "all": the names are there, the bytes of files not synced are not."""
        for path, file in sorted((self.durable_names if names == "durable" else self.names).items()):
            target = pathlib.Path(folder) / os.path.relpath(path, self.root)
            if file is None:
                target.mkdir(parents=True, exist_ok=True)
            elif target.name.endswith("-shm"):
                continue  # SQLite's shared memory: made anew from the log after a crash
            elif target.parent.is_dir():
                target.write_bytes(self.durable_content[file])
                target.chmod(os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o600)
