"""A page open in a browser, for tests."""

from typing import Any

MILLISECONDS = 60_000
DESK, PHONE = (1280, 800), (390, 844)


class Visit:
    """A page that is open, the errors it met, and the addresses it asked."""

    def __init__(self, browser: Any, address: str, path: str, size: tuple[int, int], **options: Any) -> None:  # noqa: ANN401
        """Open the page; `options` are those of a browser context."""
        self.context = browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)), locale="vi-VN", **options)
        self.page = self.context.new_page()
        self.path = path
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.set_default_timeout(MILLISECONDS)
        self.page.goto(f"http://{address}{path}")

    def search(self, text: str) -> None:
        """Ask for a text on the courier's page."""
        self.page.fill("#q", text)
        self.page.press("#q", "Enter")

    def wait_for_map(self) -> None:
        """Wait until the map stands and knows the provinces."""
        self.page.wait_for_selector(".islands")
