/* Put between a program and the kernel, it moves two clocks by as many seconds as it is told. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static long seconds(const char *name)
{
    const char *said = getenv(name);
    return said ? atol(said) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *found)
{
    static int (*real)(clockid_t, struct timespec *);
    int failed;

    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    failed = real(clock, found);
    if (clock == CLOCK_REALTIME)
        found->tv_sec += seconds("MOVED_REALTIME");
    if (clock == CLOCK_BOOTTIME || clock == CLOCK_MONOTONIC)
        found->tv_sec += seconds("MOVED_BOOTTIME");
    return failed;
}
