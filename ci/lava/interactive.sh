#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Prints what awk needs to hand on each line as it comes.  mawk, the awk of
# Debian, else reads a pipe until its buffer is full; others refuse its option.
awk -W version 2>&1 < /dev/null | grep -q '^mawk' && echo "-W interactive"
exit 0
