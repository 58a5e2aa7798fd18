#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/setup.sh on machines made up here: commands, files, package managers
# and sudo are fakes that write down what they were asked.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/setup-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# shellcheck source-path=SCRIPTDIR source=check.sh
. tests/check.sh

tell()
{
	cat "$tmp/calls" "$tmp/stderr"
}

# fake NAME <<END
fake()
{
	{ echo "#!/bin/bash"; cat; } > "$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

# has THING...: commands, and files by their path.
has()
{
	local thing

	for thing; do
		case $thing in
		/*) mkdir -p "$tmp/root${thing%/*}"
			touch "$tmp/root$thing" ;;
		*) fake "$thing" < /dev/null ;;
		esac
	done
}

# Fails as often as the file "fail" has lines.
manager()
{
	fake "$1" <<-END
		echo "$1 \$*" >> "$tmp/calls"
		case " \$* " in *" install "*|*" -S "*|*" add "*) ;; *) exit 0 ;; esac
		[ -s "$tmp/fail" ] && { sed -i 1d "$tmp/fail"; exit 100; }
		exit 0
	END
}

source=/usr/src/linux-source-6.12.tar.xz
everything=(gcc make ld xz mawk setsid jq musl-gcc /usr/include/stdio.h
	/usr/lib/x86_64-linux-gnu/libc.a /usr/include/linux/kvm.h "$source")

# machine MANAGER THING...: what it has.  Its PATH has no other than this and
# what the script itself needs.
machine()
{
	local tool

	rm -rf "${tmp:?}/bin" "$tmp/root" "$tmp/candidates" "$tmp/fail"
	mkdir "$tmp/bin" "$tmp/root" "$tmp/candidates"
	for tool in bash awk cat cut dirname env grep sort sed tail touch tr sh; do
		ln -s "$(command -v $tool)" "$tmp/bin/$tool"
	done
	fake id <<-'END'
		echo "${FAKE_UID:-0}"
	END
	fake sudo <<-END
		echo "sudo \$*" >> "$tmp/calls"
		"\$@"
	END
	# Like apt's, it takes a name that it does not know for a pattern.
	fake apt-cache <<-END
		name=\$2
		cd "$tmp/candidates"
		[ -e "\$name" ] || name=\$(echo * | tr ' ' '\n' | grep -e "\$name")
		for each in \$name; do
			case \$1 in
			pkgnames) echo "\$each" ;;
			policy) echo "\$each:"; echo "  Candidate: 1.0" ;;
			esac
		done
	END
	(cd "$tmp/candidates" && touch gcc make libc6-dev linux-libc-dev \
		musl-tools binutils xz-utils mawk util-linux jq linux-source-6.12 \
		shellcheck clang valgrind libc6-dbg perl rsync cpuid xsltproc \
		python3-jsonschema libxml2-utils linux-source-6.1)
	[ -z "$1" ] || manager "$1"
	shift
	has "$@"
}

run()
{
	: > "$tmp/calls"
	status=0
	PATH=$tmp/bin ROOT=$tmp/root USR_SRC=$tmp scripts/setup.sh "$@" > "$tmp/stdout" \
		2> "$tmp/stderr" || status=$?
}

calls() { grep -qE -e "$1" "$tmp/calls"; }
order() { [ "$(sed -nE 's/^apt-get.* (install|update)( .*|$)/\1/p' \
	"$tmp/calls" | tr '\n' ' ')" = "$1" ]; }
says() { grep -qE -e "$1" "$tmp/stderr"; }
ends() { [ "$status" -eq "$1" ]; }
without() { printf '%s\n' "${everything[@]}" | grep -vxE "$1"; }

test_apt()
{
	machine apt-get "${everything[@]}"
	run host
	check nothing_missing_status ends 0
	check nothing_missing_no_apt test ! -s "$tmp/calls"

	machine apt-get make "$source"
	run host
	check missing_status ends 0
	check missing_list_shows_gcc says '^  gcc$'
	check missing_list_leaves_out_make test -z "$(grep -x '  make' "$tmp/stderr")"
	check missing_line says 'as root: apt-get install .* gcc'
	check missing_is_installed calls ' install .* gcc'
	check fresh_list_is_not_updated order 'install '
	check no_recommends calls '--no-install-recommends'
	check source_is_there eval "! calls linux-source"
	run host PACKAGE=linux-source-6.1
	check other_kernel_source calls ' install .* linux-source-6.1( |$)'
	run --self-check host
	check self_check_brings_lint calls ' install .* shellcheck'
	check self_check_brings_clang calls ' install .* clang'

	# A release that has another linux-source: the rest is installed.
	machine apt-get make
	rm "$tmp/candidates/linux-source-6.12"
	touch "$tmp/candidates/linux-source"
	run host
	check other_release calls ' install .* linux-source( |$)'
	check other_release_status ends 0
	machine apt-get make "$source"
	rm "$tmp/candidates/jq"
	run host
	check unknown_package_updates order 'update install '
	check unknown_package_named says 'apt knows no package jq$'
	check unknown_package_status ends 4
	check unknown_package_not_asked eval "! calls ' jq( |$)'"
	# A name that is a pattern of another.
	machine apt-get make "$source"
	rm "$tmp/candidates/linux-source-6.1"
	run host PACKAGE=linux-source-6.1
	check no_such_kernel_status ends 4
	check no_such_kernel_named says 'apt knows no package linux-source-6.1$'
	check no_such_kernel_offers says 'kernels of this release: 6.12 ?$'
	# Of a release whose only kernel is another, that one.
	machine apt-get make
	rm "$tmp/candidates/linux-source-6.12"
	run amd
	check only_kernel calls ' install .* linux-source-6.1( |$)'
	machine apt-get make "$source"
	rm "$tmp/candidates/musl-tools"
	run host
	check optional_package_status ends 0

	machine apt-get "$source"
	echo > "$tmp/fail"
	run host
	check stale_list_status ends 0
	check stale_list_updates order 'install update install '
	machine apt-get "$source"
	printf '\n\n' > "$tmp/fail"
	run host
	check no_network_status ends 4
	check no_network_says_so says 'could not install'
}

# distribution MANAGER LINE PACKAGES
distribution()
{
	machine "$1" make /lib/modules/6.9/source/tools/testing/selftests/lib.mk
	run amd
	check "$1_no_source_for_a_machine" ends 4
	check "$1_no_source_says" says 'name a tree with KSRC=DIR or --kernel-tree'
	KERNEL_TREE=$tmp/tree run host amd
	check "$1_line" calls "^$2"
	check "$1_packages" calls "$3"
	check "$1_says_line" says "as root: $2"
	check "$1_status" ends 0
	machine "$1" "${everything[@]}"
	run host
	check "$1_nothing_missing" test ! -s "$tmp/calls"
}

test_distributions()
{
	distribution dnf 'dnf install -y ' \
		'elfutils-libelf-devel.* qemu-system-x86-core'
	distribution pacman 'pacman -S ' 'linux-api-headers.* qemu-system-x86'
	distribution zypper 'zypper .*install' 'linux-glibc-devel.* qemu-x86'
	distribution apk 'apk add ' 'linux-headers.* qemu-system-x86_64'
}

test_kernel_source()
{
	mapfile -t rest < <(without "$source")
	machine dnf "${rest[@]}"
	run host
	check no_source_status ends 4
	check no_source_says says 'name a tree with KSRC=DIR or --kernel-tree'
	mkdir -p "$tmp/root/tree/tools/testing/selftests"
	touch "$tmp/root/tree/tools/testing/selftests/lib.mk"
	KSRC=$tmp/root/tree run host
	check ksrc_is_source ends 0
	KERNEL_TREE=$tmp/root/tree run host
	check kernel_tree_is_source ends 0
}

test_who()
{
	machine apt-get "$source"
	FAKE_UID=1000 run host
	check user_status ends 0
	check user_goes_through_sudo calls '^sudo .*apt-get .*install'
	machine dnf "$source"
	rm "$tmp/bin/sudo"
	FAKE_UID=1000 run host
	check nobody_status ends 4
	check nobody_says_root says 'neither root nor sudo'
	check nobody_has_line says 'as root: dnf install -y .*gcc'
	machine '' "$source"
	run host
	check no_manager_status ends 4
	check no_manager_says_so says 'none of apt-get dnf'
	machine apt-get "${everything[@]}"
	rm "$tmp/bin/mawk"
	run host
	check awk_is_asked_for calls ' mawk'
}

test_apt
test_distributions
test_kernel_source
test_who
checks_end
