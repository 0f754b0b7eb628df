/* The first signal is a wish, the third in a row an order: the loop sees to that. */
#include "app/until.h"

#include <signal.h>
#include "app/cmd.h"
#include "app/plain.h"

static void heard(void *ctx, int number)
{
    (void)number;
    *(bool *)ctx = true;
}

lg_loop *lg_until_loop(lg_mem *mem, bool *ends, lg_err *err)
{
    lg_loop *loop = lg_loop_new(mem);
    *ends = false;
    if (loop && lg_loop_on_signal(loop, SIGINT, heard, ends) == LG_OK &&
        lg_loop_on_signal(loop, SIGTERM, heard, ends) == LG_OK)
        return loop;
    lg_loop_free(loop);
    (void)lg_fail(err, LG_MEMORY, "the event loop cannot be made");
    return NULL;
}

int lg_until_exit(lg_status status, const lg_err *err)
{
    if (status == LG_OK)
        return LG_EXIT_FINE;
    lg_plain_complain(err->text);
    return status == LG_INVALID ? LG_EXIT_USAGE : lg_cmd_exit_of(status);
}
