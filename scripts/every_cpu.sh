#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_tests.sh --cpu all: the suite on every CPU model of the emulated machines,
# one after the other.
#
#   every_cpu.sh DIR MACHINE... -- OPTION...
#
# OPTION goes to each run.  DIR/MACHINE-CPU holds what the run leaves, and in
# the file "output" what it printed.  A CPU is one test of the KTAP on stdout; a
# table with the results of each comes after it.  Exit status: 0 all passed,
# 1 a test failed or a machine did not boot, 4 nothing could run.
set -u

here=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
shift
machines=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	machines+=("$1")
	shift
done
shift
options=("$@")

table=()	# "machine cpu<tab>passed/failed/skipped<tab>remark"
passed=0 failed=0 skipped=0 errors=0 ran=0 number=0
trap 'exit 130' INT TERM HUP

# "machine cpu" for all of them, one a line.
cpus()
{
	local machine

	for machine in "${machines[@]}"; do
		"$here/machines/run.sh" --list-cpus --machine "$machine" |
			awk -v m="$machine" '$1 == m { print $1, $2 }'
	done
}

# The machine came as far as to run a program.
booted()
{
	grep -qs '^boot_seconds=' "$1/machine" "$1"/machine.[0-9]*
}

# counts DIR: takes the numbers of the run's last line into p, f, s.
counts()
{
	local errors

	read -r p f s errors < <(sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped\(, \([0-9]*\) errors\{0,1\}\)\{0,1\}$/\1 \2 \3 \5/p' "$1/output") ||
		p='' f='' s=''
	[ -z "$f" ] || f=$((f + ${errors:-0}))
}

# Why nothing ran: the machine's last word, or that of what would start it.
trouble()
{
	local file

	for file in "$1/machine.log" "$1/errors"; do
		[ ! -s "$file" ] || { tail -n 1 "$file"; return; }
	done
}

# Lines that say what failed.
failures()
{
	sed -n '/^Failures:$/,/^[0-9]* passed, /{/^  [^ ]/s/^/#/p}' "$1/output"
}

# result OK NAME COUNTS REMARK
result()
{
	echo "$1 $number $2 # $3${4:+ $4}"
	table+=("$2"$'\t'"$3"$'\t'"$4")
}

# run MACHINE CPU
run()
{
	local at="$dir/$1-$2" rc=0 p f s

	rm -rf "$at"
	mkdir -p "$at" || exit 2
	"$here/run_tests.sh" --machine "$1" --cpu "$2" --output "$at" \
		"${options[@]}" > "$at/output" 2> "$at/errors" || rc=$?
	[ "$rc" != 130 ] || exit 130
	counts "$at"
	number=$((number + 1))
	if ! booted "$at"; then
		errors=$((errors + 1))
		result "not ok" "$1 $2" "ERROR" "$(trouble "$at")"
		return
	fi
	ran=1
	passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0}))
	skipped=$((skipped + ${s:-0}))
	if [ "$rc" = 0 ] && [ -n "$p" ]; then
		result ok "$1 $2" "$p/$f/$s" ""
		return
	fi
	[ -n "$p" ] && [ "$f" != 0 ] || errors=$((errors + 1))
	failures "$at"
	result "not ok" "$1 $2" "${p:-?}/${f:-?}/${s:-?}" "exit status $rc, $at/output"
}

print_table()
{
	echo
	echo "passed/failed/skipped"
	printf '%s\n' "${table[@]}" |
		awk -F '\t' '{ line = sprintf("%-36s %-12s %s", $1, $2, $3)
			       sub(/ +$/, "", line); print line }'
	echo
	[ "$errors" = 0 ] ||
		echo "$errors of $number CPUs gave no verdict: see above"
	echo "$passed passed, $failed failed, $skipped skipped"
}

mapfile -t list < <(cpus)
[ ${#list[@]} -gt 0 ] || { echo "every_cpu.sh: no CPU models" >&2; exit 4; }
echo "TAP version 13"
echo "1..${#list[@]}"
for each in "${list[@]}"; do
	echo "Running on: $each" >&2
	# shellcheck disable=SC2086 # two words
	run $each
done
print_table
[ "$failed$errors" = 00 ] || exit $((ran ? 1 : 4))
