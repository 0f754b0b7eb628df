/* host/trading/ask.h — a request as plain data, so that it can wait, be kept, and be done */
#ifndef LG_TRADING_ASK_H
#define LG_TRADING_ASK_H

#include "base/hash.h"
#include "base/text.h"
#include "trading/trading.h"

typedef enum lg_ask_kind {
    LG_ASK_CREATE = 1,
    LG_ASK_UPDATE = 2,
    LG_ASK_CANCEL = 3,
    LG_ASK_CANCEL_ALL = 4,
} lg_ask_kind;

typedef struct lg_trading_ask {
    uint32_t kind;          /* lg_ask_kind */
    uint32_t gridpool;      /* index */
    uint64_t order;         /* UPDATE, CANCEL */
    uint32_t set;           /* UPDATE */
    lg_trading_terms terms; /* CREATE, UPDATE */
} lg_trading_ask;

/** What came of it. */
typedef struct lg_trading_done {
    lg_trading_why why;
    uint32_t count;    /* CANCEL_ALL: how many orders went */
    uint64_t order;    /* CREATE: its number */
    uint32_t gridpool; /* of the request */
    uint32_t reserved;
} lg_trading_done;

/** Does it. */
lg_trading_done lg_trading_do(lg_trading *market, const lg_trading_ask *ask);
/**
 * Appends the sentence of a refusal with its numbers: what was asked, the bounds and the step.
 * @p area: of the order that the request is about, by index; UINT32_MAX: not known
 */
void lg_trading_refusal(const lg_trading_rules *rules, const lg_trading_ask *ask, uint32_t area,
                        lg_trading_why why, lg_text *out);
/** Copies the texts of @p ask to @p arena. @return false: exhausted */
bool lg_trading_ask_keep(lg_trading_ask *ask, lg_arena *arena);
/** Adds the request and what came of it to the digest of a run. */
void lg_trading_chain(lg_chain *chain, const lg_trading_ask *ask, const lg_trading_done *done);

#endif
