"""Write a local .env with fresh secrets, once; an existing one is left alone."""

import os
import secrets
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / ".env"


def main() -> None:
    if TARGET.exists():
        return
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    lines = [f"SECRET_KEY={secrets.token_urlsafe(50)}", "DEBUG=true", f"DEMO_PASSWORD={password}", ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8")
    TARGET.chmod(0o600)


if __name__ == "__main__":
    main()
