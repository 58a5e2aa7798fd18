# SPDX-License-Identifier: GPL-2.0-only
#
# The part of report.awk for known defects.  A program says what a defect is
# with a machine line of kind "erratum" (errata, summary, why, area), and with
# one of kind "known" for each that explains all of a test, before its result.

function known_line(kind, line,	id)
{
	id = json_value(line, "errata")
	if (kind == "known") {
		known_ids = known_ids " " id
		return
	}
	known_text[id] = json_value(line, "summary")
	known_why[id] = json_value(line, "why")
	known_area[id] = json_value(line, "area")
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

# A defect of the kernel has a line; quirks have one for each area of KVM, with
# the summary of the most frequent, so that few lines say what is wrong.
function known_print(g,	key, part, area, areas, nr, i, lines, id, what)
{
	if (!known_any[g])
		return
	print ""
	print "Known defects" (nr_groups > 1 ? ", " g : "") ":"
	while ((key = known_next(g)) != "") {
		split(key, part, SUBSEP)
		id = part[2]
		area = known_area[id]
		if (area != "" && area in lines) {
			lines[area] = lines[area] ", " id " " known_count[key]
			continue
		}
		what = known_count[key] == 1 ? "failure" : "failures"
		if (known_xfail[key] == known_count[key])
			what = "XFAIL"
		what = id ": " known_text[id] \
			(area == "" ? " (" known_why[id] ")" : "") ": " \
			known_count[key] " " what
		if (area == "") {
			print "  " what
			continue
		}
		areas[++nr] = area
		lines[area] = what
	}
	for (i = 1; i <= nr; i++)
		print "  " areas[i] ": " lines[areas[i]]
	if (known_nothing[g])
		printf("  nothing known explains %d failure%s\n",
		       known_nothing[g], known_nothing[g] == 1 ? "" : "s")
}
