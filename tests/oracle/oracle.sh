# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by what runs a real QEMU and writes down what it gives to KVM.
#
#   QEMU          the command to run (qemu-system-x86_64)
#   QEMU_PROGRAM  the program, if that is a script around it
#   ORACLE_SITES  what oracle_sites found in that program before (2 s for QEMU)
#
# oracle_start sets $oracle_version, then oracle_run and oracle_vector work.

build=${build:-build}
qemu=${QEMU:-qemu-system-x86_64}

skip()
{
	echo "# SKIP $1"
	exit 4
}

oracle_build()
{
	"${CC:-cc}" -std=gnu11 -O1 -D_GNU_SOURCE= -shared -fPIC \
		-iquote lib -iquote lib/facts -iquote tests/oracle \
		-o "$1" tests/oracle/*.c lib/cpuid.c lib/facts/facts.c \
		lib/facts/facts_caps.c lib/facts/profile_line.c \
		lib/facts/profile_load.c -ldl -lpthread
}

# Where the program asks the CPU itself.
oracle_sites()
{
	objdump -d --no-show-raw-insn "${QEMU_PROGRAM:-$(command -v "$qemu")}" |
		sed -n 's/^ *\([0-9a-f]*\):[[:space:]]*cpuid *$/\1/p'
}

# oracle_start DIR: a directory that stays until the end.
oracle_start()
{
	oracle_dir=$1
	command -v "$qemu" > /dev/null || skip "$qemu is not installed"
	command -v "${CC:-cc}" > /dev/null || skip "no compiler for the shim"
	command -v objdump > /dev/null || skip "objdump is not installed"
	[ -x "$build/tools/max_model" ] ||
		skip "$build/tools/max_model is not built"
	oracle_build "$1/shim.so" || skip "the shim does not build"
	if [ -z "${ORACLE_SITES:-}" ]; then
		export ORACLE_SITES=$1/sites
		oracle_sites > "$ORACLE_SITES"
	fi
	[ -s "$ORACLE_SITES" ] || skip "$qemu has no CPUID instruction"
	oracle_version=$("$qemu" --version | sed -n \
		'1s/.*version \([0-9]*\.[0-9]*\(\.[0-9]*\)\{0,1\}\).*/\1/p')
	case $oracle_version in
	7.2.* | 10.0.*) ;;
	11.1 | 11.1.*) ;;
	*) skip "QEMU ${oracle_version:-of no version}: there are rules for" \
		"7.2, 10.0 and 11.1" ;;
	esac
}

# oracle_run NAME CPU SMP MACHINE IRQCHIP [OVERCOMMIT]
#
# What QEMU gave to KVM is in $oracle_dir/NAME.capture, what it said in
# NAME.stderr; fails if QEMU does.  $ORACLE_FACTS: a KVM that is not there.
oracle_run()
{
	# In a shell of its own, which alone says that QEMU aborted.
	(oracle_qemu "$@") 2> /dev/null
}

# What else a command line has, "KEY=VALUE;..." in $oracle_also, with the keys
# of vectors: accel, memory, object.
oracle_also_lines()
{
	local one

	while IFS= read -r -d ';' one; do
		[ -z "$one" ] || echo "${one%%=*} ${one#*=}"
	done <<< "${oracle_also:-};"
}

oracle_qemu()
{
	local out=$oracle_dir/$1 key value accel=kvm memory=64 objects=()

	while read -r key value; do
		case $key in
		accel) accel=$value ;;
		memory) memory=$value ;;
		object) objects+=(-object "$value") ;;
		esac
	done < <(oracle_also_lines)
	: > "$out.capture"
	printf '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n' |
		ORACLE_CAPTURE=$out.capture \
		ORACLE_VCPUS=${oracle_vcpus:-0} \
		LD_PRELOAD=$oracle_dir/shim.so \
		timeout -k 5 60 "$qemu" -nodefaults -display none -S \
		-m "$memory" -qmp stdio -accel "$accel" "${objects[@]}" \
		-machine "$4,kernel-irqchip=$5" \
		-cpu "$2" -smp "$3" ${6:+-overcommit "$6"} \
		> /dev/null 2> "$out.stderr"
}

# Facts of a profile or a vector, without command line and result.
oracle_facts()
{
	sed -e '/^profile /d' -e '/^end$/d' -e '/^vector /d' -e '/^qemu /d' \
		-e '/^machine /d' -e '/^cpu /d' -e '/^smp /d' \
		-e '/^kernel_irqchip /d' -e '/^overcommit /d' \
		-e '/^accel /d' -e '/^memory /d' -e '/^object /d' \
		-e '/^vcpu /,$d' -e '/^refused /,$d' "$1"
}

# oracle_vector NAME FACTS CPU SMP MACHINE IRQCHIP [OVERCOMMIT]: a vector of
# that run.
oracle_vector()
{
	printf 'vector 1\nqemu %s\nmachine %s\ncpu %s\nsmp %s\n' \
		"$oracle_version" "$5" "$3" "$4"
	printf 'kernel_irqchip %s\n' "$6"
	[ -z "${7:-}" ] || echo "overcommit $7"
	oracle_also_lines
	oracle_facts "$2"
	cat "$oracle_dir/$1.capture"
}
