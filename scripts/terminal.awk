# SPDX-License-Identifier: GPL-2.0-only
#
# What a person sees of a run, for report.awk.  Two passes: with -v live=1,
# while programs run, one line that is rewritten and one line for each program
# that has failed; with -v live=0, when all is over, the rest.
#
# -v width=COLUMNS, -v colour=1, -v moving=1 (a line can be rewritten),
# -v quiet=1 (no lines for programs), -v where_logs=TEXT.  With live=1 standard
# output belongs to the KTAP, so this goes to descriptor 3.

BEGIN {
	MAX_UNKNOWN = 10
	SCREEN = "cat >&3"
	if (width < 40)
		width = 80
}

function screen(text)
{
	if (live) {
		printf("%s", text) | SCREEN
		fflush(SCREEN)
	} else {
		printf("%s", text)
	}
}

function cut(text, room)
{
	return length(text) <= room ? text : substr(text, 1, room - 3) "..."
}

function painted(code, text)
{
	return colour ? "\033[" code "m" text "\033[0m" : text
}

function minutes(s)
{
	return sprintf("%d:%02d", s / 60, s % 60)
}

# --- while it runs ----------------------------------------------------------

# rest: the seconds, then what the machine said last.
function waiting(t, rest,	text, seconds)
{
	if (!moving)
		return
	seconds = rest
	sub(/ .*/, "", seconds)
	elapsed = seconds
	rest = substr(rest, length(seconds) + 2)
	text = sprintf("[%d/%d] %s %d done %s%s", t - 1, nr, name[t], counted,
		       bad ? bad " failed " : "", minutes(seconds))
	# Before the first program: what takes so long.
	if (t == 1 && rest != "")
		text = sprintf("[0/%d] %s %s", nr, minutes(seconds), rest)
	screen("\r" cut(text, width - 1) "\033[K")
	showing = 1
}

function erase()
{
	if (showing)
		screen("\r\033[K")
	showing = 0
}

# One at a time, with what was printed before it.
function seen_failure(t, what, test,	short, known)
{
	known = known_ids != ""
	prog_unknown += !known
	short = heard_brief != "" ? heard_brief : \
		heard_error != "" ? "ERROR: " heard_error : first_words(diag)
	if (short == "")
		short = what
	# The first that nothing explains says more than the first.
	if (prog_short == "" || prog_follows || (!known && prog_known)) {
		prog_short = short
		prog_follows = 0
		prog_known = known
	}
	if (!known && ++unknowns <= MAX_UNKNOWN)
		unknown[unknowns] = (nr_groups > 1 ? group[t] ": " : "") \
			name[t] (test == "" ? "" : "." test) ": " short
}

# Nothing of its own: the end says what it follows from.
function seen_follower()
{
	if (prog_short == "") {
		prog_short = heard_brief
		prog_follows = 1
	}
}

function done_with(t,	n, line)
{
	n = n_pass + n_fail + n_error + n_skip
	counted += n
	bad += n_fail + n_error
	if (live && !quiet && mark == "FAIL") {
		erase()
		line = sprintf(" %-25s %3d/%-3d %s", name[t],
			       n_fail + n_error, n, prog_short)
		line = cut(line, width - 6)
		screen((prog_unknown ? painted("31", "FAIL ") : \
			prog_known ? painted("33", "known") : \
			painted("33", "more ")) line "\n")
	}
	prog_unknown = prog_known = prog_follows = 0
	prog_short = ""
	if (live && t == nr)
		erase()
}

# --- where a program says nothing to programs ---------------------------------

# The harness's own line says where in the source, which is the last resort.
function first_words(text,	line, n, i, last)
{
	n = split(text, line, "\n")
	for (i = 1; i <= n; i++) {
		sub(/^ *# ?/, "", line[i])
		if (line[i] == "")
			continue
		if (line[i] !~ /\.c:[0-9]+:/)
			return line[i]
		last = line[i]
	}
	return last
}

# --- when it is over --------------------------------------------------------

function terminal_summary(	g, i)
{
	print ""
	if (unknowns)
		print painted("31", "Explained by no known defect: " unknowns)
	for (i = 1; i <= unknowns && i <= MAX_UNKNOWN; i++)
		print cut("  " unknown[i], width)
	if (unknowns > MAX_UNKNOWN)
		print "  ... and " unknowns - MAX_UNKNOWN " more (-v)"
	for (g = 1; g <= nr_groups; g++)
		known_print(groups[g])
	for (g = 1; g <= nr_groups; g++)
		not_judged_print(groups[g])
	for (g = 1; g <= nr_groups; g++)
		odd_print(groups[g])
	if (failures || xfail || xpass)
		print ""
	if (xpass)
		print cut("Passed where a failure was expected (XPASS):" \
			xpass_names, width)
	for (g = 1; g <= nr_groups; g++)
		if (where[groups[g]] != "")
			print cut(groups[g] ": " where[groups[g]], width)
	if (errors)
		print painted("31", errors_text())
	if (failures || not_run) {
		print cut("Logs: " where_logs, width)
		print "Those again: ./run_tests.sh --failed     " \
			"Everything: -v, -vv"
	}
	print painted(failed + errors ? "31" : "32", counts() \
		(xfail ? ", " xfail " of those passed failed as known" : "") \
		(not_run ? ", " not_run " programs not run" : ""))
}
