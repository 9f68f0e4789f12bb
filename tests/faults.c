/* faults.c - a library to preload: makes one call to the system fail, or counts the calls.
 *
 * SN_FAULT=KIND:N[:ERRNO] fails the N-th call, from 1, of a kind:
 *   alloc  malloc, calloc, realloc, aligned_alloc, posix_memalign
 *   read   read of anything but standard input, mmap of a file
 *   write  write to anything but standard error
 *   short  write: only the first byte goes out
 *   term   write: SIGTERM comes first
 * Later calls of the kind fail too where N ends in "+".  SN_FAULT_COUNT=FILE: nothing fails,
 * and the numbers of calls are written there when the process ends.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ALLOC, READ, WRITE, SHORT, TERM, KINDS };

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static const char *const names[KINDS] = {"alloc", "read", "write", "short", "term"};
static atomic_long seen[KINDS];
static int kind = -1, number = EIO;
static long at;
static bool stays, ready;

__attribute__((constructor)) static void read_wish(void)
{
    const char *text = getenv("SN_FAULT");

    for (int k = 0; text != NULL && k < KINDS; k++) {
        const size_t length = strlen(names[k]);
        char *end;
        if (strncmp(text, names[k], length) != 0 || text[length] != ':')
            continue;
        at = strtol(text + length + 1, &end, 10);
        stays = *end == '+';
        end += stays;
        if (*end == ':')
            number = atoi(end + 1);
        kind = k;
    }
    ready = true;
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("SN_FAULT_COUNT");

    ready = false;
    if (path == NULL)
        return;
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    for (int k = 0; k < KINDS; k++)
        fprintf(file, "%s %ld\n", names[k], (long)seen[k]);
    fclose(file);
}

static bool fails(int of)
{
    if (!ready)
        return false;
    const long n = atomic_fetch_add(&seen[of], 1) + 1;
    return of == kind && (n == at || (stays && n > at));
}

static void *refuse(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size)
{
    return fails(ALLOC) ? refuse() : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(ALLOC) ? refuse() : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(ALLOC) ? refuse() : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(ALLOC) ? refuse() : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *made = fails(ALLOC) ? NULL : __libc_memalign(alignment, size);

    if (made == NULL)
        return ENOMEM;
    *out = made;
    return 0;
}

ssize_t read(int fd, void *buffer, size_t size)
{
    static ssize_t (*real)(int, void *, size_t);

    if (real == NULL)
        real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    if (fd > STDIN_FILENO && fails(READ)) {
        errno = number;
        return -1;
    }
    return real(fd, buffer, size);
}

ssize_t write(int fd, const void *buffer, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);

    if (real == NULL)
        real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (fd != STDERR_FILENO && fails(TERM))
        (void)raise(SIGTERM);
    if (fd != STDERR_FILENO && fails(WRITE)) {
        errno = number;
        return -1;
    }
    if (fd != STDERR_FILENO && size > 1 && fails(SHORT))
        size = 1;
    return real(fd, buffer, size);
}

void *mmap(void *wish, size_t length, int protection, int flags, int fd, off_t offset)
{
    static void *(*real)(void *, size_t, int, int, int, off_t);

    if (real == NULL)
        real = (void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap");
    if (fd >= 0 && ready && fails(READ)) {
        errno = number;
        return MAP_FAILED;
    }
    return real(wish, length, protection, flags, fd, offset);
}
