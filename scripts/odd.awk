# SPDX-License-Identifier: GPL-2.0-only
#
# The part of report.awk for what a KVM says that it is: vendor and signature
# are spread over registers, and each test that looks at them fails.  One line
# for a leaf at the end says what came and what was wanted, as the guest reads
# it.  For machine lines of kind "cpuid".
#
# And what follows from another failure: the key "follows" of a finding, which
# names a cause; machine lines of kind "cause" say what that is.

function odd_line(line,	leaf, reg)
{
	if (!index(line, "\"wanted_text\":"))
		return
	leaf = json_value(line, "leaf")
	reg = json_value(line, "register")
	odd_got[leaf, reg] = json_value(line, "got_text")
	odd_wanted[leaf, reg] = json_value(line, "wanted_text")
	odd_now[leaf] = 1
}

function finding_line(line,	id)
{
	id = json_value(line, "follows")
	nr_findings++
	if (id == "")
		return
	nr_following++
	cause = id
}

# The cause that all findings of a result follow from; "" if there is none.
function follows()
{
	return nr_findings && nr_following == nr_findings ? cause : ""
}

# After each result.
function odd_result(g, status,	leaf)
{
	if (status == "fail" && follows() != "" && !cause_count[g, follows()]++)
		cause_order[g, ++nr_causes[g]] = follows()
	for (leaf in odd_now) {
		if (!odd_count[g, leaf]++)
			odd_order[g, ++nr_odd[g]] = leaf
		delete odd_now[leaf]
	}
}

# In the order in which the characters stand; what does not differ is not known.
function odd_text(part, leaf,	order, reg, n, i, text)
{
	order = "ebx ecx edx"
	if (leaf == "0x00000000" || leaf == "0x80000000")
		order = "ebx edx ecx"
	if (leaf ~ /^0x8000000[234]$/)
		order = "eax ebx ecx edx"
	n = split(order, reg, " ")
	for (i = 1; i <= n; i++)
		text = text ((leaf, reg[i]) in part ? part[leaf, reg[i]] : "....")
	return text
}

function odd_print(g,	i, leaf, n)
{
	if (nr_odd[g]) {
		print ""
		print "What this KVM says it is" (nr_groups > 1 ? ", " g : "") ":"
	}
	for (i = 1; i <= nr_odd[g]; i++) {
		leaf = odd_order[g, i]
		n = odd_count[g, leaf]
		print "  leaf " leaf ": \"" odd_text(odd_got, leaf) \
			"\", wanted \"" odd_text(odd_wanted, leaf) "\": " n \
			(n == 1 ? " failure" : " failures")
	}
	cause_print(g)
}

function cause_print(g,	i, id, n)
{
	if (nr_causes[g] && !nr_odd[g])
		print ""
	for (i = 1; i <= nr_causes[g]; i++) {
		id = cause_order[g, i]
		n = cause_count[g, id]
		print cause_text[id] ": " n " more failure" \
			(n == 1 ? " follows" : "s follow") " from this (" id ")"
	}
}
