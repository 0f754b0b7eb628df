/* host/worker/pack.h — what travels between a host and a worker, to bytes and back
 *
 * What the host sends is read by the worker, which trusts it. What the worker sends is read by the
 * host, which does not: lg_unpack_terms() takes any bytes.
 */
#ifndef LG_WORKER_PACK_H
#define LG_WORKER_PACK_H

#include "desk/mirror.h"
#include "worker/wire.h"

/** All that a worker knows of the run beside what it asks for: names and tree of the site, rules,
 * its rights, and its texts. */
typedef struct lg_home {
    lg_mem *mem;
    lg_arena arena;
    lg_site site;
    lg_rules rules;
    const char *name, *script;
    uint32_t index;
    uint64_t seed;
    bool trial, restarts;
    uint32_t *assets, *markets; /* commanded */
    uint32_t asset_count, market_count;
    uint32_t *part; /* of the assets, seen as its own; NULL: all */
    uint32_t part_count;
    const char **types; /* words of the drivers, by asset; NULL in it: none */
    const lg_script_param *params;
    lg_budget budget;
    lg_follow follow;
    lg_bundle *bundle;
    lg_trading_rules intraday; /* without areas: there is no such market */
    uint32_t *gridpools;       /* its own, by index */
    uint32_t gridpool_count;
} lg_home;

/** Writes an INIT record. */
void lg_pack_home(const lg_agent_input *input, const lg_bundle *bundle, lg_text *out);
/** Reads what it holds; lg_home_fini() in any case. @return LG_OK; LG_INVALID; LG_MEMORY */
lg_status lg_unpack_home(lg_mem *mem, const lg_wire_record *record, lg_home *home,
                         lg_err *err) LG_CHECKED;
void lg_home_fini(lg_home *home);

/** Writes a PARAMS record: what the scenario says of the assets that @p desk commands, now. */
void lg_pack_params(const lg_site *site, const lg_desk *desk, lg_text *out);
/** Reads one into the assets of @p home; what was there before stays readable. */
lg_status lg_unpack_params(lg_home *home, const lg_wire_record *record) LG_CHECKED;

/** Writes a HELD record; and lets the same be held at @p desk. @return LG_OK; LG_INVALID; LG_MEMORY
 */
void lg_pack_held(const lg_desk *desk, lg_text *out);
lg_status lg_unpack_held(lg_desk *desk, const lg_wire_record *record) LG_CHECKED;

/** Writes an EVENT record; and reads it. Texts lie in the record. */
void lg_pack_event(const lg_event *event, lg_text *out);
bool lg_unpack_event(const lg_wire_record *record, lg_event *event);

/** Writes a PINNED or POST record. */
void lg_pack_post(const lg_post *post, lg_wire_kind kind, lg_text *out);
/** Reads any bytes; what it refers to lies in the record. @return false: they are no post */
bool lg_unpack_post(const lg_wire_record *record, lg_post *post) LG_CHECKED;

/** Writes a TERMS record. */
void lg_pack_terms(const lg_terms *terms, lg_text *out);
/** Reads any bytes; lists and texts lie in @p arena. @return LG_OK; LG_INVALID; LG_MEMORY */
lg_status lg_unpack_terms(lg_arena *arena, const lg_wire_record *record,
                          lg_terms *terms) LG_CHECKED;

/** The most bytes that a batch of @p desk takes. */
size_t lg_pack_batch_max(const lg_desk *desk);

#endif
