#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Installs what is missing.  It looks for commands and files, and only then for
# the names of packages, with apt, dnf, pacman, zypper or apk.  Who is not root
# gets the line to run where there is no sudo.
#
# setup.sh [--self-check] [--ci] [PACKAGE=NAME]... MACHINE...
#
# KSRC and KERNEL_TREE name kernel trees: with one, no package is needed for
# lib.mk and the harness.  ROOT is for tests: files are looked for below it.
set -u

scripts=$(cd "$(dirname "$0")" && pwd)
table=$scripts/packages.tsv
machines=$scripts/../machines
root=${ROOT:-}

say()
{
	echo "setup: $*" >&2
}

# --- what there is ----------------------------------------------------------
managers=(apt-get dnf pacman zypper apk)

# The first manager there is; its column in the table.
choose_manager()
{
	local i

	for i in "${!managers[@]}"; do
		command -v "${managers[i]}" > /dev/null || continue
		manager=${managers[i]}
		column=$((i + 3))
		return
	done
	manager='' column=3
}

has_file()
{
	compgen -G "$root$1" > /dev/null
}

# lib.mk and the harness: as the Makefile looks for them.
has_kernel_files()
{
	local lib=tools/testing/selftests/lib.mk dir

	for dir in "${KSRC:-}" "${KERNEL_TREE:-}"; do
		[ -n "$dir" ] && [ -e "$dir/$lib" ] && return
	done
	[ -e "$scripts/../../lib.mk" ] && return
	has_file "/usr/src/linux-source-*.tar.*" ||
		has_file "/lib/modules/*/source/$lib" ||
		has_file "/usr/src/linux*/$lib"
}

# there PROBE: one of its alternatives is.
there()
{
	local probe alternatives

	IFS='|' read -r -a alternatives <<< "$1"
	for probe in "${alternatives[@]}"; do
		case $probe in
		kernel-files) has_kernel_files && return ;;
		/*) has_file "$probe" && return ;;
		*) command -v "$probe" > /dev/null && return ;;
		esac
	done
	return 1
}

# --- what is wanted ---------------------------------------------------------
# Prints lines of the table.
rows()
{
	awk -F'\t' -v use="$1" '!/^#/ && ($1 == use || $1 == use "?")' "$table"
}

# A Debian package and what to look for it by, as a line of the table.
row_of()
{
	awk -F'\t' -v package="$1" -v probe="$2" '
		!/^#/ && $3 == package && !found++ { print }
		END { if (!found) print "machine\t" probe "\t" package "\t-\t-\t-\t-" }
		' OFS='\t' "$table"
}

wanted()
{
	local arg package probe

	rows build
	for arg; do
		case $arg in
		host) ;;
		PACKAGE=linux-source-*)
			row_of "${arg#*=}" "/usr/src/${arg#*=}.tar.*" ;;
		PACKAGE=*) row_of "${arg#*=}" "${arg#*=}" ;;
		--self-check) rows check ;;
		--ci) rows ci ;;
		*) "$machines/packages" --machine "$arg" --emulator-build \
			--with-probes |
			while read -r package probe; do
				if [ -z "${KERNEL_TREE:-}" ] ||
				   [[ $package != linux-source-* ]]; then
					row_of "$package" "$probe"
				fi
			done ;;
		esac
	done
}

# Sets missing (packages), optional (of these) and nameless (probes).
find_missing()
{
	local line field package

	missing=() optional=() nameless=()
	while IFS= read -r line; do
		IFS=$'\t' read -r -a field <<< "$line"
		there "${field[1]}" && continue
		package=${field[column - 1]}
		if [ "$package" = - ]; then
			[[ ${field[0]} = *\? ]] || nameless+=("${field[1]}")
			continue
		fi
		[[ " ${missing[*]-} " = *" $package "* ]] && continue
		missing+=("$package")
		[[ ${field[0]} = *\? ]] && optional+=("$package")
	done < <(wanted "$@" | sort -u)
}

# --- installing -------------------------------------------------------------
as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@" >&2
	else
		sudo "$@" >&2
	fi
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o DPkg::Lock::Timeout=300 "$@"
}

# Sets line: what installs the packages.
install_line()
{
	case $manager in
	apt-get) line=(apt-get install -y --no-install-recommends) ;;
	dnf) line=(dnf install -y) ;;
	pacman) line=(pacman -S --needed --noconfirm) ;;
	zypper) line=(zypper --non-interactive install --no-recommends) ;;
	apk) line=(apk add) ;;
	esac
	line+=("$@")
}

# By exactly this name: apt takes one that it does not know for a pattern, and
# would install linux-source-6.12 where linux-source-6.1 is wanted.
has_candidate()
{
	apt-cache policy "$1" 2> /dev/null | awk -v name="$1:" '
		/^[^ ]/ { mine = $0 == name }
		mine && /^ *Candidate: [^(]/ { found = 1 }
		END { exit !found }'
}

# The first of some names that apt knows.
known_to_apt()
{
	local name names

	IFS='|' read -r -a names <<< "$1"
	for name in "${names[@]}"; do
		has_candidate "$name" && echo "$name" && return
	done
	return 1
}

# One name that apt does not know would fail all of them.
choose_from_apt()
{
	local package name unknown=()

	packages=()
	for package in "${missing[@]}"; do
		if name=$(known_to_apt "$package"); then
			packages+=("$name")
		elif [[ " ${optional[*]-} " != *" $package "* ]]; then
			unknown+=("$package")
		fi
	done
	[ ${#unknown[@]} -eq 0 ] && return
	say "apt knows no package" "${unknown[@]}"
	[[ ${unknown[*]} != *linux-source-* ]] ||
		say "kernels of this release:" \
			"$("$machines/kernel-versions" | tr '\n' ' ')"
	return 1
}

install_with_apt()
{
	local updated=''

	if ! choose_from_apt 2> /dev/null; then
		apt update
		updated=1
		# Only now is it known which kernels this release has.
		find_missing "$@"
	fi
	choose_from_apt || lacking=1
	[ ${#packages[@]} -gt 0 ] || return 0
	install_line "${packages[@]}"
	apt "${line[@]:1}" && return
	# A list that has aged names files that are gone: fetch it anew, once.
	[ -z "$updated" ] && apt update && apt "${line[@]:1}"
}

install_all()
{
	local rc=0

	if [ "$manager" = apt-get ]; then
		install_with_apt "$@"
		return
	fi
	install_line "${packages[@]}"
	as_root "${line[@]}" || rc=$?
	return "$rc"
}

may_install()
{
	[ "$(id -u)" = 0 ] || command -v sudo > /dev/null
}

lacking=''
choose_manager
find_missing "$@"
if [ ${#missing[@]} -eq 0 ] && [ ${#nameless[@]} -eq 0 ]; then
	say "nothing is missing"
	exit 0
fi
for probe in ${nameless[@]+"${nameless[@]}"}; do
	lacking=1
	case $probe in
	kernel-files|/usr/src/linux-source-*)
		say "no kernel source with tools/testing/selftests/lib.mk:" \
			"name a tree with KSRC=DIR or --kernel-tree DIR" ;;
	*) say "missing: $probe; no package of ${manager:-yours} is known" \
		"to bring it" ;;
	esac
done
if [ ${#missing[@]} -gt 0 ]; then
	say "missing packages:"
	printf '  %s\n' "${missing[@]%%|*}" >&2
	packages=("${missing[@]%%|*}")
	if [ -z "$manager" ]; then
		say "there is none of ${managers[*]}: install their like by hand"
		exit 4
	fi
	install_line "${packages[@]}"
	say "as root: ${line[*]}"
	if ! may_install; then
		say "neither root nor sudo: run this line as root"
		exit 4
	fi
	install_all "$@" || {
		say "$manager could not install them"
		exit 4
	}
fi
[ -z "$lacking" ] || exit 4
exit 0
