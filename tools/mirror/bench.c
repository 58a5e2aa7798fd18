// SPDX-License-Identifier: GPL-2.0-only
/* What the sections share: the model, and their order. */
#include "surface.h"

void mirror_prepare(void)
{
	static struct bench s;

	bench_prepare();
	/* Where there is no model, this says so, once. */
	bench_model(&s, NULL);
}

/* What finds most with least comes first: the sections need not each other. */
void record_all(void)
{
	record_device();
	record_cpuid();
	record_scenes();
	record_tables();
	record_msrs();
	record_gates();
}
