# The usual things in one word each. Everything real is in CMakeLists.txt and CMakePresets.json.
.DEFAULT_GOAL := help
.PHONY: help demo build test kill bench bench-long check fuzz format clean

JOBS ?= $(shell nproc 2>/dev/null || echo 2)
PACKAGES = @cmake/packages.sh
CONFIGURE = cmake -Wno-dev --log-level=WARNING --preset
CTEST = ctest -j $(JOBS) --preset

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: build ## install what is missing, build, run a street of twelve homes for a day
	build/lunagrid run examples/street

build: ## a release build of the program in build/
	$(PACKAGES) build
	$(CONFIGURE) release
	cmake --build build --target program

test: ## every test, first under sanitizers (build-asan/), then as a release (build/)
	$(PACKAGES) build test format browser
	$(CONFIGURE) asan
	$(CONFIGURE) release
	cmake --build build-asan
	cmake --build build
	$(CTEST) asan
	$(CTEST) asan-clock
	$(CTEST) release
	$(CTEST) release-clock

kill: build ## kill -9 at 5,000 random moments (MOMENTS=5000) and resume each time
	LUNAGRID=$(CURDIR)/build/lunagrid LUNAGRID_SOURCE=$(CURDIR) python3 -B tests/flow/75_kill.py $${MOMENTS:-5000}

bench: build ## measure against the agreed limits: a table, and build/bench.json
	$(PACKAGES) test
	cmake --build build
	python3 tests/bench/run.py --build build

bench-long: build ## the same with a million assets, however long that takes
	$(PACKAGES) test
	cmake --build build
	python3 tests/bench/run.py --build build --long

check: ## what a reviewer does: format, warnings as errors, all tests, a minute of fuzzing
	$(PACKAGES) build test format fuzz
	tests/check.sh

fuzz: ## every fuzz target for five minutes (FUZZ_SECONDS=300), JOBS at a time; FUZZ="csv journal": only those
	$(PACKAGES) build fuzz
	$(CONFIGURE) fuzz
	cmake --build build-fuzz --target fuzz_targets
	JOBS=$(JOBS) tests/fuzz.sh build-fuzz $${FUZZ_SECONDS:-300} $(FUZZ)

format: ## put every C file into shape
	$(PACKAGES) format
	find host plugins tests -name '*.[ch]' -print0 | xargs -0 clang-format -i

clean: ## remove all build folders
	rm -rf build build-asan build-debug build-fuzz
