"""A view of this machine's files for one relay, in which programs and fonts can go away and come back. Needs root."""
import pathlib
import stat
import subprocess
import unittest


class MountSpace:
    def __init__(self):
        self.keeper = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", "echo here; exec sleep infinity"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.keeper.stdout.readline() == "here\n":
            return
        words = self.keeper.communicate()[1].strip()
        print(f"SKIPPED: files that go away and come back: no mount namespace can be made here: {words}")
        raise unittest.SkipTest(words)

    @property
    def inside(self):
        """What stands before a command that is to see it so."""
        return ["nsenter", f"--mount=/proc/{self.keeper.pid}/ns/mnt"]

    def hide(self, path):
        """A folder is empty, a file can neither be read nor run; nothing changes for anybody else."""
        path = pathlib.Path(path).resolve(strict=True)
        if path.is_dir():
            self.run("mount", "-t", "tmpfs", "-o", "mode=755", "none", path)
        else:
            self.put(path, "/dev/null")

    def put(self, path, other):
        """Another file stands there."""
        self.run("mount", "--bind", other, path)

    def show(self, path):
        self.run("umount", "--lazy", pathlib.Path(path).resolve())

    def run(self, *words):
        subprocess.run([*self.inside, *words], check=True, capture_output=True)

    def close(self):
        self.keeper.kill()
        self.keeper.communicate()


def program_that_exits(path, code):
    """A program in place of another, such as one that fails whatever it is asked."""
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(stat.S_IRWXU | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    return path
