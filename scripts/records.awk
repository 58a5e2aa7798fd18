# SPDX-License-Identifier: GPL-2.0-only
#
# The second half of report.awk, for programs that read: with -v records=FILE
# the results go there too, for scripts/results.jq.  A record is some lines of
# a key, a tab and a value (which may hold tabs), and ends with an empty line.
# The first key says what it is:
#   machine NAME    kernel, cpu, why, seconds, ...: as in the plan's "fact"
#   result TEST     machine, status, count, start and seconds (of the program),
#                   reason, log (a line of the log that
#                   explains it; repeats), then for each report of a mismatch:
#     mismatch      leaf, subleaf, register | msr, who | event; wanted, got,
#                   rule, reason, erratum (repeats), installed_by, differ (so
#                   many bits), then for each bit that was listed:
#       bit NUMBER  name, wanted, got
#   end             nothing is missing
# Nothing here prints to standard output.

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
function record(t, what, status, count, why)
{
	end_mismatch()
	# What the harness puts behind "# SKIP" is blank, or "unknown".
	if (status == "skip" && heard_skip != "")
		why = heard_skip
	sub(/ +$/, "", why)
	put_record(field("result", name[t] (what == "" ? "" : "." what)) \
		   field("machine", group[t]) field("status", status) \
		   field("count", count) time_of(t) \
		   (why == "" ? "" : field("reason", why)) \
		   heard_log heard)
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
	heard = heard_log = heard_skip = ""
	in_mismatch = nr_log = 0
}

function end_mismatch()
{
	if (in_mismatch)
		heard = heard "mismatch\t\n" head \
			field("differ", differ(wanted, got)) bits
	in_mismatch = 0
}

# --- the lines before a result ---------------------------------------------

function hear(line)
{
	if (records == "")
		return
	if (in_mismatch && line ~ /^#   /) {
		detail(substr(line, 5))
		return
	}
	end_mismatch()
	if (line ~ /^# MISMATCH /)
		begin_mismatch(substr(line, 12))
	else if (line ~ /^# SKIP: /)
		heard_skip = substr(line, 9)
	else
		log_line(line)
}

function log_line(line)
{
	if (line ~ /^# +SKIP/ || line ~ /^1\.\.0/)
		return
	sub(/^# /, "", line)
	if (++nr_log <= MAX_LOG)
		heard_log = heard_log field("log", substr(line, 1, MAX_LINE))
}

# The first line of a report, by its first word.
function begin_mismatch(s)
{
	in_mismatch = 1
	wanted = got = bits = ""
	if (s ~ /^leaf=/)
		head = words(s)
	else if (s ~ /^msr=/)
		head = words_of_msr(s)
	else if (s ~ /^event="/)
		head = words_of_event(s)
	else
		head = field("event", s)
}

# "key=value ...", with no space in any value.
function words(s,	n, i, part, eq, out)
{
	n = split(s, part, " ")
	for (i = 1; i <= n; i++) {
		eq = index(part[i], "=")
		out = out pair(substr(part[i], 1, eq - 1),
			       substr(part[i], eq + 1))
	}
	return out
}

function pair(key, value)
{
	if (key == "reg")
		key = "register"
	if (key == "wanted")
		wanted = value
	if (key == "got")
		got = value
	return key == "" || value == "-" ? "" : field(key, value)
}

# What stands between two words of s, the second as far to the right as can be.
function between(s, from, to,	rest, at, next_one)
{
	if (!(at = index(s, from)))
		return ""
	rest = substr(s, at + length(from))
	if (to == "" || !(at = index(rest, to)))
		return rest
	while ((next_one = index(substr(rest, at + 1), to)))
		at += next_one
	return substr(rest, 1, at - 1)
}

# msr=N who=SOME WORDS wanted=N got=N rule=R
function words_of_msr(s,	who)
{
	who = between(s, " who=", " wanted=")
	return words(substr(s, 1, index(s, " ") - 1) " wanted=" \
		     between(s, " wanted=", "")) \
		(who == "" ? "" : field("who", who))
}

# event="TEXT" wanted="TEXT" got="TEXT" rule=R
function words_of_event(s,	rule)
{
	rule = between(s, "\" rule=", "")
	return field("event", between(s, "event=\"", "\" wanted=\"")) \
		pair("wanted", between(s, "\" wanted=\"", "\" got=\"")) \
		pair("got", between(s, "\" got=\"", "\" rule=")) \
		pair("rule", rule)
}

# The lines below it.  The drawing of the bits says nothing new.
function detail(s)
{
	if (s ~ /^bit [0-9]+ /)
		bits = bits bit(substr(s, 5))
	else if (s ~ /^why: /)
		head = head field("reason", substr(s, 6))
	else if (s ~ /^erratum: /)
		head = head field("erratum", substr(s, 10))
	else if (s ~ /^installed by: /)
		head = head field("installed_by", substr(s, 15))
	else if (s !~ /^(wanted|got) +[01_]+$/ && s !~ /^[ ^]*$/)
		log_line("# " s)
}

# NUMBER NAME[: wanted N, got N], the values read from the whole registers.
function bit(s,	number, name)
{
	number = s + 0
	name = s
	sub(/^[0-9]+ /, "", name)
	sub(/: wanted [01], got [01]$/, "", name)
	return field("bit", number) \
		(name == "unnamed" ? "" : field("name", name)) \
		field("wanted", bit_of(wanted, number)) \
		field("got", bit_of(got, number))
}

function bit_of(hex, number,	digit)
{
	digit = substr(hex, length(hex) - int(number / 4), 1)
	digit = index("0123456789abcdef", tolower(digit)) - 1
	return int(digit / 2 ^ (number % 4)) % 2
}

# In how many bits two words differ; what is no word has none.
function differ(a, b,	i, n)
{
	if (a !~ /^0x/ || length(a) != length(b))
		return 0
	for (i = 0; i < (length(a) - 2) * 4; i++)
		n += bit_of(a, i) != bit_of(b, i)
	return n + 0
}
