# SPDX-License-Identifier: GPL-2.0-only
#
# Turns what kselftest's runner prints into LAVA's signals, line by line as they
# come, so that a board that dies has sent what it had: PROGRAM.CASE, pass, fail
# or skip.  Any awk will do, busybox's too.  Reads no name from the text behind
# a "#".
#
# -v names=FILE    "PROGRAM RESULT" lines (ci/names): what is missing is a failure
# -v report=WORD   in place of signals: "plain", NAME RESULT (for send-to-lava.sh);
#                  "monitor", RESULT NAME RESULT (for the job's monitor)
#
# An XFAIL is a pass: LAVA has no word for it.  Ends with the case "results",
# which fails if nothing came or all was skipped.

BEGIN {
	while (names != "" && (getline line < names) > 0)
		if (line !~ /^#/ && split(line, part, " ") == 2) {
			wanted[++nr_wanted] = part[1] "." part[2]
			of[nr_wanted] = part[1]
		}
}

{
	sub(/[ \r]+$/, "")
}

# "# selftests: COLLECTION: PROGRAM" opens a program.
/^# selftests: [^ ]+: [^ ]+$/ {
	program = $NF
	started[program] = 1
	next
}

# "# ok N NAME", within a program.
program != "" && /^# (not )?ok [0-9]+ [^ ]/ {
	line = substr($0, 3)
	bad = line ~ /^not /
	sub(/^(not )?ok [0-9]+ /, "", line)
	name = line
	sub(/ .*/, "", name)
	give(program "." name, bad ? "fail" : \
	     line ~ / # SKIP/ ? "skip" : "pass")
	next
}

# "ok N selftests: COLLECTION: PROGRAM [# ...]" closes it.
/^(not )?ok [0-9]+ selftests: / {
	line = $0
	sub(/^(not )?ok [0-9]+ selftests: [^ ]+: /, "", line)
	sub(/ .*/, "", line)
	if (/^not /)
		give(line, "fail")
	else
		give(line, / # SKIP/ ? "skip" : "pass")
	program = ""
}

function give(name, result)
{
	if (name in given)
		return
	given[name] = result
	count[result]++
	if (report == "plain")
		print name, result
	else if (report == "monitor")
		print "RESULT " name, result
	else
		printf("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=%s RESULT=%s>\n",
		       name, result)
	fflush()
}

END {
	for (i = 1; i <= nr_wanted; i++)
		if (!(wanted[i] in given)) {
			give(wanted[i], "fail")
			missing++
		}
	give("results", missing || !count["pass"] ? "fail" : "pass")
	exit given["results"] == "fail" || count["fail"] > 0
}
