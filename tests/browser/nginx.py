"""deploy/nginx.conf as it stands, run by a real nginx: only name, ports, paths and the certificate are the test's."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
NAME = "monitor.example"

MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u;
    scgi_temp_path {folder}/s;
    include {folder}/monitor.conf;
}}
"""


@dataclass(frozen=True)
class Front:
    """A running nginx: its two ports, and how to speak to it."""

    port: int
    plain: int
    folder: Path

    @property
    def host(self) -> str:
        """What a browser writes as Host."""
        return f"{NAME}:{self.port}"

    def context(self) -> ssl.SSLContext:
        """Trusts the certificate of this test alone."""
        return ssl.create_default_context(cafile=str(self.folder / "monitor.crt"))

    def connect(self, name: str = NAME) -> ssl.SSLSocket:
        """A TLS connection that asks for that name."""
        return self.context().wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=20), server_hostname=name)

    def ask(
        self, path: str = "/", method: str = "GET", body: bytes | None = None, host: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (small letters; several of a name on a line each) and body of one request."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60)
        connection.sock = self.connect()
        try:
            sent = {"Host": host or self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            carried: dict[str, str] = {}
            for name, value in answer.getheaders():
                carried[name.lower()] = "\n".join(filter(None, (carried.get(name.lower()), value)))
            return answer.status, carried, answer.read()
        finally:
            connection.close()

    def logged(self, path: str) -> list[str]:
        """The lines of the access log about requests of that path.

        Not the last line: a request of an earlier test may end (408) and be written at any time. nginx writes a line after
        the answer; its one worker has written those of earlier answers when it answers again.
        """
        self.ask("/written-until-here")
        lines = (self.folder / "monitor.log").read_text().splitlines()
        return [line for line in lines if f" {path}" in line]


def certificate(folder: Path) -> None:
    """A key and a certificate signed with it, for NAME, good for a day either way."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "monitor.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "monitor.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def configuration(folder: Path, port: int, plain: int, behind: int) -> str:
    """The example with this test's ports and paths; everything else to the letter."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("https://monitor.example$request_uri", f"https://monitor.example:{port}$request_uri"),
        ("server 127.0.0.1:8501", f"server 127.0.0.1:{behind}"),
        ("/etc/ssl/monitor/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def front(folder: Path, port: int, plain: int, behind: int, changes: tuple[tuple[str, str], ...] = ()) -> Iterator[Front]:
    """nginx before whatever listens on port ``behind`` of this machine."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not program:
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    certificate(folder)
    text = configuration(folder, port, plain, behind)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "monitor.conf").write_text(text, encoding="utf-8")
    user = "user root root;" if Path("/root").exists() and Path(folder).stat().st_uid == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr, checked.stderr
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                try:
                    process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                pytest.fail((folder / "nginx.log").read_text())
        yield Front(port, plain, folder)
    finally:
        process.terminate()
        process.wait(timeout=20)
