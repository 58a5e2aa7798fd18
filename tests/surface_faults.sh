#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the surface (tools/surface.c), and what the tests say in it, show the
# faults of tests/faults?  With the kernel that kernel_faults.sh builds with all
# of them: many in a boot, and what that does not show in a boot of its own.
#
# surface_faults.sh [--version V] [--kernel VMLINUX --rows FILE]
#		    [--machine M] [--count N | --id REGEX] [--seed N]
# surface_faults.sh --check	builds what runs in the machine, no more
#   --version	what survivors.tsv calls this kernel (6.12)
#   --kernel	a kernel that was built before, with its rows (many-rows)
#   --machine	amd or intel only (amd, then intel what amd cannot show)
#   --count	so many rows at random (40), of those that a machine can show
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
build=${build:-$top/build}
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
version=6.12 machines="amd intel" count=40 id='' seed=1 kernel='' rows=''
# shellcheck source=tests/faults/at_start.sh
. "$here/faults/at_start.sh"

# build_loop FILE
build_loop()
{
	local room paths=()

	for room in "$top" "$top"/lib "$top"/lib/*/; do
		paths+=(-iquote "$room")
	done
	${CC:-cc} -O2 -Wall -Werror -static -D_GNU_SOURCE "${paths[@]}" \
		-o "$1" "$here/faults/surface_loop.c" "$build/libtools.a" \
		"$build/libkvmcpuid.a" || exit 4
}

# The rows to be shown: NUMBER ID WHAT VENDOR FUNCTION.
choose()
{
	awk -F'\t' -v OFS='\t' -v v="$version" -v id="$id" '
		NR == FNR { if (index("," $2 ",", "," v ",") &&
				$3 ~ /^(cpu|emulator|same)$/) hidden[$1] = 1
			    next }
		!($1 in hidden) && $1 ~ id { print $10, $1, $9, $2, $5 }' \
		"$here/faults/survivors.tsv" "$rows" > "$tmp/all"
	if [ -n "$id" ]; then
		cp "$tmp/all" "$tmp/chosen"
	else
		shuf -n "$count" --random-source=<(yes "$seed") "$tmp/all" \
			> "$tmp/chosen"
	fi
}

# Those that machine $1 may show, and nothing has shown yet.
left_for()
{
	awk -F'\t' -v OFS='\t' -v m="$1" '
		FILENAME == ARGV[1] { seen[$2] = 1; next }
		!($2 in seen) && ($4 == "both" || $4 == m || $4 ~ "^" m "/")' \
		"$tmp/table" "$tmp/chosen"
}

# seen ID MACHINE WHAT FACT
seen()
{
	printf 'caught\t%s\t%s\t%s\t%s\n' "$@" | tee -a "$tmp/table"
}

# column N of the row with number $2 in $tmp/now
column()
{
	awk -F'\t' -v c="$1" -v n="$2" '$1 == n { print $c }' "$tmp/now"
}

# One boot for the faults of $tmp/numbers, of which it leaves those to be tried
# again: what comes behind one that the machine died of.
one_boot()
{
	local machine=$1 log=$tmp/out/surface_loop.log word n text

	rm -rf "$tmp/out"
	"$top/machines/run.sh" --machine "$machine" --kernel "$kernel" \
		--append oops=panic --hang 300 --timeout 7200 \
		--program-timeout 7200 --output "$tmp/out" \
		--file "$tmp/numbers:numbers" \
		--file "$build/kvm-cpuid-all:tests" \
		-- "$tmp/surface_loop /numbers /tests" > "$tmp/log" 2>&1
	[ -e "$log" ] || { tail -n 1 "$tmp/log" >&2; exit 4; }
	grep '^not stable' "$log"
	while read -r word n text; do
		sed -i "/^$n\$/d" "$tmp/numbers"
		[ "$word" = survived ] || seen "$(column 2 "$n")" "$machine" \
			"$(column 3 "$n")" "$text"
	done < <(grep -E '^(caught|survived)' "$log")
	grep -q '^done' "$log" && return
	n=$(head -n 1 "$tmp/numbers")
	seen "$(column 2 "$n")" "$machine" "$(column 3 "$n")" "the machine died"
	sed -i 1d "$tmp/numbers"
}

# What KVM does while it starts is over when a fault can be turned on here.
many_in_a_boot()
{
	left_for "$1" | awk -F'\t' -v start="$at_start" \
		'$5 !~ start && $4 !~ "/"' > "$tmp/now"
	cut -f1 "$tmp/now" > "$tmp/numbers"
	while [ -s "$tmp/numbers" ]; do
		one_boot "$1"
	done
}

# record MACHINE[/CPU] FAULT FILE
record()
{
	local cpu=()

	[[ $1 != */* ]] || cpu=(--cpu "${1#*/}")
	"$top/machines/run.sh" --machine "${1%%/*}" ${cpu[@]+"${cpu[@]}"} \
		--kernel "$kernel" --append "kvm.fault=$2" --timeout 900 \
		--program-timeout 900 --output "$tmp/out.$2" \
		--file "$build/kvm-cpuid-all:tests" \
		-- "$build/tools/surface record --tests /tests" \
		> "$tmp/out.log" 2>&1 || return
	mv "$tmp/out.$2/surface.log" "$3"
}

# honest MACHINE[/CPU]: $old is its surface without a fault; false if there is
# no such machine here.
honest()
{
	old=$tmp/honest.${1/\//.}
	[ -e "$old" ] || record "$1" 0 "$old" && return
	echo "$1: $(tail -n 1 "$tmp/out.log")" >&2
	return 1
}

one_in_a_boot()
{
	local machine=$1 where n name what vendor old

	while IFS=$'\t' read -r n name what vendor _; do
		where=$machine
		[[ $vendor != */* ]] || where=$vendor
		honest "$where" < /dev/null || continue
		if ! record "$where" "$n" "$tmp/now" < /dev/null; then
			seen "$name" "$where" "$what" "the machine died"
		elif ! "$build/tools/surface" diff "$old" "$tmp/now" \
			> "$tmp/diff"; then
			seen "$name" "$where" "$what" "$(sed -n 4p "$tmp/diff")"
		fi
	done < <(left_for "$machine")
}

if [ "${1-}" = --check ]; then
	build_loop /dev/null
	exit
fi
while [ $# -gt 1 ]; do
	case $1 in
	--version) version=$2 ;;
	--machine) machines=$2 ;;
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
: > "$tmp/table"
choose
build_loop "$tmp/surface_loop"
for machine in $machines; do
	many_in_a_boot "$machine"
	one_in_a_boot "$machine"
done
awk -F'\t' 'NR == FNR { seen[$2] = 1; next }
	!($2 in seen) { printf "survived\t%s\t\t%s\n", $2, $3 }' \
	"$tmp/table" "$tmp/chosen"
echo "$(grep -c . "$tmp/table") of $(grep -c . "$tmp/chosen") seen"
[ "$(grep -c . "$tmp/table")" = "$(grep -c . "$tmp/chosen")" ]
