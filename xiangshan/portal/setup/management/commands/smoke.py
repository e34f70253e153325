import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

Answer = tuple[int, dict[str, str], str]


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer of its own."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Command(BaseCommand):
    help = "Walks a deployed portal by its address, as an outsider: what must answer answers, what must be closed is closed. Exits 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="https://portal.example")
        parser.add_argument("--insecure", action="store_true", help="a self-signed certificate")

    def handle(self, *args: Any, address: str, insecure: bool, **options: Any) -> None:
        context = ssl.create_default_context()
        if insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _Stay)
        address = address.rstrip("/")

        def get(path: str) -> Answer:
            try:
                with opener.open(f"{address}{path}", timeout=10) as answer:
                    return answer.status, _lower(answer.headers), answer.read().decode(errors="replace")
            except urllib.error.HTTPError as error:
                return error.code, _lower(error.headers), error.read().decode(errors="replace")

        failed = []
        for title, check in self._checks(get, address.startswith("https://")):
            try:
                said = check()
            except (OSError, ValueError, KeyError) as error:
                said = f"{type(error).__name__}: {error}"
            self.stdout.write(f"{'ok  ' if not said else 'FAIL'} {title}{f': {said}' if said else ''}")
            failed += [title] if said else []
        if failed:
            raise CommandError(f"{len(failed)} checks failed")

    def _checks(self, get: Callable[[str], Answer], is_https: bool) -> list[tuple[str, Callable[[], str]]]:
        def status(path: str, wanted: int) -> Callable[[], str]:
            def check() -> str:
                seen = get(path)[0]
                return "" if seen == wanted else f"{path} answers {seen}, not {wanted}"

            return check

        def ready() -> str:
            code, _, body = get("/readyz")
            away = [name for name, is_there in json.loads(body).items() if not is_there]
            return "" if code == 200 else f"not ready: {', '.join(away)}"

        def login() -> str:
            code, headers, body = get("/accounts/login/")
            if code != 200 or "登录" not in body:
                return f"the login page answers {code}"
            wanted = ["content-security-policy", "x-frame-options"] + (
                ["strict-transport-security"] if is_https else []
            )
            missing = [name for name in wanted if name not in headers]
            cookie = headers.get("set-cookie", "")
            missing += ["Secure cookie"] if is_https and "secure" not in cookie.lower() else []
            return f"without {', '.join(missing)}" if missing else ""

        def styled() -> str:
            body = get("/accounts/login/")[2]
            sheets = [part.split('"')[0] for part in body.split('href="')[1:] if part.split('"')[0].endswith(".css")]
            broken = [path for path in sheets if get(path)[0] != 200]
            return f"{broken[0]} is not served" if broken or not sheets else ""

        return [
            ("the process is up", status("/healthz", 200)),
            ("database, queue and worker answer", ready),
            ("the login page, with its headers", login),
            ("its style", styled),
            ("nobody comes in without a login", status("/orgs/", 302)),
            ("the public form", status("/ask/", 200)),
            ("the API asks who is there", status("/api/v1/figures", 401)),
            (
                "figures for monitoring are closed",
                lambda: "" if get("/metrics")[0] in (403, 404) else "/metrics is public",
            ),
            ("what is not there is not found", status("/no-such-page/", 404)),
        ]
