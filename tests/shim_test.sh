#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults between the suite and KVM turn the suite red: shim_sweep puts every
# fault there is into the installed list, shim_drive makes ioctls fail and
# flips bits under the suite's own programs.  Both run in the emulated AMD
# machine; a sample by default, everything with FULL=1.
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
[ -z "${QUICK:-}" ] || { echo "not in a quick self-check"; exit 4; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/shim.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0

# Each step takes a sample: every Nth.
every()
{
	[ -n "${FULL:-}" ] && echo 1 || echo "$1"
}

# in_machine NAME PROGRAM [FAULTY PROGRAM...]
in_machine()
{
	local name=$1 what=$2 files=() f rc=0

	shift 2
	for f; do
		files+=(--file "$build/faulty/$f:bin/$f")
	done
	machines/run.sh --machine amd --output "$tmp/$name" --timeout 2400 \
		--program-timeout 100000 ${files[@]+"${files[@]}"} -- \
		"$what" > "$tmp/$name.out" 2>&1 || rc=$?
	[ "$rc" -ne 4 ] || { cat "$tmp/$name.out"; exit 4; }
	cat "$tmp/$name"/shim_*.log
	grep -qx 0 "$tmp/$name"/shim_*.status && return
	echo "$name: FAIL"
	tail -n 3 "$tmp/$name.out"
	failed=1
}

make -s OUTPUT="$build" faulty || exit 1
in_machine sweep "$build/tests/shim_sweep $(every 20)"
in_machine bit "$build/tests/shim_drive bit $(every 97) /bin/cpuid_leaves_test" \
	cpuid_leaves_test
in_machine msr "$build/tests/shim_drive msr $(every 61) /bin/msr_value_test" \
	msr_value_test
in_machine errno "$build/tests/shim_drive errno $(every 7) /bin/cpuid_leaves_test" \
	cpuid_leaves_test
exit $failed
