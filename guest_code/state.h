/* SPDX-License-Identifier: GPL-2.0-only */
/* Offsets in struct probe_state, for entry code; probe.c checks them. */
#ifndef GUEST_CODE_STATE_H
#define GUEST_CODE_STATE_H

#define ST_RAX		0
#define ST_RBX		8
#define ST_RCX		16
#define ST_RDX		24
#define ST_RSI		32
#define ST_RDI		40
#define ST_CR2		48
#define ST_RIP		56
#define ST_SP		64
#define ST_ERROR	72
#define ST_VECTOR	76
#define ST_STRAYS	80

#endif
