/* host/app/ctl_link.h — the other end of a host's socket: finding it, asking, hearing answers */
#ifndef LG_APP_CTL_LINK_H
#define LG_APP_CTL_LINK_H

#include "base/text.h"
#include "base/status.h"

typedef struct lg_ctl_link {
    int socket;    /* -1: not open */
    lg_text heard; /* bytes that are not handed out yet */
    size_t taken;  /* of them: the line handed out last */
} lg_ctl_link;

/**
 * Connects to the host at socket @p path; without one to that of the run in folder @p out; without
 * either to the only one that listens below runs/.
 * @return LG_OK; LG_UNKNOWN nobody listens, or several do: err names them; LG_MEMORY
 */
lg_status lg_ctl_link_open(lg_mem *mem, const char *path, const char *out, lg_ctl_link *link,
                           lg_err *err) LG_CHECKED;
void lg_ctl_link_close(lg_ctl_link *link);

/** Sends a line. @return LG_OK; LG_IO the host is gone */
lg_status lg_ctl_link_say(lg_ctl_link *link, const lg_text *line, lg_err *err) LG_CHECKED;
/** The next line, without its end; valid until the next call. @return LG_OK; LG_IO the host is
 * gone; LG_MEMORY */
lg_status lg_ctl_link_hear(lg_ctl_link *link, const char **line, size_t *size,
                           lg_err *err) LG_CHECKED;

#endif
