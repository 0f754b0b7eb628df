/* host/app/clients_bytes.h — a client's batch, read from an act; the rest is in app/clients.h */
#ifndef LG_APP_CLIENTS_BYTES_H
#define LG_APP_CLIENTS_BYTES_H

#include "app/clients.h"

/** What a batch says, on its way to the desk. */
typedef struct lg__clients_batch {
    lg_command *commands;
    lg_slot_value *values;
    uint32_t count, capacity, value_count, value_capacity;
} lg__clients_batch;

/** Reads it; values of its SET_* stand behind the @p before that the desk has.
 * lg__clients_drop_batch() in every case. @return LG_OK; LG_INVALID these are no commands;
 * LG_MEMORY */
lg_status lg__clients_read_batch(lg_mem *mem, const lg_outside *act, uint32_t before,
                                 lg__clients_batch *r) LG_CHECKED;
void lg__clients_drop_batch(lg_mem *mem, lg__clients_batch *r);

#endif
