# SPDX-License-Identifier: GPL-2.0-only
#
# Turns result files into KTAP, the way kselftest's runner prints it, and a
# summary.  Exit status: 0 all well, 1 something failed, 4 nothing could run.
#
# Input, fields separated by tabs:
#   where    GROUP  what it is and why it was chosen
#   test     GROUP  NAME  DIR  KIND  REASON
#   stopped  GROUP  whoever ran it was told to stop
# A group is a column of the table: one machine.  DIR/NAME.log is what the
# program printed, DIR/NAME.status how it ended: its exit status, "signal N"
# or "timeout".  No status file: the program never came back, unless REASON
# says why it was not started.  A program of KIND "tap" must keep its plan;
# one of KIND "plain" may print what it likes and is then one test by itself.
#
# Variables (-v):
#   limit=SECONDS   the time limit, for messages
#   only=ktap       no summary; only=summary: no KTAP; only=terminal: the
#                   summary of scripts/terminal.awk
#   waiter=COMMAND  the programs may still run: see scripts/wait_for.sh
#   machine=NAME    is named before the first program
#   names=FILE      names of results, a line "PROGRAM NAME" each: what of a
#                   program's is missing is printed by name
#   records=FILE    keeps the results for programs (scripts/records.awk)
#   failed_list=FILE  the programs and cases that have not passed
# Needs scripts/errata.awk, scripts/odd.awk, scripts/records.awk and scripts/terminal.awk beside
# it (nobody may look on), or scripts/quiet.awk in place of the last.

BEGIN {
	FS = "\t"
	MAX_DIAG = 16
	MAX_FAILURES = 40
	while (names != "" && (getline line < names) > 0)
		add_name(line)
}

# A line of the file of names; comments have none.
function add_name(line,	part)
{
	if (line !~ /^#/ && split(line, part, " ") == 2)
		all_names[part[1]] = all_names[part[1]] " " part[2]
}

$1 == "where" {
	where[$2] = $3
}

$1 == "stopped" {
	stopped[$2] = 1
}

$1 == "test" {
	nr++
	group[nr] = $2; name[nr] = $3; dir[nr] = $4; kind[nr] = $5
	reason[nr] = $6
	if (!($2 in group_seen)) {
		group_seen[$2] = 1
		groups[++nr_groups] = $2
	}
	if (!($3 in row_seen)) {
		row_seen[$3] = 1
		rows[++nr_rows] = $3
		if (length($3) > widest)
			widest = length($3)
	}
}

END {
	ktap("TAP version 13")
	ktap("1.." (nr + 0))
	if (machine != "")
		ktap("# machine: " machine)
	record_machines()
	for (t = 1; t <= nr; t++)
		report(t)
	if (not_run)
		ktap("# stopped: " not_run " not run")
	if (only == "terminal")
		terminal_summary()
	else if (only != "ktap")
		summary()
	put_record("end")
	exit failed + errors ? 1 : passed ? 0 : 4
}

function ktap(line)
{
	if (only == "" || only == "ktap")
		print line
}

# --- one program ----------------------------------------------------------

function report(t,	title, ending, verdict)
{
	title = "selftests: kvm-cpuid: " name[t]
	wait_for(t)
	ending = first_line(dir[t] "/" name[t] ".status")
	if (stopped[group[t]] && ending == "" && reason[t] == "") {
		not_run++
		not_passed(t, "")
		if (!exists(dir[t] "/" name[t] ".log"))
			return
	}
	ktap("# " title)
	read_log(t, dir[t] "/" name[t] ".log")
	verdict = judge(t, ending)

	if (verdict ~ /^SKIP/) {
		if (reason[t] != "")
			ktap("# " reason[t])
		verdict = "SKIP"
		mark = "skip"
	} else {
		mark = verdict == "" ? "ok" : "FAIL"
	}
	ktap(sprintf("%s %d %s%s", mark == "FAIL" ? "not ok" : "ok", t, title,
		    verdict == "" ? "" : " # " verdict))
	tally(t)
	if (only == "ktap")
		fflush()
}

# Until the program has ended, or will not: its answer is a word, the seconds
# since the start, and what the machine has said last.
#
# A process an answer: mawk 1.3.4-20250131 hands on nothing of a pipe until its
# buffer is full or the other end is closed.
function wait_for(t,	command, answer, word)
{
	if (waiter == "")
		return
	command = waiter " " quoted(dir[t]) " " quoted(name[t])
	do {
		word = "gone"
		if ((command | getline answer) > 0) {
			word = answer
			sub(/ .*/, "", word)
			waiting(t, substr(answer, length(word) + 2))
		}
		close(command)
	} while (word == "waiting")
	if (word == "stopped")
		stopped[group[t]] = 1
	else if (word == "absent")
		reason[t] = last_words(answer)
}

function quoted(text)
{
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

# Of an answer, what comes after the word and the seconds.
function last_words(answer)
{
	sub(/^[a-z]+ [0-9]+ ?/, "", answer)
	return answer
}

function exists(file,	line, there)
{
	there = (getline line < file) >= 0
	close(file)
	return there
}

function read_log(t, file,	line)
{
	plan = -1
	results = n_pass = n_fail = n_skip = n_error = n_xfail = n_xpass = 0
	n_lost = 0
	given = " "
	diag = ""
	nr_diag = 0
	skip_all = ""
	forget()
	while ((getline line < file) > 0) {
		sub(/[ \r]+$/, "", line)
		if (line ~ /^ok .*# SKIP unknown$/)
			sub(/ unknown$/, "", line)
		ktap("# " line)
		if (line ~ /^(not )?ok [0-9]+/)
			result(t, line)
		else if (line ~ /^1\.\.[0-9]+/)
			planned(line)
		else if (line ~ /^#! \{/)
			machine_line(group[t], line)
		else
			remember(line)
	}
	close(file)
}

function planned(line)
{
	plan = substr(line, 4) + 0
	if (match(line, /# *SKIP /))
		skip_all = substr(line, RSTART + RLENGTH)
}

# The lines that a program prints before a result explain it; those with
# which the harness frames every test do not.
function remember(line)
{
	if (line ~ /^TAP version/ || line ~ /^# Starting [0-9]+ tests/)
		return
	if (line ~ /^#  *RUN  / || line ~ /^#  *(OK|FAIL)  [^ ]+$/)
		return
	log_line(line)
	if (++nr_diag <= MAX_DIAG)
		diag = diag "      " line "\n"
}

function result(t, line,	what, directive, status, why)
{
	results++
	what = line
	sub(/^(not )?ok [0-9]+ *(- )?/, "", what)
	directive = ""
	if (match(what, /# *(SKIP|XFAIL|XPASS|ERROR|TIMEOUT|error|lost)/)) {
		directive = toupper(substr(what, RSTART, RLENGTH))
		sub(/^# */, "", directive)
		# "NAME # SKIP why" from the harness, "# SKIP NAME" from others.
		if (RSTART > 1) {
			why = substr(what, RSTART + RLENGTH + 1)
			what = substr(what, 1, RSTART - 1)
		} else {
			what = substr(what, RSTART + RLENGTH + 1)
		}
	}
	sub(/ +(#.*)?$/, "", what)
	given = given what " "

	status = status_of(line, directive)
	if (directive == "LOST") {
		n_lost++
		why = "lost"
	}
	if (status == "fail" || status == "error") {
		if (status == "error")
			n_error++
		else
			n_fail++
		failure(t, what (directive == "" ? "" : \
				 " (" tolower(directive) ")"), what,
			status == "fail" ? follows() : "")
	} else if (status == "skip") {
		n_skip++
	} else {
		n_xfail += status == "xfail"
		n_xpass += status == "xpass"
		if (status == "xpass")
			xpass_names = xpass_names " " name[t] "." what
		n_pass++
	}
	known_result(group[t], status)
	odd_result(group[t], status)
	record(t, what, status, 1, why)
	diag = ""
	nr_diag = 0
}

function status_of(line, directive)
{
	if (line ~ /^not ok/)
		return directive ~ /^(ERROR|TIMEOUT|LOST)$/ ? "error" : "fail"
	return directive ~ /^(SKIP|XFAIL|XPASS)$/ ? tolower(directive) : "pass"
}

function first_line(file,	line)
{
	if ((getline line < file) <= 0)
		line = ""
	close(file)
	return line
}

# Why the program failed; "" if it did not.
function judge(t, ending,	lost)
{
	lost = plan > results ? plan - results : 0

	if (ending == "" && reason[t] != "")
		return whole(t, "SKIP", "")
	if (ending == "" && stopped[group[t]])
		return "stopped"
	if (ending == "")
		return broken(t, lost, "lost results: it never came back")
	if (ending == "timeout")
		return broken(t, lost, "TIMEOUT " limit " seconds")
	if (ending ~ /^signal/)
		return broken(t, lost, "died of " ending)
	if (ending == "4" && !n_fail && !n_error)
		return whole(t, "SKIP", "")
	if (lost)
		return broken(t, lost, "lost results: " results " of " plan)
	if (ending != "0")
		return n_fail + n_error ? "exit=" ending : \
			broken(t, 0, "exit=" ending)
	if (n_fail + n_error)
		return "exit=0 in spite of failures"
	if (plan < 0 && (results || kind[t] == "tap"))
		return broken(t, 0, "lost results: no plan")
	if (plan >= 0 && results > plan)
		return broken(t, 0, "more results than planned")
	if (plan < 0) {
		n_pass++
		record(t, "", "pass", 1)
	}
	return ""
}

# A program that stands for one result, or for the rest of its plan.
function whole(t, verdict, why,	n)
{
	n = plan > results ? plan - results : !results
	n_skip += n
	if (n)
		record(t, "", "skip", n, reason[t])
	return verdict
}

# What the program owes: each by its name, where names are known and the rest
# of the plan is just that; else all of it in one.
function broken(t, lost, why,	owed, n, i)
{
	n = owed_names(t, owed)
	if (n && (n == lost || plan < 0 && !results)) {
		for (i = 1; i <= n; i++)
			lose(t, owed[i], why)
	} else if (lost || !n_lost) {
		n_error += lost ? lost : 1
		failure(t, why, "")
		record(t, "", "error", lost ? lost : 1, why)
	}
	return why
}

function owed_names(t, owed,	part, i, n, m)
{
	n = split(all_names[name[t]], part, " ")
	for (i = 1; i <= n; i++)
		if (!index(given, " " part[i] " "))
			owed[++m] = part[i]
	return m + 0
}

function lose(t, what, why)
{
	ktap("# not ok " ++results " " what " # lost")
	n_error++
	n_lost++
	failure(t, what " (lost: " why ")", what)
	record(t, what, "error", 1, why)
	diag = ""
	nr_diag = 0
}

# what: for people; test: its name, "" for all of the program; of: the cause
# that it follows from, or nothing.
function failure(t, what, test, of)
{
	if (of != "") {
		not_passed(t, test)
		seen_follower()
		return
	}
	fail_title[++failures] = (nr_groups > 1 ? group[t] ": " : "") \
		name[t] ": " what
	if (nr_diag > MAX_DIAG)
		diag = diag "      ... " nr_diag - MAX_DIAG " more lines in " \
			dir[t] "/" name[t] ".log\n"
	fail_diag[failures] = diag
	not_passed(t, test)
	seen_failure(t, what, test)
}

function not_passed(t, test)
{
	if (failed_list != "")
		print group[t] "\t" name[t] (test == "" ? "" : ":" test) \
			> failed_list
}

function tally(t,	g)
{
	g = group[t]
	done_with(t)
	cell[g, name[t]] = sprintf("%-4s %d/%d/%d%s", mark, n_pass, n_fail,
				   n_skip, n_error ? "/" n_error : "")
	g_pass[g] += n_pass; passed += n_pass
	g_fail[g] += n_fail; failed += n_fail
	g_skip[g] += n_skip; skipped += n_skip
	g_error[g] += n_error; errors += n_error
	lost_results += n_lost
	xfail += n_xfail
	xpass += n_xpass
}

# --- all of them ----------------------------------------------------------

function summary(	g)
{
	print ""
	for (g = 1; g <= nr_groups; g++)
		if (where[groups[g]] != "")
			print groups[g] ": " where[groups[g]]

	table()
	if (failures)
		print_failures()
	for (g = 1; g <= nr_groups; g++)
		known_print(groups[g])
	for (g = 1; g <= nr_groups; g++)
		not_judged_print(groups[g])
	for (g = 1; g <= nr_groups; g++)
		odd_print(groups[g])
	if (xfail)
		print xfail " of those passed failed as this kernel is " \
			"known to (XFAIL)"
	if (xpass)
		print xpass " passed where a failure was expected (XPASS):" \
			xpass_names
	if (errors)
		print errors_text()
	if (not_run)
		print not_run " of " nr " programs not run: stopped"
	print ""
	print counts() (not_run ? ", " not_run " not run" : "")
}

# Where nothing went wrong there are three, as CI systems read them.
function counts()
{
	return sprintf("%d passed, %d failed, %d skipped%s", passed, failed,
		       skipped, errors == 1 ? ", 1 error" : \
		       errors ? ", " errors " errors" : "")
}

function errors_text()
{
	return errors (errors == 1 ? " error, which is" : " errors, which are") \
		" no verdict on KVM: a test could not find out, or its result was lost"
}

function table(	g, r, line, head)
{
	head = "passed/failed/skipped" (errors ? "/errors" : "")
	if (widest < length(head))
		widest = length(head)

	print ""
	line = column(head, widest)
	for (g = 1; g <= nr_groups; g++)
		line = line column("     " groups[g], 18)
	put(line)
	for (r = 1; r <= nr_rows; r++) {
		line = column(rows[r], widest)
		for (g = 1; g <= nr_groups; g++)
			line = line column((groups[g], rows[r]) in cell ? \
					   cell[groups[g], rows[r]] : "-", 18)
		put(line)
	}
	line = column("all", widest)
	for (g = 1; g <= nr_groups; g++)
		line = line column(sprintf("     %d/%d/%d%s",
			g_pass[groups[g]], g_fail[groups[g]],
			g_skip[groups[g]], g_error[groups[g]] ? \
			"/" g_error[groups[g]] : ""), 18)
	put(line)
}

function column(text, width)
{
	return sprintf("%-*s  ", width, text)
}

function put(text)
{
	sub(/ +$/, "", text)
	print text
}

function print_failures(	i)
{
	print ""
	print "Failures:"
	for (i = 1; i <= failures && i <= MAX_FAILURES; i++)
		printf("  %s\n%s", fail_title[i], fail_diag[i])
	if (failures > MAX_FAILURES)
		print "  ... and " failures - MAX_FAILURES " more, above"
}
