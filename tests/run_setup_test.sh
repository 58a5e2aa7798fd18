#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/setup.sh on machines made up here: dpkg, apt and sudo are fakes that
# write down what they were asked.
#
# shellcheck disable=SC2317	# functions are reached through check()
set -u

cd "$(dirname "$0")/.." || exit 2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/setup-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/installed" "$tmp/candidates"

nr=0
failed=0
check()
{
	local what=$1

	shift
	nr=$((nr + 1))
	if "$@"; then
		echo "ok $nr $what"
	else
		sed 's/^/# /' "$tmp/calls" "$tmp/stderr"
		echo "not ok $nr $what"
		failed=1
	fi
}

# fake NAME <<END
fake()
{
	{ echo "#!/bin/bash"; cat; } > "$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}

fake dpkg-query <<END
[ -e "$tmp/installed/\${!#}" ] && echo installed
END
fake apt-cache <<END
[ -e "$tmp/candidates/\$2" ] && echo "Package: \$2"
END
# Fails as often as the file "fail" has lines.
fake apt-get <<END
echo "apt-get \$*" >> "$tmp/calls"
case " \$* " in *" install "*) ;; *) exit 0 ;; esac
[ -s "$tmp/fail" ] && { sed -i 1d "$tmp/fail"; exit 100; }
exit 0
END
fake sudo <<END
echo "sudo \$*" >> "$tmp/calls"
"\$@"
END
fake id <<END
echo "\${FAKE_UID:-0}"
END

all=(gcc make libc6-dev linux-libc-dev musl-tools binutils xz-utils
	linux-source-6.12 jq)

# machine INSTALLED... : what it has; all of ours have a candidate.
machine()
{
	rm -f "$tmp"/installed/* "$tmp"/candidates/*
	(cd "$tmp/installed" && touch "$@" none)
	(cd "$tmp/candidates" && touch "${all[@]}" shellcheck valgrind \
		libc6-dbg perl rsync)
}

run()
{
	: > "$tmp/calls"
	status=0
	PATH=$tmp/bin:$PATH scripts/setup.sh "$@" > "$tmp/stdout" \
		2> "$tmp/stderr" || status=$?
}

calls() { grep -qE -e "$1" "$tmp/calls"; }
order() { [ "$(cut -d' ' -f5 "$tmp/calls" | tr '\n' ' ')" = "$1" ]; }
says() { grep -qE -e "$1" "$tmp/stderr"; }
ends() { [ "$status" -eq "$1" ]; }

machine "${all[@]}"
run host
check nothing_missing_status ends 0
check nothing_missing_no_apt test ! -s "$tmp/calls"

machine make
run host
check missing_status ends 0
check missing_list_shows_gcc says '^  gcc$'
check missing_list_leaves_out_make test -z "$(grep -x '  make' "$tmp/stderr")"
check missing_is_installed calls ' install .* gcc'
check fresh_list_is_not_updated order 'install '
check no_recommends calls '--no-install-recommends'

run host PACKAGE=linux-source-6.1
check other_kernel_source calls ' install .* linux-source-6.1( |$)'
run --self-check host
check self_check_brings_lint calls ' install .* shellcheck'

machine
rm "$tmp/candidates/gcc"
run host
check unknown_package_updates order 'update install '

machine
echo > "$tmp/fail"
run host
check stale_list_status ends 0
check stale_list_updates order 'install update install '

machine
printf '\n\n' > "$tmp/fail"
run host
check no_network_status ends 4
check no_network_says_so says 'could not install'
rm -f "$tmp/fail"

machine
FAKE_UID=1000 run host
check user_status ends 0
check user_goes_through_sudo calls '^sudo .*apt-get .*install'

# A path with no sudo in it, but with all that the script needs.
mkdir "$tmp/plain"
for tool in bash cat cut dirname env grep printf sort; do
	ln -s "$(command -v $tool)" "$tmp/plain/$tool"
done
rm "$tmp/bin/sudo"
FAKE_UID=1000 PATH=$tmp/plain run host
check nobody_status ends 4
check nobody_says_root says 'neither root nor sudo'
rm "$tmp/bin/apt-get"
PATH=$tmp/plain run host
check no_apt_status ends 4
check no_apt_says_so says 'no apt-get'

echo "1..$nr"
exit $failed
