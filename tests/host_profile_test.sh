#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host_profile record, compare and strip as programs: recorded profiles of all
# emulated CPUs, edited ones, broken ones, and a real KVM without nested
# paging in an emulated machine.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
host_profile=$build/tools/host_profile
[ -x "$host_profile" ] || { echo "1..0 # SKIP $host_profile is not built"; exit 4; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/host-profile.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
amd=tests/profiles/amd-max-6.12.profile
intel=tests/profiles/intel-corei7_icelake_u-6.12.profile

status=0
# run ARG...: host_profile; output in $tmp/out and $tmp/err.
run()
{
	"$host_profile" "$@" > "$tmp/out" 2> "$tmp/err"
	status=$?
}

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	echo "status $status"
	cat "$tmp/out" "$tmp/err"
}

# ends STATUS [TEXT]: how it ended, and what its last line has.
ends()
{
	[ "$status" = "$1" ] || return 1
	[ -z "${2:-}" ] || tail -n 1 "$tmp/out" | grep -qE -- "$2"
}

# complains STATUS TEXT [LINES]: nothing on stdout, so many on stderr.
complains()
{
	[ "$status" = "$1" ] && grep -qF -- "$2" "$tmp/err" &&
		[ ! -s "$tmp/out" ] && [ "$(wc -l < "$tmp/err")" = "${3:-1}" ]
}

says()
{
	local text

	for text; do
		grep -qF -- "$text" "$tmp/out" || return 1
	done
}

# edited EXPRESSION [FILE]: a profile with an edit that did change it.
edited()
{
	sed -E "$1" "${2:-$amd}" > "$tmp/edited"
	if cmp -s "$tmp/edited" "${2:-$amd}"; then
		echo "the edit changes nothing: $1"
		exit 1
	fi
}

# --- compare: recorded ones --------------------------------------------------
same_as_itself()
{
	local p

	for p in tests/profiles/*.profile; do
		run compare "$p" "$p"
		ends 0 '^compare: no difference$' || return 1
	done
}
check same_as_itself same_as_itself

# only CAUSE: all the other counts of the summary are 0.
only()
{
	local cause counts

	counts=$(tail -n 1 "$tmp/out" | sed 's/^.*for guests: //')
	for cause in 'other CPU' 'other microcode' 'other kernel' \
		     'other module parameter' 'no cause found'; do
		if [ "$cause" = "$1" ]; then
			grep -q "$cause [1-9]" <<< "$counts" || return 1
		else
			grep -q "$cause 0" <<< "$counts" || return 1
		fi
	done
}

run compare "${amd/6.12/6.1}" "$amd"
check other_kernel ends 1 'other CPU 0, .*other kernel [1-9].*no cause found 0$'
check other_kernel_heading says 'other kernel: 6.1.192' \
	'gained bit 6 flushbyasid' 'DISABLE_QUIRKS2: 127 -> 2047'
run compare "$amd" tests/profiles/amd-EPYC-6.12.profile
check other_cpu ends 1 'other CPU [1-9].*other kernel 0.*no cause found 0$'
check other_cpu_heading says 'other CPU: AuthenticAMD 15/107/1 -> AuthenticAMD 23/1/2' \
	'lost bit 3 pku' '0x80000002.0 ebx: " TCG" -> "EPYC"'
run compare "$amd" "$intel"
check other_vendor ends 1 'no cause found 0$'
run compare "$amd" "${amd/max/max+nopku}"
check boot_option ends 1
check boot_option_is_the_cause only 'other kernel'
run compare "$intel" "${intel/icelake_u/icelake_u+noxsave}"
check without_xsave only 'other kernel'
run compare "$amd" "${amd/max/max+no5lvl}"
check no_difference ends 0

# Two ways round: what one gained, the other lost.
mirrored()
{
	run compare "$amd" "$intel"
	grep -c '^    gained bit' "$tmp/out" > "$tmp/gained"
	grep '^    lost bit' "$tmp/out" | sort > "$tmp/lost"
	run compare "$intel" "$amd"
	[ "$(grep -c '^    lost bit' "$tmp/out")" = "$(cat "$tmp/gained")" ] &&
		grep '^    gained bit' "$tmp/out" | sed 's/gained/lost/' |
		sort | cmp -s - "$tmp/lost"
}
check mirrored mirrored

# A mark under each bit that is lost or gained, and under no other.
marked()
{
	run compare "$1" "$2"
	awk '/^    A  / { a = substr($0, 12) }
	     /^    B  / {
		b = substr($0, 12)
		getline marks
		marks = substr(marks, 12)
		for (i = 1; i <= length(a); i++)
			if (substr(marks, i, 1) == "^") {
				carets++
				if (substr(a, i, 1) == substr(b, i, 1))
					exit bad = 1
			}
	     }
	     END { exit bad || carets < 100 }' "$tmp/out"
}
check carets marked "$amd" "$intel"
check carets_of_64_bits marked "$intel" tests/profiles/intel-core2_penryn_t9600-6.1.profile

# --- compare: edited ones ----------------------------------------------------
edited 's/^kernel .*/kernel 6.12.118-other/'
run compare "$amd" "$tmp/edited"
check kernel_only ends 3 '^compare: 1 difference, 0 of them for guests:.*other kernel 1,'
edited 's/^microcode .*/microcode 0x2/'
run compare "$amd" "$tmp/edited"
check microcode_only ends 3 'other microcode 1,'
edited 's/^param kvm halt_poll_ns .*/param kvm halt_poll_ns 7/'
run compare "$amd" "$tmp/edited"
check parameter_only ends 3 'other module parameter 1,'
edited 's/^param kvm tdp_mmu Y/param kvm tdp_mmu 1/'
run compare "$amd" "$tmp/edited"
check parameter_spelling ends 0
edited 's/^(host_cpuid 0x00000001 .*ecx=0x)fed8320b/\1fed83203/'
run compare "$amd" "$tmp/edited"
check raw_bit_only ends 3 'other CPU 1,'
check raw_bit_named says 'lost bit 3 monitor' 'CPUID of the CPU'
edited 's/^(host_cpuid 0x00000001 .*ebx=0x)00/\107/'
run compare "$amd" "$tmp/edited"
check apic_id_is_noise ends 0
edited 's/^(supported_cpuid 0x00000007 .*ecx=0x)0001020c/\1000102cc/'
run compare "$amd" "$tmp/edited"
check no_cause ends 1 'no cause found [1-9][0-9]*$'
check no_cause_heading says 'no cause found (as far as known'
edited '/^msr_index 0x00000048$/d'
run compare "$amd" "$tmp/edited"
check msr_index ends 1 'no cause found 1$'

# As KVM answers with npt=0: what a real one did, see below.
edited 's/^(param kvm_amd npt) Y/\1 N/
	s/^(param kvm tdp_mmu) Y/\1 N/
	s/^(cap DISABLE_QUIRKS2) 2047/\1 1535/
	s/^(supported_cpuid 0x00000007 .*ecx=0x0001020)c/\14/
	s/^(supported_cpuid 0x80000008 .*eax=0x00)28/\100/
	s/^(supported_cpuid 0x8000000a .*edx=0x1001006)1/\10/'
run compare "$amd" "$tmp/edited"
check no_nested_paging ends 1
check no_nested_paging_is_the_cause only 'other module parameter'
check no_nested_paging_bits says 'lost bit 0 npt' 'lost bit 3 pku' \
	'because kvm_amd.npt: Y -> N'

# --- compare: what cannot be -------------------------------------------------
head -c 3000 "$amd" > "$tmp/cut"
run compare "$amd" "$tmp/cut"
check damaged complains 4 'cut:'
run compare /no/such "$amd"
check no_such_file complains 4 '/no/such: No such file'
KVM_DEVICE=/no/such run compare "$amd"
check no_host complains 4 '/no/such: No such file'
run compare
check without_files complains 2 'usage: host_profile compare' 2
run compare "$amd" "$amd" "$amd"
check too_many_files complains 2 'usage: host_profile compare' 2
run compare "$amd" --bits
check unknown_option complains 2 'usage: host_profile compare' 2
run compares "$amd"
check unknown_verb [ "$status" = 2 ]
run --help
check help ends 0 '^differ; 2 usage; 4 not compared'
full() { "$host_profile" compare "$amd" "$amd" 2> "$tmp/err" > /dev/full; [ $? = 4 ]; }
check output_lost full

# A dump holds nothing of KVM.
for dump in tests/dumps/one-cpu.cpuid tests/dumps/aida64.txt; do
	[ -e "$dump" ] || continue
	run compare "$dump" "$dump"
	check "dump_$(basename "${dump%.*}")" ends 0 'no difference'
	check "dump_says_so_$(basename "${dump%.*}")" says \
		'Either holds nothing of KVM: raw CPUID only is compared'
done
"$host_profile" convert --to cpuid "$amd" > "$tmp/dump" 2> "$tmp/err"
run compare "$amd" "$tmp/dump"
check profile_and_its_dump ends 0 'no difference'
check profile_and_its_dump_says_so says 'B holds nothing of KVM: raw'
run compare "$intel" "$tmp/dump"
check dump_of_another_cpu ends 1 'other CPU [1-9]'

# --- strip -------------------------------------------------------------------
run strip tests/profiles/*.profile
check strip_all ends 0
check strip_all_common says 'common to 48 hosts:' '  cap: ADJUST_CLOCK=14'
readable()
{
	awk 'length > 105 { exit bad = 1 }
	     END { exit bad || NR > 6000 || NR < 500 }' "$tmp/out"
}
check strip_is_readable readable
run strip "$amd" "${amd/max/max+nopku}"
check strip_two says '  kvm 0x00000007.0 ecx: pku'
# Nothing of what is common is told again.
once()
{
	[ "$(grep -c 'ADJUST_CLOCK' "$tmp/out")" = 1 ]
}
check strip_tells_once once
run strip "$amd" "$tmp/cut"
check strip_damaged complains 4 'cut:'
run strip "$amd"
check strip_of_one complains 2 'usage: host_profile strip' 2

# --- record ------------------------------------------------------------------
run record "$tmp/here"
if [ "$status" = 4 ]; then
	skip record "no KVM here: $(cat "$tmp/err")"
else
	check record ends 0
	run compare "$tmp/here"
	check record_is_this_host ends 0 'no difference'
	run compare - -
	check this_host_is_itself ends 0 'no difference'
	echo old > "$tmp/old"
	(trap '' XFSZ; ulimit -f 4; "$host_profile" record "$tmp/old") \
		> "$tmp/out" 2> "$tmp/err"
	status=$?
	check disk_full complains 1 'File too large'
	check old_file_is_whole grep -qx old "$tmp/old"
	run record "$tmp/no/dir"
	check no_directory complains 1 'No such file'
	run record "$tmp"
	check is_a_directory complains 1 'Is a directory'
	ln -s "$tmp/old" "$tmp/link"
	run record "$tmp/link"
	check link_stays [ -L "$tmp/link" ]
	check link_is_written grep -qx end "$tmp/old"
	left() { [ -z "$(find "$tmp" -name '*tmp-*')" ]; }
	check nothing_left left
fi

# --- a real KVM without nested paging ----------------------------------------
# Both sides are recorded here: what the emulator's CPU shows, and the kernel,
# differ from one release of Debian to another.
# booted NAME PARAMETERS: a recording of this machine in $tmp/NAME.
booted()
{
	machines/run.sh --machine amd --module-params "$2" --output "$tmp/$1" -- \
		"$host_profile record" > "$tmp/err" 2>&1
	status=$?
}

booted npt 'npt=0'
if [ "$status" = 4 ]; then
	skip machine "no emulated machine here: $(tail -n 1 "$tmp/err")"
else
	booted as-is ''
	run compare "$tmp/as-is/host_profile.log" "$tmp/npt/host_profile.log"
	check machine ends 1 'no cause found 0$'
	check machine_bits says 'lost bit 0 npt' 'lost bit 3 pku' \
		'because kvm_amd.npt: Y -> N'
	check machine_cause only 'other module parameter'
fi

checks_end
