"""A certification authority for one test, made by the openssl tool in a folder of the test."""
import pathlib
import subprocess


class Authority:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        self.file = self.folder / "ca.pem"
        self.key = self.folder / "ca.key"
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                 "/CN=mugaika test CA", "-keyout", self.key, "-out", self.file)

    def run(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def revocation_list(self, *revoked, days=2):
        """A file (PEM) with the list of these certificates of ours."""
        config, index = self.folder / "ca.cnf", self.folder / "index.txt"
        config.write_text(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {index}\ndefault_md = sha256\nunique_subject = no\n")
        index.touch()
        own = ("ca", "-config", config, "-keyfile", self.key, "-cert", self.file)
        for certificate in revoked:
            self.run(*own, "-revoke", certificate)
        made = self.folder / f"list-{len(list(self.folder.iterdir()))}.pem"
        self.run(*own, "-gencrl", "-crldays", days, "-out", made)
        return made

    def issue(self, name, kind="ecdsa", days=2):
        """(certificate file, key file) for a host name; days = -1: expired."""
        base = self.folder / f"{name}-{kind}-{days}"
        key, request, certificate, extensions = (base.with_name(base.name + end) for end in (".key", ".csr", ".pem", ".ext"))
        new_key = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ecdsa" else ["rsa:2048"]
        self.run("req", "-newkey", *new_key, "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        extensions.write_text(f"subjectAltName=DNS:{name}\n")
        self.run("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial", "-days", days,
                 "-extfile", extensions, "-out", certificate)
        return certificate, key
