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
		"$surface" record -o "$output/$name.surface" --tests "$tests" \
			> "$dir.log" 2>&1
		return
	fi
	"$here/../machines/run.sh" --machine "$machine" "$@" --timeout 900 \
		--program-timeout 900 --output "$dir" \
		--file "$tests:tests" \
		-- "$surface record --tests /tests" > "$dir.log" 2>&1 || return
	[ "$(cat "$dir/surface.status")" = 0 ] || return 1
	mv "$dir/surface.log" "$output/$name.surface"
}

# With job control each recording has a process group, which is ended with it.
end_jobs()
{
	local job

	set +m		# and no word of each
	for job in $(jobs -pr); do
		kill -TERM -- "-$job" 2> /dev/null
	done
	wait
}

stop()
{
	end_jobs
	say "stopped"
	exit 130
}

# What went wrong, in one line, and the status for it.
failed()
{
	local log=$output/$1/surface.log

	[ -s "$log" ] || log=$output/$1.log
	say "$2: no surface: $(tail -n 1 "$log" 2> /dev/null)"
	end_jobs
	[ "$2" = "this kernel" ] && [[ $* = *--kernel-tree* ]] && exit 125
	exit 4
}

# What the header of a record has to say of its module, on this machine.
module_is()
{
	local has

	has=$(head -n 1 "$what" | tr -d '\0' | sed -n 's/.* module=\([^ ]*\) .*/\1/p')
	case $machine in
	amd|intel) [ "$has" = "kvm_$machine" ] && return ;;
	*) return 0 ;;
	esac
	say "$what was recorded with $has, not kvm_$machine"
	return 1
}

is_kernel_tree()
{
	[ -f "$what/Makefile" ] && [ -d "$what/arch/x86/kvm" ]
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
	"$surface" diff "$what" "$what" > /dev/null && module_is || exit 4
	cp "$what" "$output/old.surface" || exit 4
elif [ "$machine" = host ]; then
	say "on this host there is one kernel: name a file of surface record"
	exit 2
elif [ -d "$what" ]; then
	is_kernel_tree || { say "$what is no kernel tree"; exit 4; }
	options+=(--kernel-tree "$(readlink -f "$what")")
elif [ -f "$what" ] && [ "$(stat -c %s "$what")" -gt 1000000 ]; then
	options+=(--kernel "$(readlink -f "$what")")
elif [[ $what =~ ^[0-9]+\.[0-9]+$ ]]; then
	known=$("$here/../machines/kernel-versions" | tr '\n' ' ')
	[ -z "$known" ] || [[ " $known" == *" $what "* ]] || {
		say "this release has ${known% }, not '$what'"
		exit 4
	}
	options+=(--kernel-version "$what")
else
	say "$what: neither a record nor a kernel, a tree or a version"
	exit 4
fi

# Both at a time: each is one processor's work.
[ ! -t 2 ] || say "recording, a minute or two (logs: $output/*.log)"
set -m
trap stop INT TERM HUP
old=
if ! is_record; then
	record old "${options[@]}" &
	old=$!
fi
record new "$@" &
wait "$!" || failed new "this kernel" "$@"
[ -z "$old" ] || wait "$old" || failed old "$what"
set +m
"$surface" diff "$output/old.surface" "$output/new.surface"
