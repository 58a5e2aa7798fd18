#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host_profile replay, baseline and cpuid_map where they are at home: with a
# real kvm-amd, in an emulated machine.  Two boots: one as it is, one whose KVM
# has no nested paging.  What they should be equal to is recorded in the first:
# the CPU that the emulator shows differs between releases of it.
#
# shellcheck disable=SC2317	# functions are reached through check()
# shellcheck disable=SC2016	# awk programs have $ of their own
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/replay-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
profiles=$PWD/tests/profiles
host_profile=$build/tools/host_profile
[ -x "$host_profile" ] || { echo "1..0 # SKIP $host_profile is not built"; exit 4; }

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	tail -n 12 "$log"
}

# --- what needs no KVM ------------------------------------------------------
log=$tmp/log
# here ARG...: host_profile replay on this machine; status in $status.
here()
{
	status=0
	KVM_DEVICE=/no/such "$host_profile" replay "$@" > "$log" 2>&1 ||
		status=$?
}

# refuses TEXT: wrong usage, told in one line and how it is used.
refuses()
{
	[ "$status" = 2 ] && head -n 1 "$log" | grep -q -- "$1" &&
		grep -q '^usage: host_profile replay' "$log"
}

# ends STATUS TEXT: how it ended, and its last line.
ends()
{
	[ "$status" = "$1" ] && tail -n 1 "$log" | grep -q -- "$2"
}

one_line()
{
	ends "$@" && [ "$(wc -l < "$log")" = 1 ]
}

amd=$profiles/amd-max-6.12.profile
intel=$profiles/intel-corei7_icelake_u-6.12.profile
here "$amd"
check no_kvm one_line 4 '/no/such: No such file'
here /no/such/profile
check no_such_file one_line 4 '/no/such/profile: No such file'
head -c 3000 "$amd" > "$tmp/cut"
here "$tmp/cut"
check damaged_profile one_line 4 'cut:[0-9]*: expected'
grep -vE '^(supported_cpuid|feature_msr|msr_index|cap) ' "$amd" > "$tmp/raw"
here "$tmp/raw"
check raw_dump one_line 4 'says nothing of KVM'
here "$amd" --cpu max,+avx2000
check unknown_feature refuses "unknown option or feature 'avx2000'"
here "$amd" "$intel"
check two_guests refuses 'unexpected argument'
here "$amd" --on "$amd" --qemu 7.2
check on_itself ends 0 'the guest of A can run here'
here "$intel" --on "$amd" --cpu max,-vmx
check on_another ends 1 'cannot run here: [0-9]* bits stop it'
here "$profiles/amd-max+nopku-6.12.profile" --on "$amd"
check on_more ends 0 'the guest of A can run here'
here "$amd" --on "$profiles/amd-max+nopku-6.12.profile"
check on_less ends 1 'cannot run here: 3 bits stop it'
check on_less_named grep -q '  bit 3 pku: wanted 1, got 0: this CPU has it, KVM does not offer it' \
	"$log"

# A full disk must not pass for a finished report.
status=0
"$host_profile" replay "$amd" --on "$amd" > /dev/full 2> "$log" || status=$?
check disk_full one_line 4 'No space left'

# --- in the machine ---------------------------------------------------------
# As many programs as there are questions, each under a name of its own.
program()
{
	cp "$build/tools/$2" "$tmp/$1"
	programs+=("$tmp/$1 ${*:3}")
}

# boot NAME OPTION...: run the programs; false if it cannot be done here.
boot()
{
	out=$tmp/$1
	shift
	machines/run.sh --machine amd "$@" --output "$out" \
		--file "$intel:intel" \
		-- "${programs[@]}" > "$tmp/boot.log" 2>&1
}

# of NAME: the next checks are about this program
of()
{
	log=$out/$1.log
	status=$(cat "$out/$1.status" 2> /dev/null)
}

names()
{
	local name

	for name; do
		grep -qE "^  bit [0-9]+ $name: wanted 1, got 0" "$log" ||
			return 1
	done
}

none()
{
	! grep -q "^$1: " "$log"
}

programs=()
program recorded host_profile record
program records host_profile record /amd
program own host_profile replay /amd
program own_old host_profile replay /amd --qemu 7.2 --cpu max,-avx2
program other host_profile replay /intel
program keeps baseline /amd amd
program loses baseline /intel intel
program map cpuid_map
rc=0
boot first || rc=$?
if [ "$rc" = 4 ]; then
	skip machine "$(tail -n 1 "$tmp/boot.log")"
	checks_end
fi
log=$tmp/boot.log
check boots [ "$rc" = 0 ]

of records
check records [ "$status" = 0 ]
of own
check own_guest ends 0 '^the guest of A can run here$'
of own_old
check own_guest_7.2 ends 0 '^the guest of A can run here$'
of other
check intel_guest ends 1 '^cannot run here: 1[0-9][0-9] bits stop it, KVM refuses 1[0-9] things$'
check intel_bits names vmx pcid avx512f spec-ctrl vmx-ept
check intel_blocks grep -q '^not supported: leaf 0x00000007 subleaf 0x0 ebx$' "$log"
check intel_vendor grep -q '^follows A: leaf 0x00000000 subleaf 0x0 .*ebx 0x756e6547 (here 0x68747541)' "$log"
check intel_refused grep -q '^refused: KVM_SET_MSRS: MSR 0x00000480 ' "$log"
check intel_unchanged none changed
of keeps
check baseline_kept ends 0 '^# Totals: pass:[0-9]* fail:0 '
check baseline_plan [ "$(grep -c '^ok ' "$log")" -gt 300 ]
of loses
check baseline_lost ends 1 '^# Totals: pass:[0-9]* fail:[1-9]'
check baseline_named grep -q '^not ok [0-9]* baseline_avx512f$' "$log"
check baseline_block grep -q '^# MISMATCH leaf=0x00000007 subleaf=0x0 reg=ebx wanted=0x00010000 got=0x00000000 rule=W4$' "$log"
check baseline_why grep -q '^#   why: the baseline intel (Linux 6.12[^,]*, .*) has it; this CPU does not have it' "$log"
check baseline_msr grep -q '^not ok [0-9]* baseline_feature_msr_0x480$' "$log"
of map
check map_ends [ "$status" = 0 ]
check map_rows [ "$(awk -F '\t' '$1 == "register" && NF == 8' "$log" | wc -l)" -gt 100 ]
check map_honest awk -F '\t' '$1 == "register" && $5 != $6 { exit 1 }' "$log"
check map_lm grep -q "$(printf 'bit\t0x80000001\t0x00000000\tedx\t29\tlm')" "$log"

cp "$out/recorded.log" "$tmp/amd"
programs=()
program own host_profile replay /amd
program keeps baseline /amd amd
rc=0
boot second --file "$tmp/amd" --module-params npt=0 || rc=$?
log=$tmp/boot.log
check boots_without_npt [ "$rc" = 0 ]
of own
check lost_npt ends 1 '^cannot run here: [0-9]* bits stop it'
check lost_npt_named names npt pku
of keeps
check baseline_npt grep -q '^not ok [0-9]* baseline_npt$' "$log"
check baseline_few [ "$(grep -c '^not ok' "$log")" = 4 ]

checks_end
