"""The program of house.c, for the tests of this folder."""
import asyncio
import contextlib
import logging
import os
import subprocess

IDS = {"grid": 1, "meter": 2, "battery meter": 3, "battery inverter": 4, "battery": 5, "sun meter": 6,
       "sun inverter": 7, "charger": 8, "thermometer": 9}


class House:
    """On a port of its own."""

    def __init__(self, program, port=0):
        self.process = subprocess.Popen([program, f"127.0.0.1:{port}"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        said = self.process.stdout.readline()
        self.port = int(said.split("127.0.0.1:")[1].split(",")[0])

    @property
    def url(self):
        return f"grpc://127.0.0.1:{self.port}?ssl=false"

    def tell(self, word, number):
        """One of the words of house.c; done when this returns."""
        self.process.stdin.write(f"{word} {number}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(10)


def seconds(name, short):
    """How long a part lasts: LUNAGRID_<name>_S, or `short`."""
    return float(os.environ.get(f"LUNAGRID_{name}_S", short))


async def until(receiver, fits, limit_s=20):
    """The first message that fits; they come one after the other."""
    async with asyncio.timeout(limit_s):
        while True:
            message = await receiver.receive()
            if fits(message):
                return message


@contextlib.contextmanager
def warnings():
    """Warnings that are logged meanwhile."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(record.getMessage())

    keep = Keep(logging.WARNING)
    silence = logging.root.manager.disable
    logging.disable(logging.INFO)
    logging.getLogger().addHandler(keep)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(keep)
        logging.disable(silence)
