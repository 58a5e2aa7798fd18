# SPDX-License-Identifier: GPL-2.0-only
#
# For report.awk where nobody looks on: what scripts/terminal.awk shows.

function waiting(t, said)
{
}

function seen_failure(t, what, test)
{
}

function seen_follower()
{
}

function done_with(t)
{
}

function terminal_summary()
{
}
