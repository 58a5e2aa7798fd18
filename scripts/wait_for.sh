#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Waits, a second at most, for a program that runs elsewhere, and answers with
# one line: a word, the seconds since START, what the machine has said last.
#   ended    DIR/NAME.status is there
#   gone     it is not, and MARK.gone says that nothing runs any more
#   stopped  the same with MARK.stopped: whoever ran it was told to stop
#   absent   the same with MARK.absent: the machine could not be had
#   waiting  none of these yet: ask again
#
# A mark is MARK.running renamed, which works on a full disk as well.
#
# wait_for.sh START MARK DIR NAME
start=$1 mark=$2 dir=$3 name=$4

answer()
{
	local said=''

	[ ! -e "$dir/machine.log" ] || said=$(tail -n 1 "$dir/machine.log")
	echo "$1 $((EPOCHSECONDS - start)) $said"
	exit
}

# A sleep without a process: nobody writes to this pipe.
exec {never}<> <(:)

for _ in 1 2 3 4 5 6 7 8 9 10; do
	# In this order: what ends the last moment before the mark has ended.
	over=''
	for word in gone stopped absent; do
		[ ! -e "$mark.$word" ] || over=$word
	done
	[ ! -s "$dir/$name.status" ] || answer ended
	[ -z "$over" ] || answer "$over"
	read -rt 0.1 -u "$never"
done
answer waiting
