#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs programs on this very machine, as many at a time as it has processors (at
# most $SHARDS, default 2: a VM that goes waits more than it works), and leaves
# what machines/run.sh leaves: DIR/NAME.log, DIR/NAME.time, DIR/NAME.status (when
# it has ended, and the others are complete), DIR/machine.
#
# run_host.sh --program-timeout SECONDS --output DIR -- "PROGRAM ARG..." ...
set -u

limit=120
while [ $# -gt 0 ]; do
	case $1 in
	--program-timeout) limit=$2; shift 2 ;;
	--output) out=$2; shift 2 ;;
	--) shift; break ;;
	*) echo "run_host.sh: unknown option $1" >&2; exit 2 ;;
	esac
done

# A harness test runs in a process group of its own and outlives its killed
# parent, but it stays in the session: that is what must go.  What was forked
# meanwhile is seen the next time; a zombie is gone already.
kill_session()
{
	local stat pid comm fields round found=1

	for ((round = 0; round < 50 && found; round++)); do
		found=''
		for stat in /proc/[0-9]*/stat; do
			{ read -r pid comm < "$stat"; } 2> /dev/null || continue
			read -r -a fields <<< "${comm##*) }"
			[ "${fields[3]}" = "$1" ] && [ "${fields[0]}" != Z ] &&
				kill -KILL "$pid" 2> /dev/null && found=1
		done
	done
}

image=''
stop()
{
	trap '' INT TERM HUP
	# shellcheck disable=SC2046 # one word a job
	kill $(jobs -p) 2> /dev/null
	wait
	rm -f "$image"
	exit 130
}
trap stop INT TERM HUP

# Of the process of one program, which is $! once it is there.
before=''
stop_one()
{
	[ "${!-}" = "$before" ] || kill_session "$!"
	exit 130
}

# What .status says, from the exit status of timeout(1) and the time it took.
ending()
{
	if [[ $1 = 124 || $1 = 137 ]] && [ "$2" -ge "$limit" ]; then
		echo timeout
	elif [ "$1" -gt 128 ]; then
		echo "signal $(($1 - 128))"
	else
		echo "$1"
	fi
}

run_one()
{
	local name words start=$SECONDS from=$EPOCHREALTIME rc

	before=${!-}
	trap stop_one TERM
	read -r -a words <<< "$1"
	name=$(basename "${words[0]}")
	setsid timeout -k 2 "$limit" "${words[@]}" \
		> "$out/$name.log" 2>&1 < /dev/null &
	wait $! 2> /dev/null
	rc=$?
	kill_session $!
	echo "$from $EPOCHREALTIME" > "$out/$name.time"
	ending "$rc" $((SECONDS - start)) > "$out/$name.status"
}

mkdir -p "$out" || exit 2
# What KVM says of itself, read by the first program for all of this run.
# Set and empty: each asks KVM by itself.
image=$out/facts.image
rm -f "$image"
export KVM_CPUID_FACTS=${KVM_CPUID_FACTS-$image}
{
	echo "machine=host"
	echo "kernel=$(uname -r)"
	echo "cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
} > "$out/machine"
slots=${SHARDS:-2}
[ "$slots" -le "$(nproc)" ] || slots=$(nproc)
for program; do
	while [ "$(jobs -pr | wc -l)" -ge "$slots" ]; do
		wait -n
	done
	# Nobody is left to print it.
	kill -0 "$PPID" 2> /dev/null || stop
	run_one "$program" &
done
wait
rm -f "$image"
