#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Small dumps that were once read wrongly, each cut from a real one, with what
# host_profile and max_model have to make of them.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-$PWD/build}
host_profile=$build/tools/host_profile
max_model=$build/tools/max_model
[ -x "$host_profile" ] || { echo "1..0 # SKIP $host_profile is not built"; exit 4; }
cases=tests/dumps/cases

tmp=$(mktemp -d "${TMPDIR:-/tmp}/dump-cases.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

# run ARG...: host_profile; output in $tmp/out and $tmp/err.
run()
{
	"$host_profile" "$@" > "$tmp/out" 2> "$tmp/err"
	status=$?
}

# holds LINE...: of the profile, these and no other of their keys
holds()
{
	local keys

	keys=$(printf '%s\n' "$@" | cut -d' ' -f1 | sort -u | paste -sd'|')
	[ "$status" = 0 ] && diff <(printf '%s\n' "$@" | sort) \
		<(grep -E "^($keys)( |$)" "$tmp/out" | sort) >> "$tmp/err"
}

# places LEAF.SUBLEAF...: of all kinds of CPU
places()
{
	[ "$status" = 0 ] && diff <(printf '%s\n' "$@") \
		<(sed -nE 's/^host_cpuid 0x0*([0-9a-f]+) 0x0*([0-9a-f]+) .*/\1.\2/p' \
			"$tmp/out") >> "$tmp/err"
}

says() { grep -qF -- "$1" "$tmp/out"; }
warns() { grep -qF -- "$1" "$tmp/err"; }
lacks() { ! grep -qE -- "$1" "$tmp/out"; }
ends() { [ "$status" = "$1" ]; }

# --- kinds ---------------------------------------------------------------------
run convert $cases/hybrid-feedback-rows.txt
check hybrid_kinds holds "cpu_kind 0" "cpu_kind 6"
check hybrid_none_left_out lacks '^cpus_left_out'
check hybrid_p_core says eax=0x40000001
check hybrid_e_core says eax=0x20000001
run convert $cases/homogeneous-feedback-rows.txt
check homogeneous_kind holds "cpu_kind 0"
check homogeneous_none_left_out lacks '^cpus_left_out'
run convert $cases/zhaoxin-sensor-leaf.txt
check sensors_are_no_kind holds "cpu_kind 0"

# --- as posted -------------------------------------------------------------------
run convert $cases/cpuid-r-fences.txt
check fences places 0.0 1.0
check fences_said warns 'ignored: lines 1, 5'
run convert $cases/utf16-powershell.txt
check utf16 places 0.0 1.0
run convert $cases/decoded-cpuid.txt
check decoded ends 1
check decoded_hint warns 'as "cpuid -r" prints them; this is decoded output'
run convert --to cpuid $cases/two-sections-cpu-000.txt
cpus() { [ "$(sed -n 's/^CPU \(.*\):/\1/p' "$tmp/out" | paste -sd' ')" = "$1" ]; }
check two_sections cpus "0 1"

# --- formats -----------------------------------------------------------------------
run convert $cases/xsave-without-sl.txt
check xsave_without_subleaf places 0.0 1.0 d.0 d.2
run convert $cases/cpu-n-colon-then-cpuid-lines.txt
check cpu_n_colon places 0.0 1.0
check cpu_n_colon_kind holds "cpu_kind 0"
run convert --to cpuid $cases/cpu-n-colon-then-cpuid-lines.txt
check cpu_n_colon_both cpus "0 1"
run convert $cases/msr-with-tab.txt
check msr_with_tab holds "host_msr 0x0000001b 0x00000000fee00900" \
	"host_msr 0x0000008b 0x0000000008a00006"
check msr_with_tab_leaves places 0.0 1.0
run convert $cases/libcpuid-unknown-array.test
check unknown_array warns 'line 3: unknown array "intel_fn7feh"'
run convert $cases/libcpuid-no-extended-class.test
check no_extended_class places 0.0 1.0 2.0
check no_brand lacks '^brand'
check echoes_said warns '6 leaves are left out: echoes'
run convert $cases/wish-cpuz-report.txt
check cpuz places 0.0 1.0 4.0 4.1
check cpuz_msr holds "host_msr 0x0000001b 0x00000000fee00900"

# --- compare -----------------------------------------------------------------------
compare()
{
	run compare "$cases/compare-$1-a.txt" "$cases/compare-$1-b.txt"
}

compare hybrid-and-not
check lost_kind ends 1
check lost_kind_said says 'E-core (CPU 1 in A): lost, B has no CPU of this kind'
compare kinds-by-position
check other_order ends 0
check other_order_said says 'kinds of CPU stand in another order in B'
compare kinds-unnamed
check kinds_named ends 1
check kinds_names says '0x00000007.0 ebx: CPUID of the CPU, P-core (CPU 0), E-core (CPU 1)'
once() { [ "$(grep -c "$1" "$tmp/out")" = 1 ]; }
check kinds_once once 'lost bit 1 '
compare msrs
check msrs ends 1
check msrs_microcode says 'microcode: 0xc2 -> 0xf0'
check msrs_bit says 'gained bit 0 rdctl-no'
compare same-host-other-cpu
check same_host ends 0
run convert $cases/compare-msrs-a.txt
check microcode_line holds "microcode 0xc2"

# --- a model needs KVM -----------------------------------------------------------
no_model()
{
	"$max_model" --profile "$1" > "$tmp/out" 2> "$tmp/err"
	status=$?
	[ "$status" = 4 ] && [ ! -s "$tmp/out" ] &&
		warns "$1: says nothing of KVM"
}
check model_of_a_dump no_model $cases/max-model-on-a-dump.txt
"$host_profile" convert $cases/max-model-on-a-dump.txt "$tmp/profile"
check model_of_its_profile no_model "$tmp/profile"

checks_end
