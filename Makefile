# `make run` opens CalmReply and `make test` tests it. Both do all their set-up by themselves.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)
READY = $(or $(PYTHON),$(error CalmReply needs Python 3.11 or newer \
	(Debian, Ubuntu: apt-get install python3; macOS: brew install python))) .make/ready.py
BIN = .venv/bin

help:
	@echo "make run     open CalmReply (without a display: the guided rehearsal, as pictures)"
	@echo "make test    run the tests; ARGS=\"-k gate\" for some of them"
	@echo "make check   style, types, import contracts, dependencies"
	@echo "make tour    the guided rehearsal, one picture a step, in tour/"
	@echo "make pictures  make the pictures of the README anew"
	@echo "make bench   measure it against a bare window on this machine"
	@echo "make bench-team  the same questions to a team's server and to a file, side by side"
	@echo "make hostile  measure what hostile input costs and reaches (ten minutes, Linux, strace)"
	@echo "make soak    what could send twice, lose or lie, again and again (hours, Linux, strace)"
	@echo "make cover   run the tests and show the lines they miss"
	@echo "make format  put the code into the agreed form"
	@echo "make lock    choose the newest fitting packages and rewrite requirements.lock"
	@echo "make audit   ask the public list of known holes about the locked packages"
	@echo "make clean   remove everything that was made here"

run:
	@$(READY) run $(ARGS)

test:
	@$(READY) test $(ARGS)

ready:
	@$(READY)

check: ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src

tour: ready
	$(BIN)/python -m calmreply tour --out tour

# The pictures of the README, made by the program that they show.
pictures: tour
	cp tour/*-case.png resources/pictures/case.png
	cp tour/*-inbox-dark.png resources/pictures/inbox-dark.png
	cp tour/*-review-alone.png resources/pictures/review.png

bench: ready
	$(BIN)/python -m calmreply bench

bench-team: ready
	$(BIN)/python -m tests.storage.measure_team
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.team.measure_live

hostile: ready
	$(BIN)/python -m tests.hostile

soak: ready
	$(BIN)/python -m tests.soak $(ARGS)

cover: ready
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

format: ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ready
	$(BIN)/python .make/lock.py

# Not part of `make check`: it asks a service on the network about every package.
audit: ready
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock

clean:
	rm -rf .venv build dist tour .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	find src tests .make -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help run test ready check tour pictures bench bench-team hostile soak cover format lock audit clean
