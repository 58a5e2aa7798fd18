# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Part of run_tests.sh: what is printed while tests run, and the end of it.
# Uses its variables.
# shellcheck disable=SC2154,SC2034 # run_tests.sh sets and reads them

# Sets term (a person looks on), moving (a line can be rewritten), colour and
# width.
choose_view()
{
	local screen

	term='' moving='' colour='' width=''
	[ ! -t 1 ] && [ -z "$view" ] && view=tap
	[ "$view" = tap ] && return
	term=1
	[ -t 1 ] || return
	[ "$view" = quiet ] || moving=1
	[ -n "${NO_COLOR:-}" ] || [ "${TERM:-dumb}" = dumb ] || colour=1
	# Inside <(), descriptor 1 is the pipe.
	exec {screen}>&1
	read -r _ width < <(stty size <&"$screen" 2> /dev/null)
	exec {screen}>&-
}

# What make says, to standard error: on a terminal, what it makes is one line that
# is rewritten.
show_build()
{
	local line columns

	if [ ! -t 2 ] || [ "$view" = verbose ] || [ "${TERM:-dumb}" = dumb ]; then
		cat >&2
		return
	fi
	read -r _ columns < <(stty size <&2 2> /dev/null)
	while IFS= read -r line; do
		if [[ $line = '  '[A-Z]* ]]; then
			printf '\r\033[K%s' "${line:0:$((${columns:-80} - 1))}"
		else
			printf '\r\033[K%s\n' "$line"
		fi
	done >&2
	printf '\r\033[K' >&2
}

# report ARGUMENT...: report.awk with all of its parts.
report()
{
	LC_ALL=C awk -v limit="$timeout" -v names="$known_names" \
		-v width="${width:-80}" -v colour="$colour" \
		-f "$scripts/report.awk" -f "$scripts/errata.awk" -f "$scripts/odd.awk" \
		-f "$scripts/records.awk" -f "$scripts/terminal.awk" "$@"
}

# In a process of its own, which what stops the run does not stop: each program
# of the plan as it ends.
print_programs()
{
	local quiet=1

	trap '' INT TERM HUP
	[ -n "$term" ] && [ "$view" != quiet ] && quiet=''
	exec 3>&1
	[ -z "$term" ] || exec > /dev/null
	report -v only=ktap -v machine="$2" -v live="$term" -v quiet="$quiet" \
		-v moving="$moving" \
		-v waiter="'$scripts/wait_for.sh' $EPOCHSECONDS '$1' $$" "$1" |
		tee -a "$tap"
	[ "${PIPESTATUS[1]}" = 0 ]
}

# The end of it.  The status is the verdict.
print_summary()
{
	local rc

	report -v only=summary -v failed_list="$build/results/last.failed" \
		"$plan" > "$plan.summary"
	rc=$?
	cat "$plan.summary" >> "$tap" || tap_trouble=1
	if [ -z "$term" ] || [ "$view" = verbose ]; then
		cat "$plan.summary"
	fi
	if [ -n "$term" ]; then
		report -v only=terminal -v where_logs="$(dir_of "${wheres[0]}")" \
			"$plan"
	fi
	return "$rc"
}
