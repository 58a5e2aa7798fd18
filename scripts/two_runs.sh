#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What differs between two runs, or two machines of a run.  See usage().
set -u

scripts=$(dirname "$0")
html=

usage()
{
	cat <<-'END'
	usage: two_runs.sh [--html FILE] A.json[:MACHINE] B.json[:MACHINE]
	A.json and B.json are what run_tests.sh --json wrote; with machines, such as
	run.json:amd run.json:intel, the results of these are compared.  Prints one
	line for each result that differs: test, status in A, status in B, why; and
	with --html a page that shows both side by side.
	Exit status: 0 nothing differs, 1 something does, 2 usage or a bad file.
	END
}

die()
{
	echo "two_runs.sh: $1" >&2
	exit 2
}

while [ $# -gt 0 ]; do
	case $1 in
	--html)
		[ $# -ge 2 ] || { usage >&2; exit 2; }
		html=$2
		shift ;;
	--help|-h) usage; exit 0 ;;
	-*) usage >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done
[ $# = 2 ] || { usage >&2; exit 2; }
command -v jq > /dev/null || die "jq is not installed: ./run_tests.sh --setup"

# FILE[:MACHINE] to file and machine; a file may have a colon in its name.
file=() machine=()
for side; do
	name=${side##*:}
	if [ "$name" = "$side" ] || [ -e "$side" ]; then
		name=
	else
		side=${side%:*}
	fi
	jq -e 'has("results") and has("machines")' "$side" > /dev/null 2>&1 ||
		die "$side: not a file of results (run_tests.sh --json)"
	[ -z "$name" ] || jq -e --arg m "$name" \
		'any(.machines[]; .machine == $m)' "$side" > /dev/null ||
		die "$side: no machine $name; it has: $(jq -r \
			'[.machines[].machine] | join(" ")' "$side")"
	file+=("$side")
	machine+=("$name")
done
[ -n "${machine[0]}" ] && [ -z "${machine[1]}" ] &&
	die "a machine of one side, and none of the other"
[ -z "${machine[0]}" ] && [ -n "${machine[1]}" ] &&
	die "a machine of one side, and none of the other"

two=$(jq -L "$scripts" -s --arg a "${machine[0]}" --arg b "${machine[1]}" --arg file_a "$1" \
	--arg file_b "$2" -f "$scripts/two_runs.jq" "${file[@]}") ||
	die "cannot compare the two"
jq -r '.rows[] | [(.test + if .machine then " (\(.machine))" else "" end),
	.a.status // "-", .b.status // "-",
	(if .a.status == "fail" or .b == null then .a.why else .b.why end // "")]
	| @tsv' <<< "$two"
write_page()
{
	jq -r -L "$scripts" --rawfile css "$scripts/html.css" \
		-f "$scripts/html_two.jq" <<< "$two" > "$html.new.$$" || return
	mv -f "$html.new.$$" "$html"
}

if [ -n "$html" ] && ! write_page; then
	rm -f "$html.new.$$"
	die "cannot write $html"
fi
[ "$(jq '.rows | length' <<< "$two")" = 0 ]
