#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The faults of kernel_faults.sh: how they are put into a source, on a source
# made up here; and, where the kernel sources are unpacked, that each fault
# still finds its place in them.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/kernel-faults-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/faults/edit.sh
. "$here/faults/edit.sh"

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell() { :; }

cat > "$tmp/made-up.c" <<'END'
static const int table[] = {
	ONE,
	TWO,
};

static void nothing(struct vcpu *vcpu)
{
	call(vcpu);
}

static int with_callback(int (*completion)(struct vcpu *vcpu), int r)
{
	return r;
}

int
two_lines(struct vcpu *vcpu, u64 data[])
{
	switch (data[0]) {
	case 1:
		return check(vcpu);
	case 2:
		return check(vcpu);
	}
	return 0;
}
END

row() {
	printf 'x\tboth\tall\tmade-up.c\t%s\t%s\t%s\t-\twhat\t7\n' "$@" \
		> "$tmp/row"
}

# edited MODE WANT: WANT is a line of the result; empty: the edit must fail.
edited() {
	if ! edit_file "$1" "$tmp/row" "$tmp/made-up.c" > "$tmp/result"; then
		[ -z "$2" ]
		return
	fi
	cat "$tmp/result"
	[ -n "$2" ] && grep -qxF "$2" "$tmp/result"
}

count_is() {
	[ "$(grep -c "$1" "$tmp/result")" -eq "$2" ]
}

row 'table[] =' 'TWO,' 'drop'
check drop edited one '	ONE,'
check drop_count count_is TWO 0
row 'nothing(' 'call(vcpu)' 'put:call(NULL)'
check put edited one '	call(NULL);'
row 'two_lines( > case 2:' 'check(vcpu)' 'put:0'
check path edited one '		return 0;'
check path_first_kept count_is 'return check' 1
row 'nothing(' 'call' 'before:first();'
check before edited one 'first();'
row 'nothing(' 'nowhere' 'drop'
check anchor_missing edited one ''
row 'nobody(' 'call' 'drop'
check function_missing edited one ''
row 'nothing(' 'return check' 'drop'
check anchor_in_other_function edited one ''
row 'nothing(' 'call(vcpu)' 'put:call(NULL)'
check variant_void edited many \
	'	if (kvm_fault == 7) { nothing__fault7(vcpu); return; }'
check variant_copy count_is 'nothing__fault7(struct vcpu' 1
row 'two_lines(' 'return 0' 'put:return 1'
check variant_value edited many \
	'	if (kvm_fault == 7) return two_lines__fault7(vcpu, data);'
check variant_original count_is 'return 0;' 1
row 'with_callback(' 'return r' 'put:return 0'
check variant_callback edited many \
	'	if (kvm_fault == 7) return with_callback__fault7(completion, r);'
row 'table[] =' 'TWO,' 'drop'
check table_is_alone edited kind 'x alone'

# Faults in code that came with a stable release, on either side of it.
listed() {
	mkdir -p "$tmp/cache/kvm-cpuid/src/linux-6.12"
	echo "SUBLEVEL = $1" > "$tmp/cache/kvm-cpuid/src/linux-6.12/Makefile"
	XDG_CACHE_HOME=$tmp/cache "$here/kernel_faults.sh" --list |
		cut -f1 | grep -cx -e apic_base_update -e sregs_efer -e list_no_star
}
lists() {
	[ "$(listed "$1")" = "$2" ]
}
check rows_of_6.12.107 lists 107 1
check rows_of_6.12.112 lists 112 2
check rows_of_6.12.114 lists 114 3

cache=${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/kvm-cpuid
for version in 6.12 6.1; do
	if [ -e "$cache/src/linux-$version/.tarball" ]; then
		check "anchors_$version" \
			"$here/kernel_faults.sh" --check --version "$version"
	else
		skip "anchors_$version" "no source of $version is kept"
	fi
done

unique() {
	fault_rows "$here/faults" | grep -v '^#' | cut -f1 | sort | uniq -d |
		sed 's/^/twice: /' | tee "$tmp/twice"
	[ ! -s "$tmp/twice" ]
}
columns() {
	! fault_rows "$here/faults" | awk -F'\t' '!/^#/ && NF != 9' | grep .
}
check ids_are_unique unique
check nine_columns columns
checks_end
