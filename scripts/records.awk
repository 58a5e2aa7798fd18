# SPDX-License-Identifier: GPL-2.0-only
#
# The second half of report.awk, for programs that read: with -v records=FILE
# the results go there too, for scripts/results.jq.  A record is some lines of
# a key, a tab and a value (which may hold tabs), and ends with an empty line.
# The first key says what it is:
#   machine NAME    kernel, cpu, why, seconds, ...: as in the plan's "fact"
#   result TEST     machine, status, count, start and seconds (of the program),
#                   reason, log (a line of the log that explains it; repeats),
#                   machine_line (repeats): what the program says to programs,
#                   one JSON object; see lib/report/machine.h for its keys
#   end             nothing is missing
# Nothing here prints to standard output.
#
# Of what a program prints only machine lines, "#! {json}", are looked into:
# all others are for people, kept or shown as they are.

BEGIN {
	MAX_LOG = 100
	MAX_LINE = 1000
}

$1 == "fact" {
	facts[$2] = facts[$2] field($3, substr($0, length($1 $2 $3) + 4))
}

function put_record(text)
{
	if (records != "")
		print text > records
}

function field(key, value)
{
	return key "\t" value "\n"
}

function record_machines(	g)
{
	for (g = 1; g <= nr_groups; g++)
		put_record(field("machine", groups[g]) facts[groups[g]])
}

# A result, with what the lines before it have said.
function record(t, what, status, count, why,	text, i)
{
	# What the harness puts behind "# SKIP" is blank, or "unknown".
	if (status == "skip" && heard_skip != "")
		why = heard_skip
	else if (status == "skip" && skip_all != "")
		why = skip_all
	if (status == "error" && why == "")
		why = heard_error
	sub(/ +$/, "", why)
	text = field("result", name[t] (what == "" ? "" : "." what)) \
		field("machine", group[t]) field("status", status) \
		field("count", count) time_of(t) \
		(status == "fail" && follows() != "" ? \
		 field("follows", follows()) : "") \
		(why == "" ? "" : field("reason", why))
	for (i = 1; i <= nr_log && i <= MAX_LOG; i++)
		text = text field("log", log_text[i])
	put_record(text machine_lines)
	forget()
}

# When the program ran: DIR/NAME.time has start and end, in seconds.
function time_of(t,	line, part)
{
	line = first_line(dir[t] "/" name[t] ".time")
	if (split(line, part, " ") != 2)
		return ""
	return field("start", part[1]) \
		field("seconds", sprintf("%.3f", part[2] - part[1]))
}

function forget()
{
	machine_lines = heard_skip = heard_error = heard_brief = ""
	nr_findings = nr_following = 0
	nr_log = 0
}

# --- lines for people --------------------------------------------------------

function log_line(line)
{
	if (line ~ /^# +SKIP( |$)/ || line ~ /^1\.\.0/)
		return
	sub(/^# /, "", line)
	if (++nr_log <= MAX_LOG)
		log_text[nr_log] = substr(line, 1, MAX_LINE)
}

# --- lines for programs -------------------------------------------------------

# The value of a key in a JSON object of one line: a string, a number, or ""
# for null.  A quote inside of a string has a backslash before it, so that no
# string can be taken for a key.
function json_value(line, key,	at)
{
	if (!match(line, "\"" key "\":(\"([^\"\\\\]|\\\\.)*\"|[0-9]+)"))
		return ""
	at = RSTART + length(key) + 3
	line = substr(line, at, RSTART + RLENGTH - at)
	return line ~ /^"/ ? unescaped(substr(line, 2, length(line) - 2)) : line
}

function unescaped(text,	out, at)
{
	gsub(/\\u00[01][0-9a-f]|\\u007f/, "?", text)
	while ((at = index(text, "\\"))) {
		out = out substr(text, 1, at - 1) substr(text, at + 1, 1)
		text = substr(text, at + 2)
	}
	return out text
}

function machine_line(g, line,	kind)
{
	line = substr(line, 4)
	machine_lines = machine_lines field("machine_line", line)
	kind = json_value(line, "kind")
	if (kind == "cpuid")
		odd_line(line)
	# So many lines before it say the same to people.
	nr_log -= json_value(line, "lines")
	if (nr_log < 0)
		nr_log = 0
	if (kind ~ /^(cpuid|msr|event)$/)
		finding_line(line)
	if (kind == "skip" && plan < 0)
		skip_all = json_value(line, "reason")
	else if (kind == "skip")
		heard_skip = json_value(line, "reason")
	else if (kind == "error")
		heard_error = json_value(line, "reason")
	else if (kind == "not_judged")
		not_judged(g, json_value(line, "reason"))
	else if (kind == "cause")
		cause_text[json_value(line, "follows")] = json_value(line, "summary")
	else if (kind == "erratum" || kind == "known")
		known_line(kind, line)
	else if (heard_brief == "")
		heard_brief = json_value(line, "brief")
}

# Each once on a machine, however many tests have said it.
function not_judged(g, what)
{
	if (!not_judged_seen[g, what]++)
		not_judged_list[g, ++nr_not_judged[g]] = what
}

function not_judged_print(g,	i)
{
	if (!nr_not_judged[g])
		return
	print ""
	print "Not judged" (nr_groups > 1 ? ", " g : "") ": " \
		nr_not_judged[g] " (this kernel or CPU is newer than the rules, or says too little)"
	for (i = 1; i <= nr_not_judged[g] && i <= 10; i++)
		print "  " not_judged_list[g, i]
	if (nr_not_judged[g] > 10)
		print "  ... and " nr_not_judged[g] - 10 " more"
}
