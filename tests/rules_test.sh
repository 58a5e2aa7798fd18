#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lib/expect/rules.def: RULES is what the programs print of it; a row names the
# programs that name its enum; and an id without a row does not compile.
set -u

cd "$(dirname "$0")/.." || exit 2
rules=${build:-$PWD/build}/tools/rules
[ -x "$rules" ] || { echo "# SKIP $rules is not built"; exit 4; }
rc=0

wrong()
{
	echo "$*"
	rc=1
}

"$rules" | diff RULES - ||
	wrong "RULES is not what build/tools/rules prints: write it anew"

# The enums that a program's own source names are among those it lists.
for source in x86/*_test.c; do
	program=$(basename "$source" .c)
	missing=$(comm -23 \
		<(grep -ohE '\bRULE_[A-Z][0-9]+' "$source" | sed 's/RULE_//' | sort -u) \
		<("$rules" "$program" | sed 's/^# rule \([^:]*\):.*/\1/' | sort))
	[ -z "$missing" ] || wrong "$source names rules whose rows do not name" \
		"it: ${missing//$'\n'/ }"
done

# A program in a row is there; a rule has one, or a reason why not.
while read -r program; do
	[ -e "x86/${program}_test.c" ] || [ -e "tools/$program.c" ] ||
		wrong "a row names $program, which is no program"
done < <(sed -n 's/^     \[\([^]]*\)\].*/\1/p' RULES | tr ' ' '\n' | grep .)

compiles()
{
	echo "#include \"rules.h\"
	enum rule r = $1;" |
		"${CC:-cc}" -fsyntax-only -iquote lib/expect -x c - 2> /dev/null
}

compiles RULE_C2 || wrong "RULE_C2 does not compile"
! compiles RULE_C99 || wrong "RULE_C99 compiles, but has no row"

exit $rc
