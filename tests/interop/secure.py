"""A gateway to a Redis that asks for a password, or speaks TLS: who is trusted, who is not, and what is said then."""
import os
import shutil
import socket
import subprocess
import unittest

import exchange

OPENSSL = shutil.which("openssl")


class Secure(exchange.Interop):
    def setUp(self):
        super().setUp()
        self.port = None

    def file(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *words):
        subprocess.run([OPENSSL, *words], cwd=self.folder, check=True, capture_output=True)

    def certificate(self, name, subject, by=None, alternative="IP:127.0.0.1,DNS:localhost"):
        """NAME.crt with NAME.key; signed by itself, or by the authority BY."""
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-out", name + ".csr",
                     "-subj", "/CN=" + subject)
        with open(self.file(name + ".ext"), "w", encoding="utf-8") as file:
            file.write(f"subjectAltName={alternative}\n" if by else "basicConstraints=critical,CA:TRUE\n")
        signer = ["-CA", by + ".crt", "-CAkey", by + ".key", "-CAcreateserial"] if by else ["-signkey", name + ".key"]
        self.openssl("x509", "-req", "-in", name + ".csr", "-days", "2", "-extfile", name + ".ext", "-out",
                     name + ".crt", *signer)

    def start_redis(self, *words):
        """With TLS on a port of its own, and the socket as always."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.redis.words = ["--tls-port", str(self.port), "--tls-cert-file", self.file("server.crt"), "--tls-key-file",
                            self.file("server.key"), "--tls-ca-cert-file", self.file("ca.crt"), *words]
        self.redis.start()

    def address(self, *settings, host="127.0.0.1", login=""):
        return f"rediss://{login}{host}:{self.port}/0" + ("?" + "&".join(settings) if settings else "")

    def trades(self, address):
        """A run through that address, with a client on the socket."""
        self.redis.url, out = address, self.id() + str(len(os.listdir(self.folder)))
        self.run_host("run", self.community(), "--slots", "2", "--await-batches=20", "--out", out)
        self.until_said("connected to Redis")
        client = exchange.Aggregator(self.redis, "client")
        self.addCleanup(client.close)
        key = client.register("Load 1 L13")
        self.assertEqual(client.batch({key: [{"type": "device_info"}]})[key][0]["status"], "ready")
        client.delete()
        self.assertEqual(self.host.wait(60), 0, self.said())

    def fails(self, address, *sentences, pace="900ms"):
        """A run that goes on without: why it has no Redis is said once."""
        self.redis.url = address
        self.run_host("run", self.community(), "--slots", "1", "--pace", "15m=" + pace, "--out",
                      "f" + str(len(os.listdir(self.folder))))
        self.assertEqual(self.host.wait(60), 0, self.said())
        self.assertNotIn("connected to Redis", self.said())
        self.assertEqual(self.said().count("cannot be reached"), 1, self.said())
        for sentence in sentences:
            self.assertIn(sentence, self.said())

    @unittest.skipUnless(OPENSSL, "needs openssl")
    def test_tls(self):
        self.certificate("ca", "an authority")
        self.certificate("other", "another one")
        self.certificate("server", "a server", "ca")
        self.certificate("client", "a client", "ca")
        self.start_redis("--tls-auth-clients", "no")
        ca = "ssl_ca_certs=" + self.file("ca.crt")
        self.trades(self.address(ca))
        self.trades(self.address(ca, host="localhost"))
        self.trades(self.address("ssl_cert_reqs=none"))
        self.fails(self.address("ssl_ca_certs=" + self.file("other.crt")), "its certificate is not trusted: ")
        self.fails(self.address(), "its certificate is not trusted: ")  # the system trusts no such authority

    @unittest.skipUnless(OPENSSL, "needs openssl")
    def test_tls_with_names_and_clients(self):
        self.certificate("ca", "an authority")
        self.certificate("server", "a server", "ca", "DNS:elsewhere")
        self.certificate("client", "a client", "ca")
        self.start_redis("--tls-auth-clients", "yes")
        ca = "ssl_ca_certs=" + self.file("ca.crt")
        us = ["ssl_certfile=" + self.file("client.crt"), "ssl_keyfile=" + self.file("client.key")]
        self.fails(self.address(ca, *us), "its certificate is not trusted: IP address mismatch")
        self.fails(self.address(ca, *us, host="localhost"), "its certificate is not trusted: ", "ostname mismatch")
        self.trades(self.address(ca, *us, "ssl_check_hostname=false"))
        self.fails(self.address(ca, "ssl_check_hostname=false"), "TLS: ")  # who are you?

    def test_a_plain_server_speaks_no_tls(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.redis.words = ["--bind", "127.0.0.1"]
        self.redis.tcp = self.port
        self.redis.start()
        self.fails(self.address("ssl_cert_reqs=none"), pace="7s")  # it waits for the end of a line, or finds one
        self.trades(f"redis://127.0.0.1:{self.port}")

    def test_passwords(self):
        self.redis.words = ["--user", "default", "on", "nopass", "~*", "&*", "+@all", "--user", "gate", "on",
                            ">s@crét:/?", "~*", "&*", "+@all", "--user", "deaf", "on", ">x", "~*", "+@all",
                            "resetchannels"]
        self.redis.start()
        path = self.redis.socket
        self.trades(f"unix://gate:s%40cr%C3%A9t%3a%2F%3F@{path}?db=3")
        results = [os.path.join(folder, file) for folder, _, files in os.walk(self.folder) for file in files]
        for name in results:
            if not name.endswith(".sock"):
                with open(name, "rb") as file:
                    self.assertNotIn("s@crét".encode(), file.read(), name)
                with open(name, "rb") as file:
                    self.assertNotIn(b"s%40cr", file.read(), name)
        self.fails(f"unix://gate:wrong@{path}", "WRONGPASS")
        self.fails(f"unix://deaf:x@{path}", "NOPERM")
        self.assertNotIn("wrong@", self.said())


if __name__ == "__main__":
    unittest.main()
