#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests that share their memory (TESTS_ONLY_LOOK of lib/bench/test.h): each has its
# own end, however the one before it ended.
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
victim=$build/tests/look_victim
tmp=$(mktemp -d "${TMPDIR:-/tmp}/only-look-test.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# shellcheck source=tests/check.sh
. tests/check.sh

# ends HOW TEST: its line.
ends() { grep -qE "^$1 [0-9]+ [a-z]+\.$2( |\$)" "$tmp/out"; }

skipped() { grep -qE '^ok [0-9]+ global\.skips # SKIP' "$tmp/out"; }

says() { grep -q "$1" "$tmp/out"; }

results() { grep -E '^(not )?ok |^# (Totals|FAILED)' "$1"; }

# On an emulated machine they share it.
KVM_CPUID_EMULATOR=TCG-7.2 "$victim" > "$tmp/out" 2>&1
status=$?
check fails [ "$status" = 1 ]
for test in reports expects asserts stops dies dies_trying \
	reports_after_try loops; do
	check "$test" ends 'not ok' "$test"
done
check skips skipped
for test in report expect assert stop skip death loop; do
	check "after_$test" ends ok "after_$test"
done
check counts says '^# Totals: pass:7 fail:8 .* skip:1 '
"$victim" > "$tmp/own" 2>&1
check same_in_memory_of_their_own diff <(results "$tmp/out") <(results "$tmp/own")
checks_end
