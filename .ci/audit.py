"""Known vulnerabilities of the locked packages. Where the advisory service cannot be reached, says so; consistency is checked always."""

import subprocess
import sys


def main() -> int:
    consistent = subprocess.run(
        [".venv/bin/uv", "pip", "check", "--python", ".venv/bin/python"], check=False
    ).returncode
    result = subprocess.run(
        [
            ".venv/bin/pip-audit",
            "--requirement",
            "requirements.lock",
            "--disable-pip",
            "--progress-spinner",
            "off",
            "--timeout",
            "10",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    skipped = result.stdout.count("could not be audited")
    if result.returncode == 0 and not skipped:
        print("dependency audit: no known vulnerabilities")
        return consistent
    if result.returncode and "vulnerabilit" in result.stdout + result.stderr:
        print(result.stdout, result.stderr)
        return 1
    print(
        "dependency audit: the advisory service knows nothing of these packages or did not answer: not audited",
        file=sys.stderr,
    )
    return consistent


if __name__ == "__main__":
    sys.exit(main())
