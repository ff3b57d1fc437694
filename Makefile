# Two commands start everything: `make demo` and `make test`. Both install what is missing and are quick the second time.
.DEFAULT_GOAL := help
.PHONY: help demo test lint lock clean
VENV := .venv/bin

help: ## Danh sách lệnh / This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

demo: ## Chạy thử toàn bộ / The whole product with sample data, on http://127.0.0.1:8000 (SERVE=0: do not serve)
	@sh setup.sh demo
	@$(VENV)/diachiso demo $(if $(filter 0,$(SERVE)),--no-serve)

test: ## Kiểm thử / Lint, types, import rules and all tests
	@sh setup.sh test
	@# Lint runs beside the tests and is told below them; both have to pass. Tests wait now and then: one worker more than there are cores.
	@$(MAKE) --no-print-directory lint >var/lint.log 2>&1 & lint=$$!; \
	$(VENV)/pytest -q -n $$(($$(nproc) + 1)) --maxprocesses 4 --dist loadfile --no-loadscope-reorder; tests=$$?; \
	wait $$lint; lint=$$?; cat var/lint.log; test $$tests -eq 0 -a $$lint -eq 0

lint: ## Kiểm tra mã nguồn / Lint, format, types and import rules (after make test once)
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports

lock: ## Khoá lại phiên bản / Write both lock files anew from pyproject.toml
	@sh setup.sh test
	@test -x var/lock/bin/pip-compile || { python3 -m venv var/lock && var/lock/bin/pip install -q pip-tools; }
	var/lock/bin/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-header --annotation-style line --extra dev -o requirements-dev.lock pyproject.toml
	var/lock/bin/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --no-header --annotation-style line -c requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## Xoá .venv, bộ đệm và dữ liệu chạy thử / Remove .venv, caches and the private cluster with its data
	@if [ -x $(VENV)/python ]; then $(VENV)/python -c "from registry import cluster; cluster.remove()"; fi
	rm -rf .venv var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
