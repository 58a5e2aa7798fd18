#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the suite say the same each time?  Runs all of it N times on an emulated
# machine and compares the result lines of all programs, in order and byte for
# byte, with those of the first run.
#
#	stable.sh [--machine amd|intel] [--kernel-version V] [--cpu CPU]
#		  [--programs DIR] [--output DIR] [N]
#
# Prints a line for each run, with its seconds, and a diff for each run that
# deviates.  --output (build/stable/MACHINE) keeps a copy of the programs, the
# lines of the first run and of those that deviate, and the time of each: call
# it again to go on where it was killed, or with a higher N for more runs.
# Exit status: 0 no run deviates, 1 some do, 2 usage, 4 cannot run here.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
machine=amd
programs=$top/build/x86
output=
runs=5
options=()
runner=
limit=${STABLE_LIMIT:-1800}	# seconds for one run

die()
{
	echo "stable: $2" >&2
	exit "$1"
}

usage()
{
	sed -n '4,15s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		[1-9]*) runs=$1; shift; continue ;;
		--*) [ $# -ge 2 ] || usage ;;
		*) usage ;;
		esac
		case $1 in
		--machine) machine=$2 ;;
		--programs) programs=$2 ;;
		--output) output=$2 ;;
		--kernel-version|--cpu) options+=("$1" "$2") ;;
		*) usage ;;
		esac
		shift 2
	done
	[[ $runs =~ ^[0-9]+$ ]] || usage
	: "${output:=$top/build/stable/$machine}"
}

# What a comparison holds for: other programs or options begin anew.
identity()
{
	echo "$machine ${options[*]-}"
	(cd "$programs" && find . -name '*_test' -type f -perm -u+x \
		-exec cksum {} + | sort -k 3)
}

begin_anew()
{
	rm -rf "$output"/{identity,programs,times,want,deviation.*,results.*}
	mkdir -p "$output/programs" &&
		cp "$programs"/*_test "$output/programs/" &&
		echo "$id" > "$output/identity.part" &&
		mv "$output/identity.part" "$output/identity"
}

prepare()
{
	local id

	id=$(identity) || die 4 "no programs in $programs: run make"
	case $id in
	*_test*) ;;
	*) die 4 "no programs in $programs: run make" ;;
	esac
	mkdir -p "$output" 2> /dev/null || die 4 "cannot write to $output"
	if [ "$(cat "$output/identity" 2> /dev/null)" != "$id" ]; then
		begin_anew || die 4 "cannot write to $output"
	fi
	: >> "$output/times" || die 4 "cannot write to $output"
}

# Result lines and statuses, by program.
lines_of()
{
	local program name

	for program in "$output"/programs/*_test; do
		name=$(basename "$program")
		echo "$name: status" \
			"$(cat "$1/$name.status" 2> /dev/null || echo lost)"
		grep -aE '^((not )?ok |1\.\.|Bail out)' "$1/$name.log" \
			2> /dev/null | sed "s/^/$name: /"
	done
	echo end
}

# In the background, so that a signal ends the machine at once.
# shellcheck disable=SC2317 # reached by trap
stop()
{
	trap '' INT TERM HUP
	[ -z "$runner" ] || kill "$runner" 2> /dev/null
	wait
	rm -rf "$output/now"
	exit 130
}

boot()
{
	local rc=0

	rm -rf "$output/now"
	"$top/machines/run_shards.sh" --machine "$machine" \
		${options[@]+"${options[@]}"} --timeout "$limit" \
		--output "$output/now" -- "$output"/programs/*_test \
		2> "$output/stderr" &
	runner=$!
	wait "$runner" || rc=$?
	runner=
	case $rc in
	2|3|4) die 4 "$(tail -n 1 "$output/stderr")" ;;
	esac
}

# compare NR SECONDS
compare()
{
	local lines=$output/deviation.$1 told=same

	lines_of "$output/now" > "$lines" || die 4 "cannot write to $output"
	[ -e "$output/want" ] || mv "$lines" "$output/want"
	if [ -e "$lines" ] && cmp -s "$lines" "$output/want"; then
		rm -f "$lines"
	elif [ -e "$lines" ]; then
		told=DEVIATES
		diff -U0 --label "run $first" --label "run $1" \
			"$output/want" "$lines" | grep -v '^@@' |
			sed 's/^/#   /'
		tail -n 1 "$output/stderr" | sed 's/^/#   /'
		rm -rf "$output/results.$1"
		mv "$output/now" "$output/results.$1"
	fi
	echo "run $1: $told, $2 s"
	# Last, so that a run killed before is done again.
	echo "$1 $told $2" >> "$output/times" ||
		die 4 "cannot write to $output"
}

seconds_since()
{
	awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'
}

summary()
{
	sort -n -k 3 "$output/times" | awk -v where="$machine" \
		-v lines="$(grep -c ': \(not \)\?ok ' "$output/want")" \
		-v bad="$(grep -c ': not ok ' "$output/want")" '
		{ s[NR] = $3; deviate += $2 == "DEVIATES" }
		END { printf "%d runs on %s, %d result lines each (%d not ok): " \
			"%d deviate; median %.1f s, %.1f to %.1f s\n", NR, where,
			lines, bad, deviate, s[int((NR + 1) / 2)], s[1], s[NR]
			exit deviate > 0 }'
}

parse "$@"
prepare
trap stop INT TERM HUP
done_already=$(wc -l < "$output/times")
[ "$done_already" -eq 0 ] ||
	echo "$done_already runs were done before, in $output"
first=$(sed -n '1s/ .*//p' "$output/times")
: "${first:=1}"
for ((nr = done_already + 1; nr <= runs; nr++)); do
	start=$(date +%s.%N)
	boot
	compare "$nr" "$(seconds_since "$start")"
done
rm -rf "$output/now" "$output/stderr"
summary
