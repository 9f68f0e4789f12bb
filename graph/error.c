/* error.c - one-line error messages. */
#include "graph/error.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

sn_status(sn_fail)(sn_error *err, sn_status status, const char *fmt, ...)
{
    va_list args;

    if (err == NULL || err->status != SN_OK)
        return status;
    err->status = status;
    va_start(args, fmt);
    (void)vsnprintf(err->message, sizeof err->message, fmt, args);
    va_end(args);
    for (char *c = err->message; *c != '\0'; c++) /* one line, whatever a stranger's file holds */
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return status;
}

sn_status(sn_nomem)(sn_error *err, const char *what)
{
    return sn_fail(err, SN_ENOMEM, "out of memory for %s", what);
}
