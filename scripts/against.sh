#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What does this kernel change for guests and userspace?  Records the surface
# of two kernels (tools/surface.c) and tells the difference.
#
# against.sh BUILD MACHINE WHAT OUTPUT [OPTION]...
#   WHAT	a file of surface record, a kernel (vmlinux or bzImage), a kernel
#		tree, or a version as --kernel-version takes it
#   OPTION	options of machines/run.sh that name the kernel to look at
# Exit status: that of surface diff; 125 a kernel of --kernel-tree does not
# build or boot.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=$1 machine=$2 what=$3 output=$4
shift 4
surface=$build/tools/surface tests=$build/kvm-cpuid-all

say()
{
	echo "against: $*" >&2
}

# Without what names a kernel: that is the other one's business.
other_options()
{
	options=()
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel|--modules|--kernel-tree|--kernel-version) ;;
		*) options+=("$1" "$2") ;;
		esac
		shift 2
	done
}

# record NAME [OPTION]...: the surface of a kernel into $output/NAME.surface.
record()
{
	local name=$1 dir=$output/$1

	shift
	if [ "$machine" = host ]; then
		"$surface" record -o "$output/$name.surface" --tests "$tests"
		return
	fi
	"$here/../machines/run.sh" --machine "$machine" "$@" --timeout 900 \
		--program-timeout 900 --output "$dir" \
		--file "$tests:tests" \
		-- "$surface record --tests /tests" > "$dir.log" 2>&1 || return
	[ "$(cat "$dir/surface.status")" = 0 ] || return 1
	mv "$dir/surface.log" "$output/$name.surface"
}

# What went wrong, in one line, and the status for it.
failed()
{
	local log=$output/$1/surface.log

	[ -s "$log" ] || log=$output/$1.log
	say "$2: no surface: $(tail -n 1 "$log" 2> /dev/null)"
	[ "$2" = "this kernel" ] && [[ $* = *--kernel-tree* ]] && exit 125
	exit 4
}

is_record()
{
	[ -f "$what" ] && [ "$(head -c 8 "$what" | tr -d '\0')" = '#surface' ]
}

mkdir -p "$output/old" "$output/new" || exit 2
rm -f "$output"/{old,new}.surface
other_options "$@"
if is_record; then
	# A damaged one is told before anything boots.
	"$surface" diff "$what" "$what" > /dev/null || exit 4
	cp "$what" "$output/old.surface" || exit 4
elif [ "$machine" = host ]; then
	say "on this host there is one kernel: name a file of surface record"
	exit 2
elif [ -d "$what" ]; then
	options+=(--kernel-tree "$(readlink -f "$what")")
elif [ -f "$what" ] && [ "$(stat -c %s "$what")" -gt 1000000 ]; then
	options+=(--kernel "$(readlink -f "$what")")
elif [[ $what =~ ^[0-9]+\.[0-9]+$ ]]; then
	options+=(--kernel-version "$what")
else
	say "$what: neither a record nor a kernel, a tree or a version"
	exit 4
fi

# Both at a time: each is one processor's work.
if ! is_record; then
	record old "${options[@]}" &
	old=$!
fi
record new "$@" || failed new "this kernel" "$@"
is_record || wait "$old" || failed old "$what"
"$surface" diff "$output/old.surface" "$output/new.surface"
