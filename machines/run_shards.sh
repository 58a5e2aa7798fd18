#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# As run.sh, with the programs dealt out to as many machines at a time as this
# host has processors (at most $SHARDS, default 2).  An emulated machine has
# one CPU and every boot is alike, so the results do not change; only the time.
#
# Results lie in --output as run.sh would leave them; what belongs to one
# machine (console.log, emulator.log, machine) has a copy for each: *.2, ...
set -u

here=$(dirname "$0")
options=()
output='' machine=amd

while [ $# -gt 0 ] && [ "$1" != -- ]; do
	if [ "$1" = --output ]; then
		output=${2:-}
		shift 2 || break
		continue
	fi
	[ "$1" != --machine ] || machine=${2:-}
	options+=("$1")
	shift
done
[ $# -gt 0 ] && shift
programs=("$@")

shards=${SHARDS:-2}
[ "$shards" -le "$(nproc)" ] || shards=$(nproc)
[ "$shards" -le ${#programs[@]} ] || shards=${#programs[@]}
if [ "$shards" -lt 2 ] || [ -z "$output" ]; then
	exec "$here/run.sh" ${options[@]+"${options[@]}"} \
		${output:+--output "$output"} -- ${programs[@]+"${programs[@]}"}
fi

# collect ALL: what has ended goes where run.sh would leave it, its status last;
# with ALL, the rest too.
collect()
{
	local k file ended

	for ((k = shards - 1; k >= 0; k--)); do
		ended=()
		for file in "$output/.shard$k"/*.status; do
			[ ! -s "$file" ] ||
				ended+=("${file%.status}".[lt]* "$file")
		done
		[ ${#ended[@]} -eq 0 ] || mv -f "${ended[@]}" "$output/"
		[ -z "$1" ] || collect_rest "$k"
	done
}

collect_rest()
{
	local file name

	for file in "$output/.shard$1"/*; do
		[ -e "$file" ] || continue
		name=${file##*/}
		case $name in
		console.log|emulator.log|machine)
			[ "$1" -gt 0 ] && name=$name.$(($1 + 1)) ;;
		esac
		mv -f "$file" "$output/$name"
	done
	rm -rf "$output/.shard$1"
}

# shellcheck disable=SC2317 # reached by trap
stop()
{
	trap '' INT TERM HUP
	# shellcheck disable=SC2046 # one word a job
	kill $(jobs -p) 2> /dev/null
	wait
	collect all
	exit 130
}
trap stop INT TERM HUP

# shard_of[I]: the machine of program I.  The dearest first, each to the machine
# that has least to do; what costs.tsv does not know is taken to be cheap.
deal_out()
{
	local column=2 cost i k least load=() costs

	[ "$machine" = intel ] && column=3
	costs=$(cut -f "1,$column" "$here/costs.tsv")
	for ((k = 0; k < shards; k++)); do
		load[k]=0
	done
	while read -r cost i; do
		least=0
		for ((k = 1; k < shards; k++)); do
			[ "${load[k]}" -ge "${load[least]}" ] || least=$k
		done
		shard_of[i]=$least
		((load[least] += cost))
	done < <(
		for ((i = 0; i < ${#programs[@]}; i++)); do
			cost=${programs[i]%% *}
			[[ $costs =~ (^|$'\n')${cost##*/}$'\t'([0-9]+) ]]
			echo "${BASH_REMATCH[2]:-5} $i"
		done | sort -k 1,1nr -k 2,2n)
}

# share_of K: its programs, in the order that they were given in.
share_of()
{
	local i

	share=()
	for ((i = 0; i < ${#programs[@]}; i++)); do
		[ "${shard_of[i]}" != "$1" ] || share+=("${programs[i]}")
	done
}

shard_of=()
deal_out
pids=()
for ((k = 0; k < shards; k++)); do
	share_of "$k"
	"$here/run.sh" ${options[@]+"${options[@]}"} \
		--output "$output/.shard$k" -- "${share[@]}" &
	pids+=($!)
done

# Programs that end are there to be read, while others still run.
exec {never}<> <(:)
while kill -0 "${pids[@]}" 2> /dev/null; do
	read -rt 0.1 -u "$never"
	collect ''
done

# The worst tells: a machine that failed outweighs one that did not.
worst=0
for pid in "${pids[@]}"; do
	rc=0
	wait "$pid" || rc=$?
	[ "$rc" = 0 ] || worst=$rc
done
collect all
exit "$worst"
