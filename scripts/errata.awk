# SPDX-License-Identifier: GPL-2.0-only
#
# The part of report.awk for known defects.  A program annotates what it
# reports with "#   erratum: ID: SUMMARY (WHY)", and says "# known: ID ..."
# before the result of a test if they explain all of it.

function known_line(line,	id, text)
{
	if (line ~ /^#   erratum: [a-z0-9-]+: /) {
		text = substr(line, 14)
		id = text
		sub(/: .*/, "", id)
		known_text[id] = substr(text, length(id) + 3)
	} else if (line ~ /^# known: /) {
		known_ids = substr(line, 10)
	}
}

# After each result: how many does what explain?
function known_result(g, status,	n, i, id)
{
	n = split(known_ids, id, " ")
	known_ids = ""
	if (status != "fail" && status != "error" && status != "xfail")
		return
	for (i = 1; i <= n; i++) {
		if (!known_count[g, id[i]]++)
			known_order[++nr_known] = g SUBSEP id[i]
		known_xfail[g, id[i]] += status == "xfail"
	}
	if (status != "xfail" && !n)
		known_nothing[g]++
	known_any[g] += n > 0
}

# The most frequent first.
function known_next(g,	i, best, key)
{
	for (i = 1; i <= nr_known; i++) {
		key = known_order[i]
		if (index(key, g SUBSEP) == 1 && !known_told[key] &&
		    (best == "" || known_count[key] > known_count[best]))
			best = key
	}
	if (best != "")
		known_told[best] = 1
	return best
}

function known_area(id,	text)
{
	text = known_text[id]
	if (text !~ /\(quirk of this KVM: [^()]*\)$/)
		return ""
	sub(/.*\(quirk of this KVM: /, "", text)
	sub(/\)$/, "", text)
	return text
}

# A defect of the kernel has a line; quirks have one for each area of KVM, with
# the summary of the most frequent, so that few lines say what is wrong.
function known_print(g,	key, part, area, areas, nr, i, lines, text, what)
{
	if (!known_any[g])
		return
	print ""
	print "Known defects" (nr_groups > 1 ? ", " g : "") ":"
	while ((key = known_next(g)) != "") {
		split(key, part, SUBSEP)
		area = known_area(part[2])
		if (area != "" && area in lines) {
			lines[area] = lines[area] ", " part[2] " " known_count[key]
			continue
		}
		what = known_count[key] == 1 ? "failure" : "failures"
		if (known_xfail[key] == known_count[key])
			what = "XFAIL"
		text = known_text[part[2]]
		if (area == "") {
			printf("  %s: %s: %d %s\n", part[2], text,
			       known_count[key], what)
			continue
		}
		sub(/ \(quirk of this KVM: [^()]*\)$/, "", text)
		areas[++nr] = area
		lines[area] = part[2] ": " text ": " known_count[key] " " what
	}
	for (i = 1; i <= nr; i++)
		print "  " areas[i] ": " lines[areas[i]]
	if (known_nothing[g])
		printf("  nothing known explains %d failure%s\n",
		       known_nothing[g], known_nothing[g] == 1 ? "" : "s")
}
