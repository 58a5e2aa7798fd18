#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the suite costs, measured in one go: seconds to build it, what a check
# costs in the guest (tools/bench_probe), what more work costs
# (tools/bench_growth), all tests, on the host's KVM and on
# the emulated machines.
#
# Seconds are the host's.  Ratios are judged: one that is 15 % worse than in
# bench.tsv beside this script fails.  Those of the emulated machines count
# instructions, of which a loaded host needs no more.  Every figure is added to
# BUILD/bench.history, with time and commit.
#
# bench.sh BUILD
# Exit status: 0, 1 a ratio is worse, 2 usage.
set -u

cd "$(dirname "$0")/.." || exit 2
build=${1:?usage: bench.sh BUILD}
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

# in_machine MACHINE PROGRAM
in_machine()
{
	machines/run.sh --machine "$1" --output "$tmp/$1" -- \
		"$build/tools/$2" > "$tmp/out" 2>&1 ||
		{ echo "$1 - ($(tail -n 1 "$tmp/out"))"; return; }
	sed "s/^/$1 /" "$tmp/$1/$2.log"
}

# Of all tests, in boots of the same machine: both are instructions, as what
# a machine waited is left out.
suite_to_boot()
{
	cat "$tmp/run-$1"/machine* 2> /dev/null | awk -F= -v where="$1" '
		$1 == "guest_boot_ms" { boot = $2 }
		$1 == "guest_total_ms" { total += $2 }
		$1 == "guest_idle_ms" { total -= $2 }
		END { if (boot && total)
			printf "%s suite_to_boot %.2f ratio\n", where, total / boot }'
}

measure()
{
	local where program

	seconds build make -s -j"$(nproc)" OUTPUT="$tmp/build" KSRC="$kdir" all
	for program in bench_probe bench_growth; do
		"$build/tools/$program" 2>&1 | sed 's/^/host /'
		in_machine amd "$program"
		in_machine intel "$program"
	done
	for where in host amd intel; do
		seconds "run_$where" ./run_tests.sh --machine "$where" \
			--output "$tmp/run-$where"
		suite_to_boot "$where"
	done
}

# Lines "WHERE FIGURE VALUE ratio"; those that bench.tsv does not know pass.
judge()
{
	awk 'FNR == NR { if ($0 !~ /^#/) known[$1, $2] = $3; next }
		$4 == "ratio" && ($1, $2) in known {
			if ($3 > 1.15 * known[$1, $2]) {
				printf "WORSE: %s %s is %s, was %s\n",
					$1, $2, $3, known[$1, $2]
				worse = 1
			} }
		END { exit worse }' scripts/bench.tsv "$1"
}

measure | tee "$tmp/figures"
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
commit=$(git describe --always --dirty 2> /dev/null)
sed "s/^/$now ${commit:--} /" "$tmp/figures" >> "$build/bench.history"
judge "$tmp/figures"
