"""Write a local .env with fresh secrets; one that is there keeps what it says and gets what it lacks."""

import base64
import os
import secrets
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / ".env"


def main() -> None:
    text = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    known = {line.split("=", 1)[0] for line in text.splitlines() if "=" in line}
    wanted = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "true",
        "DEMO_PASSWORD": os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9),
        "PARTY_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    lacking = [f"{name}={value}\n" for name, value in wanted.items() if name not in known]
    if text and not text.endswith("\n"):
        text += "\n"
    TARGET.write_text(text + "".join(lacking), encoding="utf-8")
    TARGET.chmod(0o600)


if __name__ == "__main__":
    main()
