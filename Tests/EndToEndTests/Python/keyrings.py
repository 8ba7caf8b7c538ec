"""A keyring of gpg's of a test's own."""

import os
import shutil
import subprocess
import tempfile


class Keyring:
    """Its environment is what others need who are to use it."""

    def __init__(self):
        # Short, because the path of the agent's socket may have some hundred bytes only.
        self.home = tempfile.mkdtemp(prefix="gpg-", dir="/tmp")
        self.environment = {"GNUPGHOME": self.home}

    def gpg(self, *arguments, given=b""):
        done = subprocess.run(["gpg", "--batch", *arguments], input=given, capture_output=True, timeout=120,
                              env={**os.environ, **self.environment})
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def make(self, user, algorithm="ed25519", *, expires="never", since=None):
        """A key without a passphrase; its fingerprint."""
        self.gpg(*self.at(since), "--passphrase", "", "--quick-generate-key", user, algorithm, "sign", expires)
        listed = self.gpg("--with-colons", "--list-keys", f"={user}").decode()
        return next(line for line in listed.splitlines() if line.startswith("fpr")).split(":")[9].lower()

    def public(self, user):
        return self.gpg("--armor", "--export", user).decode()

    def sign(self, user, payload, *options, at=None):
        """A signed message with the payload in it, armoured."""
        return self.gpg(*self.at(at), "--local-user", user, "--armor", *options, "--sign", given=payload)

    def revoke(self, fingerprint):
        path = f"{self.home}/openpgp-revocs.d/{fingerprint.upper()}.rev"
        with open(path) as file:
            # A colon keeps it from being imported by mistake.
            certificate = file.read().replace(":-----BEGIN", "-----BEGIN")
        self.gpg("--import", given=certificate.encode())

    @staticmethod
    def at(moment):
        return ["--faked-system-time", moment] if moment else []

    def remove(self):
        subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ, **self.environment}, timeout=60, check=False)
        shutil.rmtree(self.home, ignore_errors=True)
