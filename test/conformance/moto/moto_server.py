# SPDX-License-Identifier: Apache-2.0
"""moto's server on a free loopback port, for as long as a `with` block runs."""
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request

# A login that no account gives out; moto takes any.
LOGIN = {"AWS_ACCESS_KEY_ID": "ROLLCALLFIXTURE00001", "AWS_SECRET_ACCESS_KEY": "not-a-secret-only-signs-for-loopback", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def moto_server(log_path, patience=60):
    """Yields the server's address. Raises RuntimeError with the end of its log where it does not answer in time."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with open(log_path, "wb") as log:
        server = subprocess.Popen([os.path.join(os.path.dirname(sys.executable), "moto_server"), "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **LOGIN})
        try:
            until = time.monotonic() + patience
            while True:
                if server.poll() is not None or time.monotonic() > until:
                    with open(log_path, encoding="utf-8", errors="replace") as text:
                        raise RuntimeError(f"moto did not start: {text.read()[-2000:]}")
                try:
                    urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
