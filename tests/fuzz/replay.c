// SPDX-License-Identifier: GPL-2.0-only
/* Gives a target the files that are named, where libFuzzer is missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static bool replay(const char *path)
{
	static uint8_t room[1 << 20];
	FILE *in = fopen(path, "r");
	uint8_t *data;
	size_t size;

	if (!in) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	size = fread(room, 1, sizeof(room), in);
	fclose(in);
	/* of its very size, so that a sanitizer sees what is beyond */
	data = malloc(size ? size : 1);
	memcpy(data, room, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return true;
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		/* the last one named is the culprit */
		fprintf(stderr, "%s\n", argv[i]);
		if (!replay(argv[i]))
			return 2;
	}
	printf("%d inputs\n", argc - 1);
	return argc > 1 ? 0 : 2;
}
