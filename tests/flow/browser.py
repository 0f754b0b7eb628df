"""A headless Chromium for tests of the page, spoken to over a pipe (its DevTools protocol): no driver, no packages."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find():
    """The program, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    """One tab. Closes with close(); everything it wrote lies in a folder that goes with it."""

    def __init__(self, width=1280, height=900, dark=False, phone=False, without=()):
        self.folder = tempfile.mkdtemp(prefix="lunagrid-browser-")
        self.number, self.rest, self.problems = 0, b"", []
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        def hand_over():  # it reads descriptor 3 and writes 4
            high = [os.dup(theirs_in), os.dup(theirs_out)]
            while min(high) < 5:
                high = [os.dup(one) for one in high]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
             "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=hand_over, close_fds=False)  # pylint: disable=subprocess-popen-preexec-fn
        os.close(theirs_in)
        os.close(theirs_out)
        self.ours_in, self.ours_out, self.session = ours_in, ours_out, None
        target = next(t for t in self.ask("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")
        if without:  # files that it does not get
            self.ask("Network.setBlockedURLs", urls=["*/" + name for name in without])
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def ask(self, method, timeout=60, **arguments):
        """Asks, and returns the answer; events on the way are looked at for problems."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": arguments}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.ours_out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + timeout
        while True:
            answer = self.hear(end - time.monotonic())
            if answer is None:
                raise TimeoutError(f"{method} is not answered")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def hear(self, seconds):
        """The next message; None: none came."""
        while b"\0" not in self.rest:
            if seconds <= 0 or not select.select([self.ours_in], [], [], seconds)[0]:
                return None
            piece = os.read(self.ours_in, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has ended")
            self.rest += piece
        one, _, self.rest = self.rest.partition(b"\0")
        message = json.loads(one)
        if message.get("method") == "Runtime.exceptionThrown":
            details = message["params"]["exceptionDetails"]
            self.problems.append(details.get("exception", {}).get("description", details["text"]))
        elif message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            entry = message["params"]["entry"]
            self.problems.append(entry["text"] + " " + entry.get("url", ""))
        return message

    def go(self, url):
        self.ask("Page.navigate", url=url)

    def run(self, script):
        """The value of an expression in the page; promises are waited for."""
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", "?"))
        return result["result"].get("value")

    def type(self, text):
        """Types where the cursor is, in place of all that is there."""
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key="a", code="KeyA", windowsVirtualKeyCode=65, modifiers=2, commands=["selectAll"])
        self.ask("Input.insertText", text=text)

    def press(self, key, code=None, number=0, modifiers=0, text=None):
        """Presses and lets go a key, as a person does."""
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=number, modifiers=modifiers, **more)

    def until(self, script, seconds=30):
        """Waits until an expression is true in the page."""
        end = time.monotonic() + seconds
        while True:
            try:
                if self.run(f"Boolean({script})"):
                    return
            except RuntimeError:
                pass  # what it asks for is not there yet
            if time.monotonic() > end:
                raise TimeoutError(f"{script} does not come true; the page says:\n" +
                                   self.run("document.body.innerText")[:3000] + f"\nproblems: {self.problems}")
            time.sleep(0.05)

    def shot(self, path, whole=False):
        picture = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.ours_in)
        os.close(self.ours_out)
        shutil.rmtree(self.folder, ignore_errors=True)
