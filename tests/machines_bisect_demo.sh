#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Show "git bisect run ./run_tests.sh --kernel-tree": a made-up history of eight
# commits to KVM, one of which is wrong and one of which does not even compile.
# The tree is made of hard links to Debian's source and takes no space; its
# first build takes minutes, each later step is incremental.

set -eu

suite=$(cd "$(dirname "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
tree=$cache/bisect-demo
file=arch/x86/kvm/cpuid.c
machine=${1:-amd}
test=${2:-kvm_signature_test}

git_() {
	git -C "$tree" -c user.name=demo -c user.email=demo@localhost \
		-c commit.gpgsign=false -c advice.detachedHead=false "$@"
}

make_tree() {
	"$suite/machines/build-kernel.sh" --version 6.12 > /dev/null
	rm -rf "$tree"
	cp -al "$cache/src/linux-6.12" "$tree"
	# git replaces files and never writes into them; sed -i does the same.
	rm -f "$tree/$file"
	cp "$cache/src/linux-6.12/$file" "$tree/$file"
	git_ init -q
	echo '*' > "$tree/.git/info/exclude"
	git_ add -f "$file"
	git_ commit -q -m "Base"
}

commit_line() {
	echo "/* $1 */" >> "$tree/$file"
	git_ commit -q -a -m "$1"
}

# The guest gets one register's value in another.
commit_fault() {
	sed -i 's/\*ecx = entry->ecx;/*ecx = entry->edx;/' "$tree/$file"
	git_ commit -q -a -m "The fault"
	git_ rev-parse HEAD > "$tree/.git/culprit"
}

commit_broken() {
	echo "#error half a change" >> "$tree/$file"
	git_ commit -q -a -m "Does not compile"
	sed -i '/#error half a change/d' "$tree/$file"
	git_ commit -q -a -m "Compiles again"
}

# The one that does not compile stands in the middle, where git looks first.
make_history() {
	commit_line "one"
	commit_line "two"
	commit_broken
	commit_line "three"
	commit_fault
	commit_line "four"
}

bisect() {
	git_ bisect start HEAD "$(git_ rev-list --max-parents=0 HEAD)"
	(cd "$tree" && git bisect run "$suite/run_tests.sh" \
		--machine "$machine" --kernel-tree . --test "$test")
}

make_tree
"$suite/machines/build-kernel.sh" --kernel-tree "$tree" > /dev/null
make_history
bisect
found=$(git_ rev-parse refs/bisect/bad)
culprit=$(cat "$tree/.git/culprit")
[ -z "$(git_ status --porcelain)" ] || { echo "the tree is not clean"; exit 1; }
git_ bisect reset > /dev/null 2>&1
[ "$found" = "$culprit" ] || { echo "found $found, not $culprit"; exit 1; }
echo "ok: git bisect found the fault, the tree is clean"
