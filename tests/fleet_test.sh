#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host_profile fleet: its guest CPU runs on each member by host_profile replay,
# has all that they have in common, and no bit that a member gainsays.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
host_profile=$build/tools/host_profile
max_model=$build/tools/max_model
[ -x "$host_profile" ] || { echo "1..0 # SKIP $host_profile is not built"; exit 4; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/fleet-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
profiles=tests/profiles
amd=$profiles/amd-max-6.12.profile
icelake=$profiles/intel-corei7_icelake_u-6.12.profile
skylake=$profiles/intel-corei7_skylake_x-6.12.profile
haswell=$profiles/intel-corei7_haswell_4770-6.12.profile
all=$tmp/all

status=0
# fleet ARG...: output in $tmp/out and $tmp/err, the profile in $all.
fleet()
{
	rm -f "$all"
	"$host_profile" fleet --output "$all" "$@" > "$tmp/out" 2> "$tmp/err"
	status=$?
}

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	echo "status $status"
	cat "$tmp/out" "$tmp/err"
}

# complains STATUS TEXT: nothing on stdout, one line on stderr, no profile.
complains()
{
	[ "$status" = "$1" ] && head -n 1 "$tmp/err" | grep -qF -- "$2" &&
		[ ! -s "$tmp/out" ] && [ ! -e "$all" ]
}

# found: a guest that runs on all; QEMU may not be able to start it on each.
found()
{
	[ "$status" = 0 ] || [ "$status" = 3 ]
}

# options WORD...: the -cpu line is just that.
options()
{
	found && grep -qxF -- "-cpu $1" "$tmp/out"
}

# option OPTION...: each is among the options.
option()
{
	local o

	for o; do
		grep '^-cpu ' "$tmp/out" | tr , '\n' | grep -qxF -- "$o" ||
			return 1
	done
}

# on_each [OPTION...] -- MEMBER...: the guest of the profile runs on each.
on_each()
{
	local options=() member

	found || return 1
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	for member; do
		"$host_profile" replay "$all" --on "$member" "${options[@]}" \
			> "$tmp/replay" 2>&1 && continue
		echo "# not on $member:"
		head -n 12 "$tmp/replay" | sed 's/^/# /'
		return 1
	done
}

# same_guest PROFILE: a guest sees no difference between it and the fleet's.
same_guest()
{
	"$host_profile" compare "$1" "$all" > "$tmp/out" 2>&1
	case $? in 0 | 3) ;; *) return 1 ;; esac
}

# line TEXT: the profile has a line that begins so.
line()
{
	grep -q "^$1" "$all"
}

# edited FILE SED: a member that is not quite as recorded.
edited()
{
	sed -E "$2" "$1" > "$tmp/edited"
	! cmp -s "$1" "$tmp/edited"
}

# --- what is no fleet ---------------------------------------------------------
fleet "$amd" "$icelake"
check two_vendors complains 1 'a guest cannot move between vendors'
fleet "$amd"
check one_host complains 2 'a fleet is of two hosts or more'
fleet "$amd" /no/such
check no_such_file complains 4 '/no/such: No such file'
fleet "$amd" "$amd" --bits x
check unknown_option complains 2 "unknown option '--bits'"
grep -vE '^(supported_cpuid|feature_msr|msr_index|cap) ' "$amd" > "$tmp/raw"
fleet "$amd" "$tmp/raw"
check raw_dump complains 4 'says nothing of KVM'
full() { "$host_profile" fleet "$amd" "$amd" 2> "$tmp/err" > /dev/full; [ $? = 4 ]; }
check output_lost full

# --- no less than what is common ------------------------------------------------
for host in "$amd" "$icelake"; do
	fleet "$host" "$host"
	check "alike_$(basename "$host" .profile)" options max
	check "alike_guest_$(basename "$host" .profile)" same_guest "$host"
done
fleet "$amd" "${amd/max/max+nopku}"
check one_feature options max,-pku
check one_feature_status [ "$status" = 0 ]
check one_feature_guest same_guest "${amd/max/max+nopku}"
fleet "${amd/max/max+nopku}" "$amd"
check other_order options max,-pku

# --- pairs, each beside the next, and all of a vendor -----------------------------
# next_to_each VENDOR
next_to_each()
{
	local hosts=("$profiles/$1"-*.profile) i

	[ ${#hosts[@]} -ge 20 ] || return 1
	for ((i = 1; i < ${#hosts[@]}; i++)); do
		fleet "${hosts[i - 1]}" "${hosts[i]}"
		on_each -- "${hosts[i - 1]}" "${hosts[i]}" || return 1
	done
}

for vendor in amd intel; do
	check "pairs_$vendor" next_to_each "$vendor"
	fleet "$profiles/$vendor"-*.profile
	check "all_$vendor" on_each -- "$profiles/$vendor"-*.profile
done
fleet --qemu 7.2 "$haswell" "$skylake" "$icelake"
check older_qemu on_each --qemu 7.2 -- "$haswell" "$skylake" "$icelake"

# --- each kind of bit -----------------------------------------------------------
fleet "$skylake" "$icelake"
check features option -avx512vbmi -sha-ni
# Icelake says RSBA, Skylake does not: bit 2 of 0x...5f and of 0x...b0.
check vulnerable line 'feature_msr 0x0000010a 0x[0-9a-f]*[4-7c-f]$'
check vulnerable_runs on_each -- "$skylake" "$icelake"
told() { grep -q 'rsba: wanted 0, got 1 on .*icelake' "$tmp/out"; }
check vulnerable_told told
check vulnerable_status [ "$status" = 3 ]
fleet "$haswell" "$skylake"
# Of 0x27ab (FCS and FDS are zero) and 0x27eb (and FDP is of exceptions only).
check absent line 'supported_cpuid 0x00000007 0x00000000 .* ebx=0x000027eb '
check absent_runs on_each -- "$haswell" "$skylake"
check edits_width edited "$icelake" \
	's/^((host|supported)_cpuid 0x80000008 .* eax=0x0028|host_cpuid 0x80000008 .* eax=0x0000)3028/\13024/; s/(cpuid 0x80000008 .* eax=0x00)283024/\1243024/'
fleet "$icelake" "$tmp/edited"
check width option host-phys-bits-limit=36
check width_runs on_each -- "$icelake" "$tmp/edited"
# KVM offers TSX on a Haswell, where it is broken: QEMU takes it away there.
check edits_tsx_skylake edited "$skylake" \
	'/_cpuid 0x00000007 /s/(ebx=0x....)27eb/\12ffb/'
mv "$tmp/edited" "$tmp/skylake"
check edits_tsx_haswell edited "$haswell" \
	'/_cpuid 0x00000007 /s/(ebx=0x....)27ab/\12fbb/'
fleet "$tmp/skylake" "$tmp/edited"
check tsx option -hle -rtm
check tsx_runs on_each -- "$tmp/skylake" "$tmp/edited"
check edits_layout edited "$icelake" \
	's/^((host|supported)_cpuid 0x0000000d 0x00000005 .*ebx=0x)00000440/\100000480/'
fleet "$icelake" "$tmp/edited"
check layout option -avx512f
check layout_runs on_each -- "$icelake" "$tmp/edited"
check layout_keeps line 'xcomp_guest_supp 0x0000000000000007'

check edits_revision edited "$icelake" \
	's/^(feature_msr 0x00000480 0x........).*/\111e57ed1/'
fleet "$icelake" "$tmp/edited"
none() { [ "$status" = 1 ] && [ ! -s "$tmp/err" ] && grep -q '^no guest CPU runs on all 2$' "$tmp/out"; }
check no_guest none

# --- the profile is one as any other ----------------------------------------------
fleet "$haswell" "$icelake"
models() { "$max_model" --profile "$all" > "$tmp/model" 2>&1 && [ -s "$tmp/model" ]; }
if [ -x "$max_model" ]; then
	check max_model models
fi
saved() { "$host_profile" check "$all" 2>&1 | cmp -s - "$all"; }
check saved saved

checks_end
