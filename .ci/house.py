"""What the house promises (design 5-style) and no linter knows: exits 1 naming each place that breaks it.

No import circle, and no import inside a function that hides one; no package that re-exports, models' apart; a class name once;
no file over 400 lines; no queryset of anything.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
from tracked import tracked

PACKAGES = ("xiangshan", "orgs", "projects", "services", "mediation")
LINES_AT_MOST = 400
# Celery asks the project for its app here.
FACES = {"xiangshan"}
# Django asks every app, form, command and model for classes of these names.
REPEATED = {"Command", "Meta", "Migration", "Status"}


def ours(*patterns: str) -> list[Path]:
    """Without migrations, which are written by a command."""
    return [path for path in tracked(*patterns) if "migrations" not in path.parts]


def circles() -> Iterator[str]:
    """Every import counts, inside functions too: removing what nothing imports, and what imports nothing, leaves the circles."""
    sys.path.insert(0, ".")
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    before = -1
    while before != len(imports):
        before = len(imports)
        needed = set().union(*imports.values()) if imports else set()
        imports = {
            module: targets & imports.keys()
            for module, targets in imports.items()
            if module in needed and targets & imports.keys()
        }
    for module in sorted(imports):
        yield f"{module} imports itself by way of others: {', '.join(sorted(imports[module]))}"


def hidden_imports(tree: ast.AST) -> Iterator[int]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name != "ready":
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
                    yield node.lineno


def main() -> int:
    wrong = list(circles())
    classes: dict[str, list[str]] = defaultdict(list)
    for path in ours("*.py"):
        text = path.read_text()
        product = path.parts[0] in PACKAGES
        tree = ast.parse(text)
        if product:
            wrong += [f"{path}:{line}: import inside a function" for line in hidden_imports(tree)]
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and node.name not in REPEATED and node in tree.body:
                    classes[node.name].append(f"{path}:{node.lineno}")
            if (
                path.name == "__init__.py"
                and str(path.parent) not in FACES
                and path.parent.name != "models"
                and len(tree.body) > 1
            ):
                wrong.append(f"{path}: re-exports; import from the module that defines")
            if re.search(r"\.as_manager\(\)", text) and re.search(r"objects: Any|QuerySet\[Any\]", text):
                wrong.append(f"{path}: a queryset of anything")
    for path in ours("*.py", "static/js/*.js", "static/css/*.css", "templates/*.html"):
        if (count := len(path.read_text().splitlines())) > LINES_AT_MOST:
            wrong.append(f"{path}: {count} lines, at most {LINES_AT_MOST}")
    wrong += [f"class {name} more than once: {', '.join(where)}" for name, where in classes.items() if len(where) > 1]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
