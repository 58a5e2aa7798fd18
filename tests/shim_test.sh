#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Faults between the suite and KVM turn the suite red: shim_sweep puts every
# fault there is into the installed list, shim_drive makes ioctls fail and
# changes what KVM is given and what it answers, under the suite's own
# programs.  All run in the emulated AMD machine; a sample by default,
# everything with FULL=1 (hours).  STAGES="errno msrs" runs only these.
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
[ -z "${QUICK:-}" ] || { echo "not in a quick self-check"; exit 4; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/shim.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
failed=0

# name, every Nth of its faults in a sample, programs of which one has to see it
stages='
supported 463 witness_test supported_list_test supported_cpuid_test
installed 997 runtime_bits_test set_cpuid_test
given 1499 cpuid_leaves_test set_cpuid_test
emulated 211 emulated_cpuid_test witness_test
hyperv 401 hyperv_cpuid_test
msr_index 1009 msr_index_test
feature_index 61 msr_index_test feature_msr_test
feature_msrs 131 feature_msr_test vmx_msr_test
msrs 2003 msr_value_test msr_defaults_test
written_msrs 2003 msr_value_test msr_defaults_test
caps 331 capability_test supported_list_test quirks_test
mce_cap 17 supported_list_test
'

wanted()
{
	[ -z "${STAGES:-}" ] || [[ " $STAGES " == *" $1 "* ]]
}

# A sample, or all.
every()
{
	[ -n "${FULL:-}" ] && echo 1 || echo "$1"
}

# stage NAME PROGRAM ARGUMENT...: one more for the machine to run.
stage()
{
	wanted "$1" || return 0
	ln -s "$2" "$tmp/shim_$1"
	names+=("$1")
	runs+=("$tmp/shim_$1 ${*:3}")
}

# Programs that have not been written yet, or are elsewhere now, are left out.
there()
{
	local f

	for f; do
		[ ! -x "$build/faulty/$f" ] || echo "/bin/$f"
	done
}

make -s OUTPUT="$build" faulty || exit 1
names=() runs=() files=()
for program in x86/*_test.c; do
	program=$(basename "$program" .c)
	files+=(--file "$build/faulty/$program:bin/$program")
done
drive=$build/tests/shim_drive
stage sweep "$build/tests/shim_sweep" "$(every 29)"
if [ -n "${FULL:-}" ]; then
	stage errno "$drive" errno /bin
else
	stage errno "$drive" errno sample /bin
fi
while read -r name step rest; do
	[ -n "$name" ] || continue
	# shellcheck disable=SC2046,SC2086 # one word a program
	stage "$name" "$drive" "$name" "$(every "$step")" $(there $rest)
done <<< "$stages"

# One boot for all of them.
rc=0
machines/run.sh --machine amd --output "$tmp/out" --timeout 20000 \
	--program-timeout 20000 "${files[@]}" -- "${runs[@]}" \
	> "$tmp/run.out" 2>&1 || rc=$?
if [ "$rc" -ne 0 ]; then
	cat "$tmp/run.out"
	[ "$rc" -eq 4 ] && exit 4
	failed=1
fi
for name in "${names[@]}"; do
	sed "s/^caught /$name: caught /" "$tmp/out/shim_$name.log"
	grep -qsx 0 "$tmp/out/shim_$name.status" && continue
	echo "$name: FAIL"
	failed=1
done
exit $failed
