#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The pure parts on every recorded host: profiles of all the emulated CPUs,
# with both kernels, as host_profile saved them in those machines.  Each must
# load and save unchanged, give a model by either version's rules, the same
# one twice, and tell why a feature is there.
#
set -u

cd "$(dirname "$0")/.." || exit 2
build=${build:-build}
max_model=$build/tools/max_model
host_profile=$build/tools/host_profile
[ -x "$max_model" ] || { echo "# SKIP $max_model is not built"; exit 4; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/profiles.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
bad=0 n=0

complain()
{
	echo "not ok: $1: $2"
	bad=$((bad + 1))
}

model()
{
	"$max_model" --profile "$1" --qemu "$2" --entries > "$3" 2> "$tmp/err"
}

# One leaf 0, and the KVM signature in front of it.
well_formed()
{
	awk '/0x40000000/ && !sig { sig = NR }
	     /0x00000000 0x00000000/ && !leaf0 { leaf0 = NR }
	     END { exit !(sig && leaf0 && sig < leaf0) }' "$1"
}

for p in tests/profiles/*.profile; do
	[ -e "$p" ] || { echo "no profiles in tests/profiles"; exit 1; }
	n=$((n + 1))
	name=$(basename "$p" .profile)
	"$host_profile" check "$p" > "$tmp/again" 2> "$tmp/err" ||
		complain "$name" "does not load: $(cat "$tmp/err")"
	cmp -s "$p" "$tmp/again" || complain "$name" "changes when saved anew"
	for v in 7.2 latest; do
		model "$p" "$v" "$tmp/$v" ||
			complain "$name" "no $v model: $(cat "$tmp/err")"
		model "$p" "$v" "$tmp/twice"
		cmp -s "$tmp/$v" "$tmp/twice" ||
			complain "$name" "$v: two runs, two models"
		well_formed "$tmp/$v" ||
			complain "$name" "$v: no signature before leaf 0"
	done
	"$max_model" --profile "$p" --explain x2apic > "$tmp/why" ||
		complain "$name" "--explain x2apic failed"
done
echo "$((n - bad)) of $n profiles"
[ "$n" -ge 48 ] || complain all "only $n of 48 profiles are here"
[ "$bad" = 0 ]
