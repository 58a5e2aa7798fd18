#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The table of rules at the end of README, made from tests/rules.tsv and from
# the ids that the sources name.
#
#   rules.sh            write it anew
#   rules.sh --print    to stdout
#   rules.sh --check    a line for each thing that does not fit, exit 1 if any
set -u

cd "$(dirname "$0")/.." || exit 2
table=tests/rules.tsv
readme=README
begin='[rules: from here on made by scripts/rules.sh]'
end='[rules: end]'

# "file id" for all of them.  An id is a string of its own, or begins a comment.
ids()
{
	awk '
	function take(id) { sub(/-.*/, "", id); print FILENAME, id }
	{
		if (match($0, /\* [A-Z][0-9]+[:,] /))
			take(substr($0, RSTART + 2, RLENGTH - 4))
		rest = $0
		while (match(rest, /"[A-Z][0-9]+(-[a-z]+)?"/)) {
			take(substr(rest, RSTART + 1, RLENGTH - 2))
			rest = substr(rest, RSTART + RLENGTH)
		}
	}' x86/*_test.c x86/*.h x86/*.def lib/*/*.c | sort -u
}

# The programs whose sources hold this text, or include a header that does.
users_of()
{
	local_headers=$(grep -lF -e "$1" x86/*.h)
	grep -lF -e "$1" x86/*_test.c
	for header in $local_headers; do
		grep -lF -e "\"${header##*/}\"" x86/*_test.c
	done
}

# users FILE: the programs that report the ids of this file.  For one of lib/
# the lines of the table that begin with "use" lead there.
users()
{
	case $1 in
	x86/*_test.c)
		echo "$1" ;;
	x86/*)
		users_of "\"${1##*/}\"" ;;
	*)
		needle=$(awk -F '\t' -v f="$1" \
			'$1 == "use" && $2 == f { print $3 }' "$table")
		[ "$needle" ] && users_of "$needle" ;;
	esac
}

# main_of FILE: the program that exercises this file of lib/ most.
main_of()
{
	awk -F '\t' -v f="$1" '$1 == "use" && $2 == f { print $4 }' "$table"
}

# "source ID FILE" and "test ID RANK PROGRAM" for all that is named; a low rank
# comes first in a list that has not room for all.
named()
{
	last=
	ids | while read -r file id; do
		[ "$file" = "$last" ] || {
			programs=$(users "$file")
			main=$(main_of "$file")
		}
		last=$file
		echo "source $id $file"
		for program in $programs; do
			rank=2
			[ "$program" = "$file" ] && rank=1
			program=$(basename "$program" .c)
			[ "$program" = "$main" ] && rank=0
			echo "test $id $rank $program"
		done
	done | sort -u
}

# judge check | print: problems, or README's part.
judge()
{
	echo "$names" | awk -F '\t' -v job="$1" -v table="$table" '
	function problem(text)
	{
		problems++
		if (job == "check")
			print text
	}
	function add(id, program)
	{
		if (!seen[id, program]++)
			tests[id] = tests[id] " " program
	}
	# The last column says whom, if not by vendor alone.
	function where(i, machine,	list)
	{
		if (place[i] == "*")
			return vendor[i] == "both" || vendor[i] == machine
		list = "," place[i] ","
		return index(list, "," machine ",") > 0
	}
	function host(i,	n, part, k)
	{
		if (place[i] == "*")
			return vendor[i] == "both" ? "any" : \
				vendor[i] == "amd" ? "AMD" : "Intel"
		n = split(place[i], part, ",")
		for (k = 1; k <= n; k++) {
			if (part[k] ~ /^host=/)
				return substr(part[k], 6)
			if (part[k] == "host")
				return "any"
		}
		return "-"
	}
	function shorten(text, width,	n, part, k, out, more)
	{
		n = split(text, part, " ")
		for (k = 1; k <= n; k++) {
			sub(/_test$/, "", part[k])
			if (out != "" && \
			    length(out part[k]) + 2 + 3 * (k < n) > width)
				more++
			else
				out = out (out == "" ? "" : ", ") part[k]
		}
		return out (more ? " +" more : "")
	}
	BEGIN {
		while ((getline line < "-") > 0) {
			split(line, w, " ")
			if (w[1] == "source")
				source[w[2]] = w[3]
			else
				add(w[2], w[4])
		}
		while ((getline < table) > 0) {
			if (/^#/ || /^$/ || $1 == "use")
				continue
			if (NF != 7) {
				problem(table ": not 7 columns: " $0)
				continue
			}
			if ($1 in row)
				problem($1 ": two rows")
			row[$1] = ++nr
			id[nr] = $1; rule[nr] = $2; vendor[nr] = $3
			version[nr] = $4; place[nr] = $5; under[nr] = $6
			reason[nr] = $7
		}
		for (i = 1; i <= nr; i++)
			finish(i)
		for (k in source)
			if (!(k in row))
				problem(k ": named in " source[k] \
					", but has no row in " table)
		if (job == "check")
			exit problems > 0
		printf("%-5s%-59s%-28s %-4s%-6s%-9s%s\n", "id", "rule",
		       "tests", "amd", "intel", "host", "kernels")
		for (i = 1; i <= nr; i++)
			if (reason[i] == "")
				show(i)
		print ""
		print "Not to be seen on the machines here; in brackets the" \
			" test that would see it elsewhere:"
		print ""
		for (i = 1; i <= nr; i++)
			if (reason[i] != "")
				printf("%-5s%-59s%s%s\n", id[i], rule[i],
				       reason[i], also(i))
	}
	function also(i)
	{
		if (tests[id[i]] == "")
			return ""
		return " (" shorten(tests[id[i]], 10) ")"
	}
	function finish(i,	n, part, k, m, p, program)
	{
		if (vendor[i] !~ /^(both|amd|intel)$/)
			problem(id[i] ": vendor " vendor[i])
		n = split(under[i], part, ",")
		for (k = 1; k <= n; k++) {
			if (part[k] ~ /_test$/) {
				program = "x86/" part[k] ".c"
				if ((getline line < program) < 0)
					problem(id[i] ": there is no " program)
				close(program)
				add(id[i], part[k])
				continue
			}
			m = split(tests[part[k]], w, " ")
			if (!m)
				problem(id[i] ": no test for " part[k])
			for (p = 1; p <= m; p++)
				add(id[i], w[p])
		}
		if (tests[id[i]] == "" && reason[i] == "")
			problem(id[i] ": neither a test nor a reason")
	}
	function show(i)
	{
		printf("%-5s%-59s%-28s %-4s%-6s%-9s%s\n", id[i], rule[i],
		       shorten(tests[id[i]], 28), where(i, "amd") ? "yes" : "-",
		       where(i, "intel") ? "yes" : "-", host(i), version[i])
	}'
}

# README with what is between the two marks replaced by stdin.
with_table()
{
	awk -v begin="$begin" -v end="$end" '
	NR == FNR { text = text $0 "\n"; next }
	$0 == end { skip = 0; ends++ }
	!skip { print }
	$0 == begin { printf("\n%s\n", text); skip = 1; begins++ }
	END { exit !(begins == 1 && ends == 1) }' - "$readme"
}

check()
{
	rc=0
	judge check || rc=1
	lines=$(judge print)
	echo "$lines" | awk 'length($0) > 120 { print "long: " $0; bad = 1 }
			     END { exit bad }' || rc=1
	{ echo "$lines" | with_table || echo "a mark is missing"; } |
		cmp -s - "$readme" || {
		echo "$readme: not what scripts/rules.sh would write"
		rc=1
	}
	return $rc
}

names=$(named)
case ${1:-} in
--check)
	check ;;
--print)
	judge print ;;
'')
	new=$(judge print | with_table && echo .) || {
		echo "$readme: needs one line each: $begin $end" >&2
		exit 1
	}
	printf '%s' "${new%.}" > "$readme" ;;
*)
	echo "usage: rules.sh [--check | --print]" >&2
	exit 2 ;;
esac
