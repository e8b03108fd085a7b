"""A worker for tests: runs the Python source in each frame and replies with `result` as JSON.

An exception is replied as its type's name, with the name of its errno where it has one.
"""

import errno
import json
import socket
import struct
from typing import Any


def _read(connection: socket.socket, size: int) -> bytes:
    body = b""
    while len(body) < size:
        chunk = connection.recv(size - len(body))
        if not chunk:
            raise EOFError
        body += chunk
    return body


def prepare() -> None:
    """Nothing to prepare."""


def serve(connection: socket.socket) -> None:
    """Run frames until the host hangs up."""
    names: dict[str, Any] = {"connection": connection}
    while True:
        try:
            [size] = struct.unpack(">Q", _read(connection, 8))
            source = _read(connection, size)
        except EOFError:
            return
        names["result"] = None
        try:
            exec(source, names)
            result = names["result"]
        except Exception as error:
            number = getattr(error, "errno", None)
            result = f"{type(error).__name__} {errno.errorcode.get(number, '')}".strip()
        body = json.dumps(result).encode()
        connection.sendall(struct.pack(">Q", len(body)) + body)
