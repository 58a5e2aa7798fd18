#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Waits a second at the most for a program of a plan that runs elsewhere, and
# prints one answer: a word, the seconds since START, what the machine has said
# last.
#   ended    DIR/NAME.status is there
#   gone     it is not, and PLAN.gone says that nothing runs any more
#   stopped  the same with PLAN.stopped: whoever ran it was told to stop; or
#            PARENT, which sets the marks, is no more
#   absent   the same with PLAN.absent: the machine could not be had
#   waiting  none of these yet
#
# A mark is PLAN.running renamed, which works on a full disk as well.
#
# wait_for.sh START PLAN PARENT DIR NAME
start=$1 plan=$2 parent=$3 dir=$4 name=$5

answer()
{
	local said=()

	[ ! -e "$dir/machine.log" ] || mapfile -t said < "$dir/machine.log"
	[ ${#said[@]} -eq 0 ] || said=("${said[-1]}")
	echo "$1 $((EPOCHSECONDS - start)) ${said[*]-}"
}

# A sleep without a process: nobody writes to this pipe.
exec {never}<> <(:)

# Fails if the time is up.
answer_in_a_second()
{
	local over word

	for _ in 1 2 3 4 5 6 7 8 9 10; do
		# In this order: what ends the last moment before the mark has ended.
		over=''
		kill -0 "$parent" 2> /dev/null || over=stopped
		for word in gone stopped absent; do
			[ ! -e "$plan.$word" ] || over=$word
		done
		[ ! -s "$dir/$name.status" ] || over=ended
		[ -z "$over" ] || { answer "$over"; return; }
		read -rt 0.1 -u "$never"
	done
	return 1
}

answer_in_a_second || answer waiting
