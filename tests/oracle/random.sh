#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random hosts and random command lines, given to a real QEMU and to max_model.
#
#   random.sh [-s SEED] [-k DIR] [RUNS]
#
# RUNS (100) runs from seed SEED (1) on; each can be had again by its seed.
# -k keeps the vectors that differ in DIR.  Prints them, and at the end how
# many runs were right, how many of those QEMU refused, and how many made QEMU
# abort (not compared: what it would have done cannot be seen).
# QEMU and QEMU_PROGRAM: see oracle.sh.
# Exit status: 0 all right, 1 some differ, 4 cannot be done here.
set -u

cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=tests/oracle/oracle.sh
. tests/oracle/oracle.sh

seed=1
keep=
while getopts s:k: option; do
	case $option in
	s) seed=$OPTARG ;;
	k) keep=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
runs=${1:-100}

tmp=$(mktemp -d "${TMPDIR:-/tmp}/random.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
oracle_start "$tmp"

"${CC:-cc}" -std=gnu11 -O1 -D_GNU_SOURCE= -iquote lib -iquote lib/facts \
	-iquote lib/model -o "$tmp/gen" tests/oracle/gen/*.c lib/cpuid.c \
	lib/facts/facts.c lib/facts/facts_caps.c lib/facts/profile_line.c \
	lib/facts/profile_load.c lib/facts/profile_save.c \
	lib/model/feature_words.c lib/model/model_opts_table.c || skip "the generator does not build"
mkdir "$tmp/base" "$tmp/run"
for archive in tests/vectors/*.tar.xz; do
	xz -dc "$archive" | tar -xf - -C "$tmp/base"
done
cp tests/profiles/*.profile "$tmp/base"

"$tmp/gen" "$oracle_version" "$seed" "$runs" "$tmp/run" "$tmp"/base/* ||
	skip "no random hosts"
seq -f "$tmp/run/%.0f" "$seed" $((seed + runs - 1)) > "$tmp/runs"
ORACLE_RUNS=$tmp/runs LD_PRELOAD=$tmp/shim.so "$qemu"

# An abort is no verdict; anything but a refusal with exit status 1 is one.
aborted=0
refused=0
vectors=()
while read -r run; do
	rc=$(< "$run.rc") || exit 2
	if [ "$rc" -gt 1 ]; then
		aborted=$((aborted + 1))
		echo "# seed ${run##*/}: QEMU aborted ($rc):" \
			"$(grep -v warning: "$run.stderr" | tail -n 1)"
		continue
	fi
	refused=$((refused + rc))
	vectors+=("$run.vec")
done < "$tmp/runs"

rc=0
"$build/tools/max_model" --vector "${vectors[@]}" > "$tmp/out" || rc=1
awk -v dir="$tmp/run/" '
	{ sub(dir, "") }
	/computing [0-9]+:$/ { held = $0; both = 0; next }
	/^  QEMU  refuses/ { held = held "\n" $0; both = 1; next }
	both { if (/^  model takes it$/) print held "\n" $0; held = both = ""; next }
	held { print held; held = "" }
	{ print }' "$tmp/out"
if [ -n "$keep" ]; then
	mkdir -p "$keep"
	awk -F: '/\.vec: vcpu/ { file = $1 }
		/^  model takes it$/ || /^  QEMU  a guest CPU$/ ||
		(/: vcpu/ && !/computing/) { print file }' \
		"$tmp/out" | sort -u | xargs -r mv -t "$keep"
fi
echo "QEMU $oracle_version: ${#vectors[@]} runs compared, $refused of them" \
	"refused; $aborted aborted"
exit "$rc"
