"""A headless Chromium over its debugging pipe: no driver, no server, nothing but the browser.

Chromium reads commands from descriptor 3 and writes answers and events to 4, each a JSON text that
ends in a zero byte (the Chrome DevTools Protocol).
"""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One tab.  `messages` collects console output and errors, `requests` what was asked of anybody."""

    def __init__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._next, self._buffer = 0, b""
        self.messages, self.requests, self.dialogs = [], [], []
        child_in, self._write = os.pipe()
        self._read, child_out = os.pipe()
        source, target = (fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (child_in, child_out))

        def connect():
            os.dup2(source, 3)
            os.dup2(target, 4)

        self._process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-extensions", "--disable-background-networking",
             "--force-color-profile=srgb", f"--user-data-dir={self._profile.name}",
             "--remote-debugging-pipe"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(3, 4, source, target), preexec_fn=connect)
        for fd in (child_in, child_out, source, target):
            os.close(fd)
        self._session = None
        target_id = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target_id, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self._session = None
            self.call("Browser.close")
        except (OSError, RuntimeError):
            pass
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        os.close(self._write)
        self._profile.cleanup()

    def call(self, method, **params):
        self._next += 1
        message = {"id": self._next, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data):]
        return self._wait(lambda m: m.get("id") == message["id"])

    def _wait(self, wanted, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while b"\0" in self._buffer:
                text, self._buffer = self._buffer.split(b"\0", 1)
                message = json.loads(text)
                self._note(message)
                if wanted(message):
                    if "error" in message:
                        raise RuntimeError(message["error"]["message"])
                    return message.get("result", message)
            if not select.select([self._read], [], [], 1)[0]:
                continue
            more = os.read(self._read, 1 << 20)
            if not more:
                raise RuntimeError("the browser is gone")
            self._buffer += more
        raise RuntimeError("the browser does not answer")

    def _note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled":
            self.messages.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.messages.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded":
            self.messages.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])

    def open(self, path, width=1440, height=900, dark=False, hash=""):
        """Show a file; ready when the page says so.  Earlier messages and requests are forgotten."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Page.navigate", url="about:blank")
        self.wait_for("document.readyState === 'complete'")
        self.messages, self.requests, self.dialogs = [], [], []
        self.call("Page.navigate", url="file://" + os.path.abspath(path) + hash)
        self.wait_for("document.body && document.body.hasAttribute('data-ready')")

    def wait_for(self, condition, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.evaluate(condition):
                return
            time.sleep(0.02)
        raise RuntimeError(f"never came true: {condition}; messages: {self.messages}")

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "failed"))
        return answer["result"].get("value")

    def choose(self, select_id, value):
        """Choose an option as a user does."""
        self.evaluate(f"""(() => {{ const s = document.getElementById({select_id!r});
            s.value = {value!r}; s.dispatchEvent(new Event("change", {{bubbles: true}})); }})()""")

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True,
                                          preferCSSPageSize=True)["data"])
