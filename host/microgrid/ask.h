/* host/microgrid/ask.h — a request to a microgrid as plain data, and what comes of it */
#ifndef LG_MICROGRID_ASK_H
#define LG_MICROGRID_ASK_H

#include "lunagrid/microgrid.h"

typedef enum lg_micro_ask_kind {
    LG_MICRO_ASK_POWER = 1,
    LG_MICRO_ASK_AUGMENT = 2,
    LG_MICRO_ASK_CLEAR = 3,
    LG_MICRO_ASK_ACT = 4,   /* start, standby, stop, acknowledge */
    LG_MICRO_ASK_FAULT = 5, /* its simulated device shows a fault */
} lg_micro_ask_kind;

/** Fields not named for a kind are 0. Texts and ranges are borrowed. */
typedef struct lg_micro_ask {
    uint32_t kind;
    uint32_t microgrid; /* number in the scenario, from 0 on */
    uint64_t id;        /* of a component */
    uint32_t what;      /* POWER: LG_MICROGRID_ACTIVE, ...; AUGMENT, CLEAR: metric; ACT:
                           LG_MICROGRID_START, ...; FAULT: LG_DEVICE_FAULT_... */
    uint32_t range_count;
    double power;                     /* POWER: W or VAr */
    uint64_t lifetime_s;              /* POWER, AUGMENT; 0: default. FAULT; 0: without end */
    const lg_microgrid_range *ranges; /* AUGMENT */
    const char *token;                /* AUGMENT: NULL: none; CLEAR */
    const char *who;                  /* names the asker; "" */
} lg_micro_ask;

/** What came of it. */
typedef struct lg_micro_done {
    uint32_t why; /* lg_microgrid_why */
    uint32_t reserved;
    int64_t until_ms; /* LG_MICROGRID_NO_TIME: it does not end */
    uint64_t command; /* of POWER: its number; else 0 */
} lg_micro_done;

/** The answer as plugins and scripts see it. */
lg_microgrid_answer lg_micro_answer(const lg_micro_done *done);

#endif
