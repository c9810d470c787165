# The two commands of the README are `make run` and `make test`; each installs what is missing, builds, and does its
# job.  Everything else is Meson's: see meson.build and tools/.

SCRIPT ?= examples/leaky_cache.py
PREFIX ?= /usr/local

.PHONY: all run test test-quick bench install clean deps

all: deps
	@TARGETS=ouro tools/build build --buildtype=release -Db_lto=true -Dlibrary=false

run: all
	@echo "== build/ouro --memory $(SCRIPT)"
	@build/ouro --memory $(SCRIPT)

test: deps
	@tools/install-deps test || true
	@tools/test

test-quick: deps
	@tools/test quick

bench: all
	@tools/bench

install: all
	@meson configure build -Dprefix=$(PREFIX) -Dlibrary=true -Dtests=false && ninja -C build && meson install -C build

deps:
	@tools/install-deps

clean:
	rm -rf build build-*
