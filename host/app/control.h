/* host/app/control.h — a running host listens: requests at a Unix socket, answered between ticks
 *
 * The protocol is described in control/control.def. What a request changes in the run it changes by
 * lg_world_act() or through the helm; nothing that a client sends ends the host.
 */
#ifndef LG_APP_CONTROL_H
#define LG_APP_CONTROL_H

#include "app/helm.h"
#include "app/owners.h"
#include "app/reload.h"
#include "app/world.h"
#include "loop/loop.h"

typedef struct lg_control lg_control;

/** Whom it acts upon; borrowed, must outlive it. */
typedef struct lg_control_input {
    lg_loop *loop;
    lg_world *world; /* NULL: lg_control_attach() brings it */
    lg_helm *helm;
    lg_notes *notes; /* heard from now on */
    const lg_scenario *scenario;
    const char *folder;      /* of the results */
    const char *path;        /* of the socket; NULL: none, only lg_control_ask() */
    const lg_owners *owners; /* NULL: whoever can open the socket may do everything */
} lg_control_input;

/** Listens at input->path. @return LG_OK; LG_IO err names the path; LG_MEMORY */
lg_status lg_control_open(lg_mem *mem, const lg_control_input *input, lg_err *err,
                          lg_control **out) LG_CHECKED;
/** Listens at @p path, when it was opened without one: before the loop's first round. @return as
 * lg_control_open(); it stays open as it was */
lg_status lg_control_reach(lg_control *control, const char *path, lg_err *err) LG_CHECKED;
/** The world that is asked and changed, before its first tick and the loop's first round. @return
 * LG_OK; LG_MEMORY */
lg_status lg_control_attach(lg_control *control, lg_world *world, lg_err *err) LG_CHECKED;
/**
 * After each tick and each wait: answers what has come true.
 * @return LG_OK; else the run cannot go on: an act from outside could not be kept, err says why
 */
lg_status lg_control_look(lg_control *control, lg_err *err) LG_CHECKED;
/**
 * Asks as a client at the socket would, by somebody in this process: @p text is a request of @p
 * size bytes with a NUL behind them, its answer is appended to @p out without an end of line. A
 * step is answered at once, with the place before it, and the log is not followed. @p owner: who
 * asks; NULL where the run has no owners.
 */
void lg_control_ask(lg_control *control, const lg_owner *owner, const char *text, size_t size,
                    lg_text *out);
/**
 * Puts @p texts to work for a seat of @p owner as its upload does, or with @p only_try tries them
 * out without a trace. Both count as uploads, which are limited. @return as lg_reload_upload();
 * LG_LIMIT not so many, or not so much
 */
lg_status lg_control_upload(lg_control *control, const lg_owner *owner, uint32_t seat,
                            lg_bundle *texts, bool only_try, lg_reload_result *result,
                            lg_err *err) LG_CHECKED;

/* Who may see what (control_rights.c). NULL, where a run has no owners, and its organiser may all.
 */
/** Whether @p seat is @p owner's. */
bool lg_control_owns(const lg_control *control, const lg_owner *owner, uint32_t seat);
/** Whether asset @p asset is commanded by a seat of @p owner. */
bool lg_control_owns_asset(const lg_control *control, const lg_owner *owner, uint32_t asset);
/** Whether all below @p area is commanded by @p owner: then its bill is theirs to see. */
bool lg_control_owns_area(const lg_control *control, const lg_owner *owner, uint32_t area);
/** Whether the statistics of the market @p area are for @p owner, who manages it. */
bool lg_control_manages(const lg_control *control, const lg_owner *owner, uint32_t area);
/** The same, or an asset of @p owner trades in it or through it: what its scripts may ask for. */
bool lg_control_sees(const lg_control *control, const lg_owner *owner, uint32_t area);
/** Whether what @p who, an agent or a device, has said is for @p owner. */
bool lg_control_hears(const lg_control *control, const lg_owner *owner, const char *who);
/** Who sets the fees of @p area: a seat; LG_NONE: nobody does. */
uint32_t lg_control_manager(const lg_control *control, uint32_t area);

/** Appends the last @p count lines of the log that are for @p owner as a list of JSON objects. */
void lg_control_log(const lg_control *control, const lg_owner *owner, uint32_t count, lg_text *out);
/** Appends the fields that say where the run is, and at what pace. */
void lg_control_state(const lg_control *control, lg_text *out);
/** @p heard is told each line of the log, also as JSON, as it is said. */
void lg_control_listen(lg_control *control,
                       void (*heard)(void *ctx, const lg_note *note, const char *line), void *ctx);
/** Answers what is open, and closes. NULL is fine. */
void lg_control_close(lg_control *control);

#endif
