#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the suite costs, measured in one go: seconds to build it, what a check
# costs in the guest (tools/bench_probe), seconds for all tests, on the host's
# KVM and on the emulated machines.  Nothing here passes or fails.
#
# In the emulated AMD machine time counts instructions, so the ratio there is
# one of instructions; seconds of whole runs are the host's.
#
# bench.sh BUILD
set -u

cd "$(dirname "$0")/.." || exit 2
build=$1
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kvm-cpuid-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM HUP
kdir=$build/linux
[ -e ../lib.mk ] && kdir=../../../..

# seconds WHAT COMMAND...: its wall time, output put away.
seconds()
{
	local what=$1 start end rc=0

	shift
	start=$(date +%s.%N)
	"$@" > "$tmp/out" 2>&1 || rc=$?
	end=$(date +%s.%N)
	case $rc in
	0|1) awk -v w="$what" -v a="$start" -v b="$end" \
		'BEGIN { printf "%s %.1f s\n", w, b - a }' ;;
	*) echo "$what - (exit $rc: $(tail -n 1 "$tmp/out"))" ;;
	esac
}

in_machine()
{
	machines/run.sh --machine "$1" --output "$tmp/$1" -- \
		"$build/tools/bench_probe" > "$tmp/out" 2>&1 ||
		{ echo "$1 - ($(tail -n 1 "$tmp/out"))"; return; }
	sed "s/^/$1 /" "$tmp/$1/bench_probe.log"
}

seconds build make -s -j"$(nproc)" OUTPUT="$tmp/build" KSRC="$kdir" all
"$build/tools/bench_probe" 2>&1 | sed 's/^/host /'
in_machine amd
in_machine intel
for where in host amd intel; do
	seconds "run_$where" ./run_tests.sh --machine "$where" \
		--output "$tmp/run-$where"
done
