"""Copy the few built front-end files the pages use from node_modules to static/vendor, and join the icons into one sprite."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "static" / "vendor"


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    symbols = []
    for line in (ROOT / "docs" / "assets.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("icon "):
            name = line.removeprefix("icon ")
            svg = (ROOT / "node_modules" / "bootstrap-icons" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
            inner = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", svg, flags=re.DOTALL).strip()
            symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
        else:
            # Without the "find my source map" comment: the map is not served and the manifest storage would miss it.
            text = (ROOT / "node_modules" / line).read_text(encoding="utf-8")
            text = re.sub(r"(//[#@] sourceMappingURL=.*$|/\*# sourceMappingURL=.*?\*/)", "", text, flags=re.MULTILINE)
            (TARGET / Path(line).name).write_text(text, encoding="utf-8")
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"
    (TARGET / "icons.svg").write_text(sprite, encoding="utf-8")
    # The bundler is one program for this machine; it runs without Node, whenever a script changed.
    bundler = next((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    (ROOT / "var" / "bin").mkdir(parents=True, exist_ok=True)
    shutil.copy2(bundler, ROOT / "var" / "bin" / "esbuild")
    shutil.rmtree(ROOT / "node_modules", ignore_errors=True)


if __name__ == "__main__":
    main()
