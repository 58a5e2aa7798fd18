#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs the Debian packages that are missing, by name, from the suites that
# apt is configured for.  Needs nothing but what every Debian has.
#
# setup.sh [--self-check] [PACKAGE=NAME]... MACHINE...
set -u

machines=$(cd "$(dirname "$0")/../machines" && pwd)

# linux-source brings lib.mk, the test harness and checkpatch; musl makes the
# programs small.
build_packages=(gcc make libc6-dev linux-libc-dev musl-tools binutils xz-utils
	linux-source-6.12 jq)
# cpuid and xsltproc: dumps of CPUs that others make, or make sense of.
check_packages=(shellcheck valgrind libc6-dbg perl rsync cpuid xsltproc
	python3-jsonschema libxml2-utils)

say()
{
	echo "setup: $*" >&2
}

wanted()
{
	local arg

	printf '%s\n' "${build_packages[@]}"
	for arg; do
		case $arg in
		host) ;;
		PACKAGE=*) echo "${arg#*=}" ;;
		--self-check) printf '%s\n' "${check_packages[@]}" ;;
		*) "$machines/packages" --machine "$arg" ;;
		esac
	done
}

installed()
{
	dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null |
		grep -qx installed
}

has_candidate()
{
	apt-cache show "$1" 2> /dev/null | grep -q .
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o DPkg::Lock::Timeout=300 "$@" >&2
}

install()
{
	apt install -y --no-install-recommends "${missing[@]}"
}

missing=()
for package in $(wanted "$@" | sort -u); do
	installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
	say "nothing is missing"
	exit 0
fi
say "missing Debian packages:"
printf '  %s\n' "${missing[@]}" >&2

if ! command -v apt-get > /dev/null; then
	say "there is no apt-get; install their like by hand, then leave out" \
		"--setup"
	exit 4
fi
if [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null; then
	say "neither root nor sudo: run this as root"
	exit 4
fi

updated=
for package in "${missing[@]}"; do
	has_candidate "$package" && continue
	apt update
	updated=1
	break
done
# A list that has aged names files that are gone: fetch it anew, once.
install || { [ -z "$updated" ] && apt update && install; } || {
	say "apt-get could not install them"
	exit 4
}
