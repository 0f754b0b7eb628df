/* host/app/verify.h — the results of a run against those that come out when it is done again */
#ifndef LG_APP_VERIFY_H
#define LG_APP_VERIFY_H

#include "base/text.h"
#include "store/past.h"

/** What of the results is compared. */
typedef enum lg_verify_scope {
    LG_VERIFY_ALL,   /* every table: the run has come to an end */
    LG_VERIFY_SLOTS, /* what happened in whole slots: it was broken off */
    LG_VERIFY_SLOT,  /* what happened in one slot, where the runs part */
} lg_verify_scope;

/** The first row that differs, in the order of slots and ticks. */
typedef struct lg_verify_difference {
    bool found;
    bool placed; /* slot says where it happened; else it is of the whole run */
    int64_t slot;
    int64_t tick;  /* -1: the table does not say */
    lg_text words; /* "trades, trade 812: rate_uct is 21000000 in A and 22000000 in B" */
} lg_verify_difference;

/** Which results, and what to call them in words. */
typedef struct lg_verify_input {
    lg_past *kept, *made;
    lg_verify_scope scope;
    int64_t slot; /* of LG_VERIFY_SLOT; of LG_VERIFY_SLOTS: the first that is not compared */
    int64_t tick; /* of LG_VERIFY_SLOT: the last that was done; -1: the slot has closed */
} lg_verify_input;

/**
 * Looks for the first difference; versions of programs are none. lg_text_fini(&difference->words)
 * in every case.
 * @return LG_OK, also when one is found; LG_STORE; LG_MEMORY
 */
lg_status lg_verify_compare(lg_mem *mem, const lg_verify_input *input,
                            lg_verify_difference *difference, lg_err *err) LG_CHECKED;

#endif
