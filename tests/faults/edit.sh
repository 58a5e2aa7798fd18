# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Put faults into a kernel source file; sourced by tests/kernel_faults.sh.
#
# A row of faults/*.tsv, tab separated:
#	id vendor versions file where anchor change bug what
# "versions" is all, or a Debian source (6.12, 6.1), or the first stable release
# that has the code (6.12.114).  The releases of 6.12, by the changelogs of
# Debian's linux-source-6.12: quirks are written under a lock in 110; SREGS and
# EFER are checked in one place from 112; "governed features" are guest_cpu_cap,
# the setters of the APIC base have their names, LBR MSRs are cases in 114.
# "where" is a path " > ": text in the first line of a function, array or macro
# at the left margin, then texts further down in it; "-" is the whole file.
# "anchor" is in the first line from there on that contains it.  "change":
#	put:TEXT	TEXT instead of the anchor (may be empty)
#	drop, drop:N	that line, or N lines from there, are gone
#	before:TEXT	a line more above it
#	after:TEXT	a line more below it

# What one of the files needs besides, for the faults of all of them.
# shellcheck disable=SC2034
fault_parameter='int kvm_fault;
module_param_named(fault, kvm_fault, int, 0644);'

# The program behind edit_one and edit_many.
# shellcheck disable=SC2016
fault_awk='
function die(text) {
	printf "%s: %s\n", id, text > "/dev/stderr"
	bad = 1
}

# The line where the text at the left margin begins; sets first, last.
function find_scope(text,   i) {
	if (text == "-") {
		first = 1
		last = total
		return 1
	}
	for (i = 1; i <= total; i++)
		if (index(line[i], text) && line[i] !~ /^[ \t*\/]/ && \
		    line[i] !~ /;[ \t]*$/)
			break
	if (i > total)
		return 0
	first = line[i] ~ /^[A-Za-z_0-9]+\(/ ? i - 1 : i
	for (last = i; last < total && line[last] !~ /^}[;)]?[ \t]*$/; last++)
		;
	return i
}

# The line of the anchor, 0 without one.
function find(row,   part, n, i, k) {
	n = split(where[row], part, " > ")
	i = find_scope(part[1])
	if (!i) {
		die("no " part[1])
		return 0
	}
	for (k = 2; k <= n + 1; k++) {
		text = k <= n ? part[k] : anchor[row]
		while (i <= last && !index(line[i], text))
			i++
		if (i > last) {
			die("no \"" text "\" in " where[row])
			return 0
		}
	}
	return i
}

# Lines first..last with the change at line i.
function changed(row, i,   out, k, at, text, gone) {
	out = ""
	gone = 0
	if (change[row] ~ /^drop/)
		gone = change[row] == "drop" ? 1 : substr(change[row], 6) + 0
	text = change[row]
	sub(/^(put|before|after):/, "", text)
	for (k = first; k <= last; k++) {
		if (k >= i && k < i + gone)
			continue
		if (k == i && change[row] ~ /^put:/) {
			at = index(line[k], anchor[row])
			out = out substr(line[k], 1, at - 1) text \
				substr(line[k], at + length(anchor[row])) "\n"
			continue
		}
		if (k == i && change[row] ~ /^before:/)
			out = out text "\n"
		out = out line[k] "\n"
		if (k == i && change[row] ~ /^after:/)
			out = out text "\n"
	}
	return out
}

# Of the function at first..last: head, name, params, isvoid, body.
function take_apart(   k, part, n, p, before) {
	head = ""
	for (k = first; k <= last && line[k] !~ /^{/; k++)
		head = head line[k] "\n"
	if (k > last || head ~ /[#=]/)
		return 0
	body = k
	before = substr(head, 1, index(head, "(") - 1)
	name = before
	sub(/.*[^A-Za-z_0-9]/, "", name)
	isvoid = before ~ /(^|[ \t])void[ \t\n]/
	params = substr(head, index(head, "(") + 1)
	while (match(params, /\(\*[A-Za-z_0-9]+\)\([^()]*\)/)) {
		p = substr(params, RSTART + 2, RLENGTH)
		sub(/\).*/, "", p)
		params = substr(params, 1, RSTART - 1) p \
			substr(params, RSTART + RLENGTH)
	}
	if (index(params, "("))
		return 0
	sub(/\)[^)]*$/, "", params)
	n = split(params, part, ",")
	params = ""
	for (k = 1; k <= n; k++) {
		p = part[k]
		gsub(/\[[^]]*\]|[ \t\n]+$/, "", p)
		sub(/.*[^A-Za-z_0-9]/, "", p)
		if (p != "void")
			params = params (params == "" ? "" : ", ") p
	}
	return 1
}

# A second copy of the function, called instead of it when fault NUMBER is on.
function add_variant(row, i,   text, call) {
	text = changed(row, i)
	sub(name "\\(", name "__fault" number[row] "(", text)
	if (text !~ /^static/)
		text = "static " text
	copies[first] = copies[first] text "\n"
	call = name "__fault" number[row] "(" params ");"
	calls[body] = calls[body] "\tif (kvm_fault == " number[row] ") " \
		(isvoid ? "{ " call " return; }" : "return " call) "\n"
}

BEGIN { FS = "\t" }
FNR == NR {
	if ($0 ~ /^#/ || $0 == "")
		next
	rows++
	ids[rows] = $1
	where[rows] = $5
	anchor[rows] = $6
	change[rows] = $7
	number[rows] = $10
	next
}
{ line[++total] = $0 }
END {
	for (r = 1; r <= rows; r++) {
		id = ids[r]
		i = find(r)
		if (!i)
			continue
		if (mode == "check" && !changed(r, i))
			die("no change")
		if (mode == "one")
			for (k = 1; k <= total; k++) {
				if (k == first)
					printf "%s", changed(r, i)
				if (k < first || k > last)
					print line[k]
			}
		if (mode == "kind")
			print id, (take_apart() ? "many" : "alone")
		if (mode == "many" && take_apart())
			add_variant(r, i)
	}
	if (mode == "many") {
		# What a fault has no use for is no reason to stop.
		n = split("variable but-set-variable function label", w, " ")
		for (k = 1; k <= n; k++)
			print "#pragma GCC diagnostic ignored \"-Wunused-" w[k] "\""
		print "extern int kvm_fault;"
		for (k = 1; k <= total; k++) {
			printf "%s", copies[k]
			print line[k]
			printf "%s", calls[k]
		}
	}
	exit bad
}'

# edit_file MODE ROWS FILE: MODE is one, many, check or kind; result on stdout.
edit_file() {
	awk -v mode="$1" "$fault_awk" "$2" "$3"
}

# The rows of all faults; what else is in DIR says how they were caught.
fault_rows() {
	local file

	for file in "$1"/*.tsv; do
		case ${file##*/} in
		score-*|survivors.tsv) ;;
		*) cat "$file" ;;
		esac
	done
}
