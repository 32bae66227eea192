# Every task of this project. `make run` and `make test` need nothing but Python, make and the network.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONUNBUFFERED := 1

.PHONY: run serve reload test check audit bench bench-desk bench-newsletter bench-pages bench-search bench-stemming lock messages clean

run: export DEBUG := 1
run: export PORT := $(PORT)
run: export SITE_URL := $(or $(SITE_URL),http://127.0.0.1:$(PORT))
run: .venv/run.stamp
	@python manage.py migrate --verbosity 0
	@python manage.py load_demo
	@exec honcho start --no-prefix

serve: export PORT := $(PORT)
serve: export HOST := $(or $(HOST),127.0.0.1)
serve: export WORKERS := $(or $(WORKERS),$(shell getconf _NPROCESSORS_ONLN))
serve: var/static/.stamp
	@python manage.py check --deploy --fail-level ERROR
	@python manage.py migrate --verbosity 0
	@exec honcho start --no-prefix --procfile Procfile.serve

reload: var/static/.stamp
	@python manage.py migrate --verbosity 0
	@kill -HUP "$$(cat var/web.pid)"

test: .venv/dev.stamp
	@tests/run

check: .venv/dev.stamp
	ruff format --check .
	ruff check .
	djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	djhtml --check $$(git ls-files 'templates/*.html')
	DEBUG=1 mypy .
	DEBUG=1 python manage.py makemigrations --check --dry-run
	tests/check_messages
	tests/check_deploy

bench: bench-desk bench-pages

bench-desk: .venv/dev.stamp
	@python -m benchmarks.desk_walk

audit: .venv/dev.stamp
	@python -m tests.audit

bench-stemming: .venv/dev.stamp
	@python -m benchmarks.stemming

bench-newsletter: .venv/dev.stamp
	@python -m benchmarks.newsletter

bench-pages: .venv/dev.stamp
	@python -m benchmarks.pages

bench-search: .venv/dev.stamp
	@python -m benchmarks.search

lock: .venv/dev.stamp
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -c requirements.lock -o requirements-dev.lock

messages: .venv/dev.stamp
	DEBUG=1 python manage.py makemessages -l be -l ru --no-wrap --no-location --ignore .venv --ignore var --ignore tests
	DEBUG=1 python manage.py compilemessages -l be -l ru --ignore .venv --ignore var

clean:
	rm -rf .venv

# Every file is compressed as far as it goes, which takes half a minute: only when one of them is another.
var/static/.stamp: .venv/run.stamp $(shell find static -type f)
	@python manage.py collectstatic --noinput --verbosity 0
	@touch $@

.venv/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/pip
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	touch $@
