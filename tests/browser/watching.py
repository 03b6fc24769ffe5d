"""A page in the browser, and what it did besides showing something."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page

#: How the dashboard says that a page's script raised: nothing else about it reaches the screen.
PAGE_FAILED = "页面出错"

IDLE = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app !== null
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && app.getAttribute('data-test-connection-state') === 'CONNECTED';
}"""


@dataclass
class Watched:
    """A page with every request it made and every error it reported, in order."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def enter(self, dashboard: str, token: str) -> None:
        """Gives the browser a session's cookie, as signing in does."""
        port = urlsplit(dashboard).port
        self.page.context.add_cookies([{"name": f"monitor-session-{port}", "value": token, "url": dashboard}])

    def outside(self) -> list[str]:
        """Requests, websockets included, to anywhere but this machine. Data held in the page itself is no request."""
        return [
            url for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).hostname != "127.0.0.1"
        ]

    def idle(self) -> None:
        """Until the script behind the page has finished and the page has been told."""
        # The page marks itself running only a moment after a click; asking at once would see the old state.
        self.page.wait_for_timeout(50)
        self.page.wait_for_function(IDLE, timeout=60_000)
        assert not self.page.get_by_text(PAGE_FAILED).is_visible(), "the page failed: test-artifacts/dashboard*.log"
