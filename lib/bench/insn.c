// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "insn.h"

#define X_AVX		0x7ull
#define X_AVX512	0xe7ull

static const struct reason r_setup = { RULE_I0, "CR4 bits of features that guest CPUID has (SDM vol. 3, 2.5)" };

#define F(fn, idx, rg, b)	CPUID_FEATURE(fn, idx, REG_##rg, b)
#define B(...) \
	.len = sizeof((const uint8_t[]){ __VA_ARGS__ }), .bytes = { __VA_ARGS__ }

const struct insn insns[] = {
	{ "FNOP",       F(1, 0, EDX, 0), 0, B(0xd9, 0xd0) },
	{ "RDTSC",      F(1, 0, EDX, 4), 0, B(0x0f, 0x31) },
	{ "CMPXCHG8B",  F(1, 0, EDX, 8), 0, B(0x0f, 0xc7, 0x0f) },
	{ "CMOVZ",      F(1, 0, EDX, 15), 0, B(0x0f, 0x44, 0xc1) },
	{ "CLFLUSH",    F(1, 0, EDX, 19), 0, B(0x0f, 0xae, 0x3f) },
	{ "PADDB mm",   F(1, 0, EDX, 23), 0, B(0x0f, 0xfc, 0xc1) },
	{ "FXSAVE",     F(1, 0, EDX, 24), 0, B(0x0f, 0xae, 0x07) },
	{ "ADDPS",      F(1, 0, EDX, 25), 0, B(0x0f, 0x58, 0xc1) },
	{ "ADDPD",      F(1, 0, EDX, 26), 0, B(0x66, 0x0f, 0x58, 0xc1) },
	{ "ADDSUBPS",   F(1, 0, ECX, 0), 0, B(0xf2, 0x0f, 0xd0, 0xc1) },
	{ "PCLMULQDQ",  F(1, 0, ECX, 1), 0, B(0x66, 0x0f, 0x3a, 0x44, 0xc1, 0) },
	{ "PSHUFB",     F(1, 0, ECX, 9), 0, B(0x66, 0x0f, 0x38, 0x00, 0xc1) },
	{ "VFMADD132PS", F(1, 0, ECX, 12), X_AVX, B(0xc4, 0xe2, 0x71, 0x98, 0xc2) },
	{ "CMPXCHG16B", F(1, 0, ECX, 13), 0, B(0x48, 0x0f, 0xc7, 0x0f) },
	{ "PTEST",      F(1, 0, ECX, 19), 0, B(0x66, 0x0f, 0x38, 0x17, 0xc1) },
	{ "CRC32",      F(1, 0, ECX, 20), 0, B(0xf2, 0x0f, 0x38, 0xf1, 0xc1) },
	{ "MOVBE",      F(1, 0, ECX, 22), 0, B(0x0f, 0x38, 0xf0, 0x07) },
	{ "POPCNT",     F(1, 0, ECX, 23), 0, B(0xf3, 0x0f, 0xb8, 0xc1) },
	{ "AESENC",     F(1, 0, ECX, 25), 0, B(0x66, 0x0f, 0x38, 0xdc, 0xc1) },
	{ "XGETBV",     F(1, 0, ECX, 26), 1, B(0x0f, 0x01, 0xd0) },
	{ "VADDPS ymm", F(1, 0, ECX, 28), X_AVX, B(0xc5, 0xf4, 0x58, 0xc2) },
	{ "VCVTPH2PS",  F(1, 0, ECX, 29), X_AVX, B(0xc4, 0xe2, 0x7d, 0x13, 0xc1) },
	{ "RDRAND",     F(1, 0, ECX, 30), 0, B(0x0f, 0xc7, 0xf0) },
	{ "RDFSBASE",   F(7, 0, EBX, 0), 0, B(0xf3, 0x48, 0x0f, 0xae, 0xc0) },
	{ "ANDN",       F(7, 0, EBX, 3), X_AVX, B(0xc4, 0xe2, 0x70, 0xf2, 0xc2) },
	{ "VPADDD ymm", F(7, 0, EBX, 5), X_AVX, B(0xc5, 0xf5, 0xfe, 0xc2) },
	{ "MULX",       F(7, 0, EBX, 8), X_AVX, B(0xc4, 0xe2, 0x73, 0xf6, 0xc2) },
	{ "INVPCID",    F(7, 0, EBX, 10), 0, B(0x66, 0x0f, 0x38, 0x82, 0x06), .rax = 2 },
	{ "VADDPS zmm", F(7, 0, EBX, 16), X_AVX512, B(0x62, 0xf1, 0x74, 0x48, 0x58, 0xc2) },
	{ "VANDPD zmm", F(7, 0, EBX, 17), X_AVX512, B(0x62, 0xf1, 0xf5, 0x48, 0x54, 0xc2) },
	{ "RDSEED",     F(7, 0, EBX, 18), 0, B(0x0f, 0xc7, 0xf8) },
	{ "ADCX",       F(7, 0, EBX, 19), 0, B(0x66, 0x0f, 0x38, 0xf6, 0xc1) },
	{ "CLAC",       F(7, 0, EBX, 20), 0, B(0x0f, 0x01, 0xca) },
	{ "VPMADD52LUQ", F(7, 0, EBX, 21), X_AVX512, B(0x62, 0xf2, 0xf5, 0x48, 0xb4, 0xc2) },
	{ "CLFLUSHOPT", F(7, 0, EBX, 23), 0, B(0x66, 0x0f, 0xae, 0x3f) },
	{ "CLWB",       F(7, 0, EBX, 24), 0, B(0x66, 0x0f, 0xae, 0x37) },
	{ "VPCONFLICTD", F(7, 0, EBX, 28), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0xc4, 0xc1) },
	{ "SHA1NEXTE",  F(7, 0, EBX, 29), 0, B(0x0f, 0x38, 0xc8, 0xc1) },
	{ "VPADDB zmm", F(7, 0, EBX, 30), X_AVX512, B(0x62, 0xf1, 0x75, 0x48, 0xfc, 0xc2) },
	{ "VADDPS evex ymm", F(7, 0, EBX, 31), X_AVX512, B(0x62, 0xf1, 0x74, 0x28, 0x58, 0xc2) },
	{ "VPERMB",     F(7, 0, ECX, 1), X_AVX512, B(0x62, 0xf2, 0x75, 0x48, 0x8d, 0xc2) },
	{ "RDPKRU",     F(7, 0, ECX, 3), 0, B(0x0f, 0x01, 0xee) },
	{ "TPAUSE",     F(7, 0, ECX, 5), 0, B(0x66, 0x0f, 0xae, 0xf1) },
	{ "VPCOMPRESSB", F(7, 0, ECX, 6), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x63, 0xc8) },
	{ "GF2P8MULB",  F(7, 0, ECX, 8), 0, B(0x66, 0x0f, 0x38, 0xcf, 0xc1) },
	{ "VAESENC ymm", F(7, 0, ECX, 9), X_AVX, B(0xc4, 0xe2, 0x75, 0xdc, 0xc2) },
	{ "VPCLMULQDQ", F(7, 0, ECX, 10), X_AVX, B(0xc4, 0xe3, 0x75, 0x44, 0xc2, 0) },
	{ "VPDPBUSD",   F(7, 0, ECX, 11), X_AVX512, B(0x62, 0xf2, 0x75, 0x48, 0x50, 0xc2) },
	{ "VPOPCNTB",   F(7, 0, ECX, 12), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x54, 0xc1) },
	{ "VPOPCNTD",   F(7, 0, ECX, 14), X_AVX512, B(0x62, 0xf2, 0x7d, 0x48, 0x55, 0xc1) },
	{ "RDPID",      F(7, 0, ECX, 22), 0, B(0xf3, 0x0f, 0xc7, 0xf8) },
	{ "MOVDIRI",    F(7, 0, ECX, 27), 0, B(0x0f, 0x38, 0xf9, 0x07) },
	{ "MOVDIR64B",  F(7, 0, ECX, 28), 0, B(0x66, 0x0f, 0x38, 0xf8, 0x3e) },
	{ "SERIALIZE",  F(7, 0, EDX, 14), 0, B(0x0f, 0x01, 0xe8) },
	{ "VPDPBUSD vex", F(7, 1, EAX, 4), X_AVX, B(0xc4, 0xe2, 0x75, 0x50, 0xc2) },
	{ "VCVTNEPS2BF16", F(7, 1, EAX, 5), X_AVX512, B(0x62, 0xf2, 0x7e, 0x48, 0x72, 0xc1) },
	{ "XSAVEOPT",   F(0xd, 1, EAX, 0), 1, B(0x48, 0x0f, 0xae, 0x37), .rax = 3 },
	{ "XSAVEC",     F(0xd, 1, EAX, 1), 1, B(0x48, 0x0f, 0xc7, 0x27), .rax = 3 },
	{ "XGETBV(1)",  F(0xd, 1, EAX, 2), 1, B(0x0f, 0x01, 0xd0), .rcx = 1 },
	{ "XSAVES",     F(0xd, 1, EAX, 3), 1, B(0x48, 0x0f, 0xc7, 0x2f), .rax = 3 },
	{ "LAHF",       F(0x80000001, 0, ECX, 0), 0, B(0x9f) },
	{ "LZCNT",      F(0x80000001, 0, ECX, 5), 0, B(0xf3, 0x0f, 0xbd, 0xc1) },
	{ "INSERTQ",    F(0x80000001, 0, ECX, 6), 0, B(0xf2, 0x0f, 0x79, 0xc1) },
	{ "PREFETCHW",  F(0x80000001, 0, ECX, 8), 0, B(0x0f, 0x0d, 0x0f) },
	{ "RDTSCP",     F(0x80000001, 0, EDX, 27), 0, B(0x0f, 0x01, 0xf9) },
	{ "PFADD",      F(0x80000001, 0, EDX, 31), 0, B(0x0f, 0x0f, 0xc1, 0x9e) },
	{ "WBNOINVD",   F(0x80000008, 0, EBX, 9), 0, B(0xf3, 0x0f, 0x09) },
};

const unsigned int nr_insns = ARRAY_SIZE(insns);

struct probe_request *insn_plain(struct bench *g, const void *bytes,
				 unsigned int len)
{
	struct probe_request *r = probe_insn(&g->probe, bytes, len);

	r->in.rdi = PROBE_SCRATCH;
	r->in.rsi = PROBE_SCRATCH + 0x1000;
	return r;
}

static const struct insn *insn_of(struct cpuid_feature f)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insns); i++)
		if (!memcmp(&insns[i].f, &f, sizeof(f)))
			return &insns[i];
	test_stop("no instruction for this feature");
}

struct probe_request *insn_add(struct bench *g, const struct insn *insn,
			       uint8_t vector, const struct reason *rule)
{
	struct probe_request *r = insn_plain(g, insn->bytes, insn->len);

	r->in.rax = insn->rax;
	r->in.rcx = insn->rcx;
	return bench_want_fault(g, r, vector, insn->name, 0, rule);
}

struct probe_request *insn_runs(struct bench *g, struct cpuid_feature f,
				const struct reason *rule)
{
	return insn_add(g, insn_of(f), PROBE_NO_VECTOR, rule);
}

struct probe_request *insn_is_ud(struct bench *g, struct cpuid_feature f,
				 const struct reason *rule)
{
	return insn_add(g, insn_of(f), UD_VECTOR, rule);
}

uint64_t insn_cr4(const struct bench *g)
{
	uint64_t cr4 = CR4_PROBE;

	if (bench_usable(g, F_FSGSBASE))
		cr4 |= CR4_FSGSBASE;
	if (bench_usable(g, F_XSAVE))
		cr4 |= CR4_OSXSAVE;
	if (bench_usable(g, F_PKU))
		cr4 |= CR4_PKE;
	return cr4;
}

uint64_t insn_boot(struct bench *g)
{
	uint64_t xcr0 = expect_xcr0_mask(&g->list, &g->facts->supported) &
			(X_AVX512 | BIT(9));

	memset(vm_at(&g->vm, PROBE_SCRATCH), 0, PROBE_SCRATCH_SIZE);
	bench_boot(g, PROBE_LONG);
	bench_mov_cr4(g, insn_cr4(g), true, &r_setup);
	if (!bench_usable(g, F_XSAVE))
		return 0;
	vcpu_set_xcr0(&g->vcpu, xcr0 | 1);
	return xcr0 | 1;
}
