#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the surface (tools/surface.c) show the faults of tests/faults?  In one
# boot of the kernel that kernel_faults.sh builds with all of them.
#
# surface_faults.sh [--version V | --kernel VMLINUX --rows FILE]
#		    [--machine M] [--count N | --id REGEX] [--seed N]
#   --count	so many rows at random (40)
#   --kernel	a kernel that was built before, with its rows (many-rows)
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
build=${build:-$top/build}
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
version=6.12 machine=amd count=40 id='' seed=1 kernel='' rows=''

while [ $# -gt 1 ]; do
	case $1 in
	--version) version=$2 ;;
	--machine) machine=$2 ;;
	--count) count=$2 ;;
	--id) id=$2 ;;
	--seed) seed=$2 ;;
	--kernel) kernel=$2 ;;
	--rows) rows=$2 ;;
	*) sed -n '/^# surface_faults/,/^set/p' "$0" >&2; exit 2 ;;
	esac
	shift 2
done
: "${kernel:=$cache/faults/linux-$version/many/vmlinux}"
: "${rows:=$cache/faults/linux-$version/many/many-rows}"
if [ ! -e "$kernel" ] || [ ! -e "$rows" ]; then
	echo "no $kernel: tests/kernel_faults.sh --version $version builds it" >&2
	exit 4
fi
tmp=$(mktemp -d "${TMPDIR:-/tmp}/surface-faults.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT

# What KVM does while it starts is over when a fault can be turned on.
at_start='kvm_(set_cpu_caps|cpu_cap_mask|init_xstate|init_msr_lists|probe_)'
at_start="$at_start|(svm|vmx)_(set_cpu_caps|has_emulated_msr)"
at_start="$at_start|svm_hardware_setup|nested_vmx_setup_|get_feature_msr"
awk -F'\t' -v m="$machine" -v start="$at_start" -v id="$id" '
	($2 == "both" || $2 == m) && $5 !~ start && $1 ~ id {
		print $10 "\t" $1 "\t" $9 }' "$rows" > "$tmp/all"
if [ -n "$id" ]; then
	cp "$tmp/all" "$tmp/chosen"
else
	shuf -n "$count" --random-source=<(yes "$seed") "$tmp/all" > "$tmp/chosen"
fi
cut -f1 "$tmp/chosen" > "$tmp/numbers"
paths=()
for room in "$top" "$top"/lib "$top"/lib/*/; do
	paths+=(-iquote "$room")
done
${CC:-cc} -O2 -static -D_GNU_SOURCE "${paths[@]}" -o "$tmp/surface_loop" \
	"$here/faults/surface_loop.c" "$build/libtools.a" \
	"$build/libkvmcpuid.a" || exit 4
"$top/machines/run.sh" --machine "$machine" --kernel "$kernel" --hang 300 \
	--timeout 7200 --program-timeout 7200 --output "$tmp/out" \
	--file "$tmp/numbers:numbers" -- "$tmp/surface_loop /numbers" ||
	echo "the machine died: see the last fault" >&2
awk -F'\t' -v OFS='\t' 'NR == FNR { id[$1] = $2; what[$1] = $3; next }
	{ split($0, w, " ") }
	w[1] == "caught" || w[1] == "survived" {
		n = w[2]
		text = $0
		sub(/^[a-z]+ [0-9]+ ?/, "", text)
		print w[1], id[n], what[n], text
		next }
	{ print }' "$tmp/chosen" "$tmp/out/surface_loop.log" | tee "$tmp/table"
echo "$(grep -c '^caught' "$tmp/table") of $(wc -l < "$tmp/chosen") seen"
! grep -q '^survived' "$tmp/table"
