#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# README's table of rules is what tests/rules.tsv and the sources say; and a
# copy with something wrong in it is noticed.
set -u

cd "$(dirname "$0")/.." || exit 2
rc=0

scripts/rules.sh --check || rc=1

copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT

fresh()
{
	rm -rf "${copy:?}"/*
	mkdir "$copy/tests" "$copy/scripts" "$copy/lib" "$copy/x86"
	cp README "$copy/"
	cp scripts/rules.sh "$copy/scripts/"
	cp tests/rules.tsv "$copy/tests/"
	cp -r lib/*/ "$copy/lib/"
	cp x86/*.[ch] x86/*.def "$copy/x86/"
}

# noticed WHAT: the check of the copy must fail and say this.
noticed()
{
	if said=$("$copy/scripts/rules.sh" --check); then
		echo "not noticed: $1"
		rc=1
	elif ! echo "$said" | grep -qF -e "$1"; then
		echo "not said: $1, but: $said"
		rc=1
	fi
}

fresh
sed -i 's/^G1  /G1 /' "$copy/README"
noticed 'README: not what'
fresh
sed -i 's/"C2"/"C99"/' "$copy/lib/expect/expect_lookup.c"
noticed 'C99: named in lib/expect/expect_lookup.c'
fresh
printf 'C98\ta rule\tboth\tall\t*\t\t\n' >> "$copy/tests/rules.tsv"
noticed 'C98: neither a test nor a reason'
fresh
printf 'C2\tagain\tboth\tall\t*\t\t\n' >> "$copy/tests/rules.tsv"
noticed 'C2: two rows'
fresh
printf 'C98\ta rule\tboth\tall\t*\tno_such_test\t\n' >> "$copy/tests/rules.tsv"
noticed 'C98: there is no x86/no_such_test.c'
fresh
sed -i '/^\[rules: end\]/d' "$copy/README"
noticed 'README: not what'

exit $rc
