/* bridge.c - the only file that touches igraph's and GSL's global error handlers. */
#include "graph/bridge.h"

#include <gsl/gsl_errno.h>
#include <igraph.h>
#include <stdio.h>

/* igraph calls the handler once per stack frame while an error travels up; only the first call
 * carries the text.  A plain static is enough: Debian's igraph is built without thread-local
 * storage (IGRAPH_THREAD_SAFE is 0), so igraph is called from one thread only. */
static char first_reason[200];

static void on_igraph_error(const char *reason, const char *file, int line, igraph_error_t code)
{
    (void)file, (void)line, (void)code;
    if (first_reason[0] == '\0' && reason[0] != '\0')
        (void)snprintf(first_reason, sizeof first_reason, "%s", reason);
    IGRAPH_FINALLY_FREE(); /* igraph's own temporaries; ours are never on that stack */
}

static void on_igraph_warning(const char *reason, const char *file, int line)
{
    (void)reason, (void)file, (void)line;
}

void sn_bridge_setup(void)
{
    igraph_set_error_handler(on_igraph_error);
    igraph_set_warning_handler(on_igraph_warning);
    gsl_set_error_handler_off();
}

sn_status sn_from_igraph(int code, sn_error *err)
{
    if (code == IGRAPH_SUCCESS)
        return SN_OK;
    const sn_status status = code == IGRAPH_ENOMEM     ? SN_ENOMEM
                             : code == IGRAPH_DIVERGED ? SN_ENUMERIC
                                                       : SN_EINTERNAL;
    (void)sn_fail(err, status, "%sigraph: %s", status == SN_ENOMEM ? "out of memory in " : "",
                  first_reason[0] != '\0' ? first_reason : "error without a reason");
    first_reason[0] = '\0';
    return status;
}

sn_status sn_from_gsl(int code, sn_error *err)
{
    if (code == GSL_SUCCESS)
        return SN_OK;
    const sn_status status = code == GSL_ENOMEM                          ? SN_ENOMEM
                             : code == GSL_EINVAL || code == GSL_EBADLEN ? SN_EINTERNAL
                                                                         : SN_ENUMERIC;
    return sn_fail(err, status, "gsl: %s", gsl_strerror(code));
}
