/* host/app/control_parts.h — what the files control*.c share */
#ifndef LG_APP_CONTROL_PARTS_H
#define LG_APP_CONTROL_PARTS_H

#include "app/control.h"
#include "app/deals.h"
#include "app/recent.h"
#include "control/reply.h"
#include "loop/lines.h"

/** Agents in the answer to status: so many, the others are counted. */
#define LG_CONTROL_AGENTS_MAX 1000

/** Somebody whose answer comes later, or goes on coming. */
typedef struct lg_control_asker {
    uint32_t peer; /* 0: nobody */
    char id[LG_CONTROL_ID_MAX];
    const lg_owner *owner; /* NULL: of a run that has none */
} lg_control_asker;

/** The uploads of an owner in the minute that began then. */
typedef struct lg_control_uploads {
    int64_t begun_ns;
    uint32_t count;
} lg_control_uploads;

struct lg_control {
    lg_mem *mem;
    lg_control_input input;
    lg_lines *lines; /* NULL: no socket */
    lg_recent log;
    lg_control_asker followers[LG_LINES_PEERS_MAX];
    lg_control_asker stepper;
    uint64_t steps;                                                  /* that it has asked for */
    void (*heard)(void *ctx, const lg_note *note, const char *line); /* or NULL */
    void *ctx;
    lg_err fatal;                /* status LG_OK: none */
    lg_deals *deals;             /* NULL: the run has no owners */
    lg_control_uploads *uploads; /* one an owner */
    uint64_t wrong_tokens;       /* requests with none, or with one that is nobody's */
};

/** A request that is being answered. */
typedef struct lg_control_call {
    lg_control *control;
    uint32_t peer;
    const lg_request *request;
    const lg_owner *owner; /* who asks; NULL: the run has no owners */
    lg_text *out;          /* the answer; empty when it comes later */
} lg_control_call;

/** An argument of the request: LG_CONTROL_GIVEN(call, STEP_TICKS). */
#define LG_CONTROL_ARG_OF(call, name) (&(call)->request->values[LG_CONTROL_##name])

/** Answers with an error. */
void lg_control_refuse(lg_control_call *call, lg_control_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Answers with what came of an act from outside; what concerns the whole run ends it. */
void lg_control_failed(lg_control_call *call, lg_status status, const lg_err *err);
/** Answers whoever waits for steps that are done. */
void lg_control_answer_steps(lg_control *control);
/** The fields that say where the run is. */
void lg_control_place(const lg_control *control, lg_text *out);
/** The fields about the pace. */
void lg_control_pace(const lg_control *control, lg_text *out);
/** Sends a line to a peer that may be gone. */
void lg_control_send(lg_control *control, uint32_t peer, const lg_text *line);

/* control_rights.c: where the run has no owners, everybody may. */
/** Finds who asks. @return whether that one may ask this; else it was answered */
bool lg_control_admit(lg_control_call *call);
/** lg_control_owns() of who asks. @return false: it was answered with whose it is */
bool lg_control_may(lg_control_call *call, uint32_t seat);
/** The seat that is named, or the only one of who asks. @return false: it was answered */
bool lg_control_seat(lg_control_call *call, const lg_control_value *word, uint32_t *seat);

/** The fields that say whose a seat is and who trades for it (control_view.c). */
void lg_control_seat_state(const lg_control *control, uint32_t seat, lg_text *out);
/** The indicators that all share (control_stats.c). */
void lg_control_community(const lg_control *control, lg_text *out);

/* One function a command. */
void lg_control_do_status(lg_control_call *call);
void lg_control_do_pause(lg_control_call *call);
void lg_control_do_resume(lg_control_call *call);
void lg_control_do_step(lg_control_call *call);
void lg_control_do_stop(lg_control_call *call);
void lg_control_do_pace(lg_control_call *call);
void lg_control_do_set_fee(lg_control_call *call);
void lg_control_do_log(lg_control_call *call);
void lg_control_do_reload(lg_control_call *call);
void lg_control_do_eval(lg_control_call *call);
void lg_control_do_view(lg_control_call *call);
void lg_control_do_upload(lg_control_call *call);
void lg_control_do_leave(lg_control_call *call);
void lg_control_do_come_back(lg_control_call *call);
void lg_control_do_stats(lg_control_call *call);

#endif
