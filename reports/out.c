/* out.c - a sink for text that remembers its first error.
 *
 * All text passes through one buffer.  In front of a file it is written out when it is full; in
 * memory it only grows.  `failure` is the errno of the first thing that went wrong, and once it
 * is set every call returns at once.  A file that is to be replaced is written as `temporary`
 * and gets its name `target` in sn_out_close, at the very end. */
#define _XOPEN_SOURCE 700 /* realpath: glibc 2.36 does not count it as POSIX */

#include "reports/out.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_SIZE = 1 << 16 };

struct sn_out {
    char *text;
    size_t used;
    size_t size;
    char *name;       /* for messages                                   */
    char *target;     /* the file to be replaced; NULL: write in place  */
    char *temporary;  /* exists as a file from opening to closing       */
    int fd;           /* -1 in memory and after closing                 */
    int failure;      /* errno of the first error; 0: none              */
    bool is_standard; /* standard output is not ours to close           */
    bool closed;
};

/* The temporaries that exist, for sn_out_abandon; what finds no place is not cleaned up then.
 */
enum { OPEN_AT_ONCE = 8 };
static _Atomic(char *) unfinished[OPEN_AT_ONCE];

static void replace_unfinished(char *old, char *new)
{
    for (int k = 0; k < OPEN_AT_ONCE; k++) {
        char *expected = old;
        if (atomic_compare_exchange_strong(&unfinished[k], &expected, new))
            return;
    }
}

void sn_out_abandon(void)
{
    for (int k = 0; k < OPEN_AT_ONCE; k++) {
        const char *name = unfinished[k];
        if (name != NULL)
            (void)unlink(name);
    }
}

static void fail(sn_out *out, int reason)
{
    if (out->failure == 0)
        out->failure = reason;
}

static void drain(sn_out *out)
{
    size_t done = 0;

    while (done < out->used && out->failure == 0) {
        ssize_t count = write(out->fd, out->text + done, out->used - done);

        if (count >= 0)
            done += (size_t)count;
        else if (errno == EAGAIN) /* somebody else made our standard output non-blocking */
            (void)poll(&(struct pollfd){.fd = out->fd, .events = POLLOUT}, 1, -1);
        else if (errno != EINTR)
            fail(out, errno);
    }
    out->used = 0;
}

/* Make room for count bytes and a NUL.  Returns false when out has failed. */
static bool reserve(sn_out *out, size_t count)
{
    assert(!out->closed);
    if (out->failure == 0 && out->size - out->used <= count && out->fd >= 0)
        drain(out);
    if (out->failure == 0 && out->size - out->used <= count) {
        size_t size = out->size;
        char *text = NULL;

        while (size != 0 && size - out->used <= count)
            size *= 2; /* overflow ends at 0 */
        if (size != 0)
            text = realloc(out->text, size);
        if (text == NULL) {
            fail(out, ENOMEM);
            return false;
        }
        out->text = text;
        out->size = size;
    }
    return out->failure == 0;
}

static void forget_temporary(sn_out *out)
{
    if (out->temporary != NULL)
        replace_unfinished(out->temporary, NULL);
    free(out->temporary);
    out->temporary = NULL;
}

/* Create `temporary` beside `target`.  O_EXCL and not mkstemp, so that the umask applies. */
static sn_status create_temporary(sn_out *out, sn_error *err)
{
    enum { TRIES = 100 };
    const char *slash = strrchr(out->target, '/');
    const int directory = slash == NULL ? 0 : (int)(slash + 1 - out->target);
    const size_t size = (size_t)directory + 64;

    out->temporary = malloc(size);
    if (out->temporary == NULL)
        return sn_nomem(err, "a file name");
    out->temporary[0] = '\0';
    replace_unfinished(NULL, out->temporary);
    for (int k = 0; k < TRIES; k++) { /* a name that exists has been left by a killed process */
        (void)snprintf(out->temporary, size, "%.*s.supplynet-%ld-%d.tmp", directory,
                       out->target, (long)getpid(), k);
        out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (out->fd >= 0 || errno != EEXIST)
            break;
    }
    if (out->fd < 0) {
        const int reason = errno;

        forget_temporary(out); /* not ours: it must not be removed */
        return sn_fail(err, SN_EIO, "cannot create '%s': %s", out->name, strerror(reason));
    }
    return SN_OK;
}

/* Prepare to replace the regular file at path, or to create it when there is none. */
static sn_status open_replacement(sn_out *out, const char *path, const struct stat *old,
                                  sn_error *err)
{
    sn_status status = SN_OK;

    if (old == NULL) {
        out->target = strdup(path);
        SN_TRY_ALLOC(out->target, "a file name");
    } else if (access(path, W_OK) != 0 || /* renaming would not ask */
               (out->target = realpath(path, NULL)) == NULL) {
        return sn_fail(err, SN_EIO, "cannot write '%s': %s", path, strerror(errno));
    }
    SN_TRY(create_temporary(out, err));
    if (old != NULL && fchmod(out->fd, old->st_mode & 0777) != 0)
        fail(out, errno);
out:
    return status;
}

static sn_status open_path(sn_out *out, const char *path, sn_error *err)
{
    struct stat old;

    if (stat(path, &old) != 0)
        return errno == ENOENT && path[0] != '\0'
                   ? open_replacement(out, path, NULL, err)
                   : sn_fail(err, SN_EIO, "cannot write '%s': %s", path, strerror(errno));
    if (S_ISREG(old.st_mode))
        return open_replacement(out, path, &old, err);
    out->fd = open(path, O_WRONLY | O_CLOEXEC);
    if (out->fd < 0)
        return sn_fail(err, SN_EIO, "cannot write '%s': %s", path, strerror(errno));
    return SN_OK;
}

static sn_status new_sink(const char *name, sn_out **made, sn_error *err)
{
    sn_status status = SN_OK;
    sn_out *out = calloc(1, sizeof *out);

    SN_TRY_ALLOC(out, "an output buffer");
    out->fd = -1;
    out->size = FIRST_SIZE;
    out->text = malloc(out->size);
    SN_TRY_ALLOC(out->text, "an output buffer");
    out->name = strdup(name);
    SN_TRY_ALLOC(out->name, "a file name");
    *made = out;
    out = NULL;
out:
    sn_out_free(out);
    return status;
}

sn_status sn_out_open(const char *path, sn_out **opened, sn_error *err)
{
    sn_status status = SN_OK;
    sn_out *out = NULL;
    const bool standard =
        path == NULL || strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;

    SN_TRY(new_sink(standard ? "standard output" : path, &out, err));
    if (!standard) {
        SN_TRY(open_path(out, path, err));
    } else {
        out->fd = STDOUT_FILENO;
        out->is_standard = true;
        if (fflush(stdout) != 0) /* what stdio holds was printed before us */
            fail(out, errno);
    }
    *opened = out;
    out = NULL;
out:
    sn_out_free(out);
    return status;
}

sn_status sn_out_memory(sn_out **out, sn_error *err)
{
    return new_sink("memory", out, err);
}

void sn_out_write(sn_out *out, const void *bytes, size_t count)
{
    if (count == 0 || !reserve(out, count))
        return;
    memcpy(out->text + out->used, bytes, count);
    out->used += count;
}

void sn_out_puts(sn_out *out, const char *text)
{
    sn_out_write(out, text, strlen(text));
}

void sn_out_putc(sn_out *out, char byte)
{
    if (reserve(out, 1))
        out->text[out->used++] = byte;
}

void sn_out_fill(sn_out *out, const char *text, size_t times)
{
    for (size_t length = strlen(text); times > 0; times--)
        sn_out_write(out, text, length);
}

void sn_out_printf(sn_out *out, const char *fmt, ...)
{
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (length < 0)
        fail(out, errno);
    if (length <= 0 || !reserve(out, (size_t)length))
        return;
    va_start(args, fmt);
    (void)vsnprintf(out->text + out->used, (size_t)length + 1, fmt, args);
    va_end(args);
    out->used += (size_t)length;
}

void sn_out_flush(sn_out *out)
{
    assert(!out->closed);
    if (out->fd >= 0)
        drain(out);
}

bool sn_out_failed(const sn_out *out)
{
    return out->failure != 0;
}

bool sn_out_broken_pipe(const sn_out *out)
{
    return out->failure == EPIPE;
}

const char *sn_out_text(const sn_out *out, size_t *length)
{
    out->text[out->used] = '\0'; /* reserve left room for it */
    if (length != NULL)
        *length = out->used;
    return out->text;
}

/* Close the descriptor, which is where a network file system reports a full disk. */
static void close_descriptor(sn_out *out)
{
    if (out->fd >= 0 && !out->is_standard && close(out->fd) != 0 && errno != EINTR)
        fail(out, errno);
    out->fd = -1;
}

static void remove_temporary(sn_out *out)
{
    if (out->temporary != NULL)
        (void)unlink(out->temporary);
    forget_temporary(out);
}

sn_status sn_out_close(sn_out *out, sn_error *err)
{
    assert(!out->closed);
    if (out->fd >= 0) {
        drain(out);
        close_descriptor(out);
    }
    out->closed = true;
    if (out->temporary != NULL && out->failure == 0) {
        if (rename(out->temporary, out->target) != 0) {
            fail(out, errno);
        } else {
            forget_temporary(out);
        }
    }
    remove_temporary(out);
    if (out->failure == ENOMEM)
        return sn_nomem(err, "the output");
    if (out->failure != 0)
        return sn_fail(err, SN_EIO, "cannot write '%s': %s", out->name, strerror(out->failure));
    return SN_OK;
}

void sn_out_free(sn_out *out)
{
    if (out == NULL)
        return;
    close_descriptor(out);
    remove_temporary(out);
    free(out->target);
    free(out->name);
    free(out->text);
    free(out);
}
