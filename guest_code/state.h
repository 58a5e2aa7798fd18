/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offsets in struct probe_state and struct probe_request, for entry code;
 * probe.c checks them.
 */
#ifndef GUEST_CODE_STATE_H
#define GUEST_CODE_STATE_H

#define ST_RAX		0
#define ST_RBX		8
#define ST_RCX		16
#define ST_RDX		24
#define ST_CR2		32
#define ST_RIP		40
#define ST_SP		48
#define ST_ERROR	56
#define ST_VECTOR	60
#define ST_STRAYS	64

#define REQ_RAX		32	/* in */
#define REQ_RBX		40
#define REQ_RCX		48
#define REQ_RDX		56
#define REQ_RSI		64
#define REQ_RDI		72
#define REQ_GOT		144	/* rax, rbx, rcx, rdx */

#endif
