import datetime
import ipaddress
import os
import pathlib
import tempfile
import uuid

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Certificates:
    """An authority of the test's own, a certificate for 127.0.0.1, and one for a client."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        authority_key = ec.generate_private_key(ec.SECP256R1())
        authority = self._sign("test authority", authority_key.public_key(), "test authority", authority_key, True)
        self.authority = self._write(directory / "authority.pem", authority.public_bytes(serialization.Encoding.PEM))
        self.certificate, self.key = self._pair(directory / "server", "127.0.0.1", authority_key)
        self.client_certificate, self.client_key = self._pair(directory / "client", "a client", authority_key)

    def _pair(self, path, subject, authority_key):
        """The files of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(subject, key.public_key(), "test authority", authority_key, False)
        return (
            self._write(path.with_suffix(".pem"), certificate.public_bytes(serialization.Encoding.PEM)),
            self._write(path.with_suffix(".key"), key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())),
        )

    @staticmethod
    def _sign(subject, public_key, issuer, issuer_key, is_authority):
        def named(text):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder(
            named(issuer), named(subject), public_key, x509.random_serial_number(),
            now - datetime.timedelta(hours=1), now + datetime.timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(
            issuer_key, hashes.SHA256())

    @staticmethod
    def _write(path, data):
        path.write_bytes(data)
        return path


# gRPC reads its roots once, at its first TLS channel; so they are there before anything imports it.
_directory = tempfile.TemporaryDirectory(prefix="grafeion-certificates-")
_certificates = Certificates(_directory.name)
os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(_certificates.authority)
# The servers are started from a process that has channels open; nothing of them is used after the fork.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
# Neither library shall go through a proxy to reach this machine.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "*"

import grafeion_server  # noqa: E402
import reflected  # noqa: E402


@pytest.fixture(scope="session")
def certificates():
    return _certificates


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server for all tests that only need a project of their own."""
    running = grafeion_server.Server(tmp_path_factory.mktemp("server"))
    yield running
    assert running.is_alive(), f"the server died: {running.log_text()}"
    assert running.stop() == 0


@pytest.fixture
def launch(tmp_path):
    """Starts servers of a test's own, and ends what is left of them."""
    running = []

    def start(*flags, **options):
        server = grafeion_server.Server(options.pop("directory", tmp_path), *flags, **options)
        running.append(server)
        return server

    yield start
    for server in running:
        if server.is_alive():
            server.kill()


@pytest.fixture(scope="session")
def beta(server):
    """v1beta1 over gRPC."""
    return reflected.Service(server.channel(), "grafeas.v1beta1.GrafeasV1Beta1")


@pytest.fixture(scope="session")
def alpha(server):
    """v1alpha1 over gRPC."""
    return reflected.Service(server.channel(), "grafeas.v1alpha1.api.Grafeas")


@pytest.fixture
def project():
    """The id of a project that nobody else has."""
    return f"p-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def grafeion(server, project):
    """Runs a client command, with the server and the project in its environment."""
    return lambda *arguments, **options: server.command(*arguments, project=project, **options)


@pytest.fixture(scope="session")
def rest(server):
    return server.rest()


@pytest.fixture(scope="session")
def grpc_client(server):
    return server.grpc_client()
