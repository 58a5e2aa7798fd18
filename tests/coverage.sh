#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which lines of KVM's cpuid.c does the suite reach in the emulated machines?
# Builds a kernel with that one file instrumented (gcov), runs all programs on
# both machines, and compares what was not reached with coverage-cpuid.txt,
# where each such line has its reason.
#
#	coverage.sh [--programs DIR] [--output DIR] [--list]
#
# --list prints the lines not reached, for the file.  Exit status: 0 as the
# file says, 1 not so, 4 cannot run here.
set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
version=6.12
file=arch/x86/kvm/cpuid
programs=$top/build/x86
output=$cache/coverage
list=
machines="amd intel"

die() {
	echo "coverage: $2" >&2
	exit "$1"
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--list) list=1; shift; continue ;;
		--programs) programs=$2 ;;
		--output) output=$2 ;;
		*) sed -n '4,13s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
		esac
		shift 2
	done
}

# The machines' kernel once more, in a directory of its own.
build_kernel() {
	out=$cache/kernel-gcov-$version
	printf 'CONFIG_%s=y\n' DEBUG_KERNEL DEBUG_FS GCOV_KERNEL \
		> "$output/gcov.config"
	"$top/machines/build-kernel.sh" --version "$version" --output "$out" \
		--config "$output/gcov.config" --make GCOV_PROFILE_cpuid.o=y \
		> /dev/null || die 4 "no kernel with coverage"
}

run_on() {
	rm -rf "${output:?}/$1"
	"$top/machines/run.sh" --machine "$1" --kernel "$out/vmlinux" \
		--timeout 1200 --output "$output/$1" -- "${tests[@]}" \
		"$output/coverage_dump cpuid.gcda" \
		2> "$output/$1.err" || die 1 "$1: $(tail -n 1 "$output/$1.err")"
	mkdir -p "$output/$1/$(dirname $file)"
	"$output/coverage_dump" -d < "$output/$1/coverage_dump.log" \
		> "$output/$1/$file.gcda"
	[ -s "$output/$1/$file.gcda" ] || die 1 "$1: no coverage data"
	cp "$out/$file.gcno" "$output/$1/$file.gcno"
}

# Lines of this file that gcov knows: "reached FUNCTION OFFSET".
lines_of() {
	(cd "$output/$1" && gcov -t -o "$(dirname $file)" "$file.gcda") |
		awk -F: -v OFS='\t' '
		$3 == "Source" { ours = $4 ~ /kvm\/cpuid\.c$/ }
		!ours || $2 + 0 == 0 { next }
		{ text = $0; sub(/^[^:]*:[^:]*:/, "", text); nr = $2 + 0 }
		text ~ /^[a-z].*\(/ && text !~ /;$/ { name = text; start = nr
			sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
		{ count = $1; gsub(/[ *]/, "", count) }
		count == "-" { next }
		{ print name, nr - start, (count ~ /^[#=]/ ? 0 : 1) }'
}

# Not reached on any machine, and how many lines there are.
not_reached() {
	local m

	for m in $machines; do
		lines_of "$m"
	done | awk -F'\t' -v OFS='\t' '
		{ key = $1 "\t" $2; all[key] = 1; if ($3) hit[key] = 1 }
		END {
			for (key in all)
				if (!(key in hit))
					print key
			print length(all) > count
		}' count="$output/count" | sort -t "$(printf '\t')" -k1,1 -k2,2n
}

compare() {
	awk -F'\t' -v OFS='\t' '!/^#/ && NF {
		split($2, range, "-")
		for (i = range[1] + 0; i <= range[2] + 0; i++)
			print $1, i }' "$here/coverage-cpuid.txt" |
		sort > "$output/explained"
	sort "$output/missing" > "$output/missing.sorted"
	comm -13 "$output/explained" "$output/missing.sorted" |
		sed 's/^/not reached and not explained: /'
	comm -23 "$output/explained" "$output/missing.sorted" |
		sed 's/^/explained, yet reached: /'
	cmp -s "$output/explained" "$output/missing.sorted"
}

parse "$@"
command -v gcov > /dev/null || die 4 "no gcov: apt-get install gcc"
mkdir -p "$output"
output=$(cd "$output" && pwd)
mapfile -t tests < <(find "$programs" -name '*_test' -type f -perm -u+x | sort)
[ ${#tests[@]} -gt 0 ] || die 4 "no programs in $programs: run make"
cc -O2 -static -Wall -o "$output/coverage_dump" "$here/coverage_dump.c" ||
	die 4 "cannot build coverage_dump.c"
build_kernel
for m in $machines; do
	run_on "$m"
done
not_reached > "$output/missing" || exit 1
[ -z "$list" ] || { cat "$output/missing"; exit 0; }
missing=$(wc -l < "$output/missing")
count=$(cat "$output/count")
echo "reached $((count - missing)) of $count lines, $missing explained"
compare
