#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Both commands of the README on a bare release of Debian, from nothing: a
# chroot that mmdebstrap makes, and in it a clone of what is committed here.
# See usage().

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
release=
dir=
keep=
packages=
kernels=
security=
quick=
machine=all
mirror=${MIRROR:-http://deb.debian.org}
mounted=()
child=

usage() {
	cat <<-'USAGE'
	usage: on_release.sh [OPTION]... RELEASE
	Make a Debian RELEASE (stable, oldstable, trixie, bookworm, ...) in a chroot,
	run there, on a clone of HEAD,
	    ./run_tests.sh --setup --machine all
	    ./run_tests.sh --setup --self-check
	print the last lines of both and delete the chroot.  As root; takes an hour of
	CPU time, most of it for a kernel.
	  --machine WHERE   for the first command: amd, intel, host or all
	  --quick           --self-check --quick
	  --security        the release's security suite as well as its main archive
	                    (linux-source-6.12 for bookworm is only there)
	  --dir DIR         make the chroot here; one that is there is used again
	  --keep            do not delete it
	  --packages DIR    keep the Debian packages here for the next time
	  --kernels DIR     keep the built kernels here for the next time
	MIRROR names another mirror than http://deb.debian.org.
	Exit status: 0 both commands ended with 0; 1 one of them did not; 2 usage;
	4 cannot run here.
	USAGE
}

die() {
	echo "on_release: $2" >&2
	exit "$1"
}

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--machine|--dir|--packages|--kernels)
			[ $# -ge 2 ] || { usage >&2; exit 2; }
			;;&
		--machine) machine=$2; shift ;;
		--dir) dir=$2; shift ;;
		--packages) packages=$2; shift ;;
		--kernels) kernels=$2; shift ;;
		--keep) keep=1 ;;
		--quick) quick=--quick ;;
		--security) security=1 ;;
		--help|-h) usage; exit 0 ;;
		-*) usage >&2; exit 2 ;;
		*)
			[ -z "$release" ] || { usage >&2; exit 2; }
			release=$1 ;;
		esac
		shift
	done
	[[ $release =~ ^[a-z]+$ ]] || { usage >&2; exit 2; }
}

check() {
	local tool

	[ "$(id -u)" = 0 ] || die 4 "only root can make and enter a chroot"
	for tool in mmdebstrap git chroot mount; do
		command -v "$tool" > /dev/null ||
			die 4 "no $tool here: apt-get install mmdebstrap git"
	done
	git -C "$top" rev-parse -q --verify HEAD > /dev/null ||
		die 4 "$top is no git checkout: there is nothing to clone"
	for tool in "$packages" "$kernels"; do
		[ -z "$tool" ] || mkdir -p "$tool" || die 4 "cannot make $tool"
	done
}

sources() {
	echo "deb $mirror/debian $release main"
	[ -z "$security" ] ||
		echo "deb $mirror/debian-security $release-security main"
}

make_chroot() {
	[ ! -e "$dir/etc/debian_version" ] || return 0
	sources > "$work/sources.list"
	attended mmdebstrap --quiet --variant=minbase "$release" "$dir" \
		"$work/sources.list" 2> "$work/mmdebstrap.log" && return
	tail -n 3 "$work/mmdebstrap.log" >&2
	die 4 "mmdebstrap cannot make '$release' from $mirror"
}

# attended COMMAND...: a signal to this shell does not wait until it has ended.
attended() {
	local rc=0

	"$@" &
	child=$!
	wait "$child" || rc=$?
	child=
	return "$rc"
}

# attach WHAT ARG...: mount it in the chroot, to be unmounted at the end.
attach() {
	local where=$dir/$1

	shift
	mkdir -p "$where"
	# Private: what is mounted on it must not show on the host.
	mount "$@" "$where" || die 4 "cannot mount $where"
	mount --make-private "$where" || die 4 "cannot make $where private"
	mounted+=("$where")
}

mount_all() {
	attach proc -t proc proc
	attach sys --bind /sys
	attach dev --bind /dev
	attach dev/shm -t tmpfs tmpfs
	attach dev/pts -t devpts -o newinstance,ptmxmode=0666 devpts
	[ -z "$packages" ] || attach var/cache/apt/archives --bind "$packages"
	[ -z "$kernels" ] || attach root/.cache/kvm-cpuid --bind "$kernels"
	cp /etc/resolv.conf "$dir/etc/resolv.conf"
}

# Told to stop, run_tests.sh ends what it has started; nothing else does.
# shellcheck disable=SC2317 # reached through trap
end_child() {
	local root

	[ -n "$child" ] || return 0
	kill "$child" 2> /dev/null
	timeout 20 tail --pid="$child" -f /dev/null
	for root in /proc/[0-9]*/root; do
		[ "$(readlink "$root")" = "$dir" ] || continue
		root=${root#/proc/}
		kill -KILL "${root%/root}" 2> /dev/null
	done
	kill -KILL "$child" 2> /dev/null
	wait "$child" 2> /dev/null
}

# What is mounted must be gone before anything is deleted.
# shellcheck disable=SC2317 # reached through trap
cleanup() {
	local i

	end_child
	for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do
		umount "${mounted[i]}" 2> /dev/null || umount -l "${mounted[i]}" ||
			{ echo "on_release: $dir stays: still mounted" >&2; return; }
	done
	rm -rf "$work"
	[ -n "$keep" ] || rm -rf --one-file-system "$dir"
}

# The clone is made out here, so that the chroot is as bare as can be.
clone() {
	rm -rf "$dir/root/kvm-cpuid"
	git clone -q --no-hardlinks "$top" "$dir/root/kvm-cpuid" ||
		die 4 "cannot clone $top"
}

# shellcheck disable=SC2317 # reached through attended()
inside() {
	exec chroot "$dir" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		/bin/bash -c 'cd /root/kvm-cpuid && exec "$@"' - "$@"
}

# command_line NAME ARG...: one of the two; its output goes to $work/NAME.log.
command_line() {
	local log=$work/$1.log rc=0

	shift
	echo "== $release: ./run_tests.sh $*"
	attended inside ./run_tests.sh "$@" > "$log" 2>&1 || rc=$?
	grep -a -E '^(not ok|[a-z]+: (real|the suite))' "$log" || true
	tail -n 1 "$log"
	echo "== exit status $rc"
	[ "$rc" = 0 ] && return
	failed=1
	cp "$log" "${TMPDIR:-/tmp}/on_release-$release-${log##*/}"
	echo "== its output: ${TMPDIR:-/tmp}/on_release-$release-${log##*/}"
}

parse "$@"
check
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/on-release.XXXXXX")
[ -z "$dir" ] || keep=1
: "${dir:=$(mktemp -d "${TMPDIR:-/var/tmp}/on-release-$release.XXXXXX")}"
mkdir -p "$dir"
dir=$(readlink -f "$dir")
chmod 755 "$dir"
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
make_chroot
mount_all
clone
command_line run --setup --machine "$machine"
command_line self-check --setup --self-check ${quick:+"$quick"}
exit "$failed"
