/* host/app/serve.h — a running host serves its page and its API (page/openapi.json)
 *
 * Answers are made between two ticks, of what the world shows to those who look on. What changes
 * the run goes the way of a control socket's request. So nothing here can change what a run
 * computes but an act that is kept with it.
 */
#ifndef LG_APP_SERVE_H
#define LG_APP_SERVE_H

#include "app/control.h"
#include "app/helm.h"
#include "web/server.h"

typedef struct lg_serve lg_serve;

/** Whom it shows; borrowed, must outlive it. */
typedef struct lg_serve_input {
    lg_loop *loop;
    lg_world *world;
    lg_helm *helm;
    lg_control *control;
    lg_notes *notes;
    const lg_scenario *scenario;
    const char *folder;      /* of the results */
    const char *address;     /* as lg_web_address_read() takes it */
    const lg_owners *owners; /* who may see and do what; NULL: who has the token may all */
} lg_serve_input;

/** Listens; before the first tick. @return LG_OK; LG_INVALID, LG_IO the address; LG_MEMORY; err has
 * a sentence. Whatever it returns, *out is to be freed, when it is not NULL. */
lg_status lg_serve_open(lg_mem *mem, const lg_serve_input *input, lg_err *err,
                        lg_serve **out) LG_CHECKED;
/** Appends what a browser opens, the token behind "#"; without it where each owner has one. */
void lg_serve_url(const lg_serve *serve, lg_text *out);
/** After each tick and each wait: tells those who watch what is new. @return LG_OK; LG_STORE */
lg_status lg_serve_look(lg_serve *serve, lg_err *err) LG_CHECKED;
/** The run is over and its results are written, or not; the page stays as it is. */
void lg_serve_over(lg_serve *serve);
/** Tells those who watch that it ends, and listens no more. NULL is fine. */
void lg_serve_close(lg_serve *serve);
/** After the last round of the loop. NULL is fine. */
void lg_serve_free(lg_serve *serve);

/** Opens @p url in the browser of who started the program, if there is one; it is waited for by
 * nobody. @return whether one was started */
bool lg_serve_browse(const char *url);

#endif
