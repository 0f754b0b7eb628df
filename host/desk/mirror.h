/* host/desk/mirror.h — a desk that stands in another process than its market
 *
 * Commands are put into a desk there, carried over, and appended to the desk here, which looks at
 * them as at those of anybody; answers go the other way. Both have the same batch then, down to the
 * places of what commands refer to.
 */
#ifndef LG_DESK_MIRROR_H
#define LG_DESK_MIRROR_H

#include "desk/desk.h"

/** A part of a batch. Numbers of values and terms in commands count from the start of the batch. */
typedef struct lg_desk_part {
    const lg_command *commands;
    const lg_slot_value *values;
    const lg_terms *terms;
    const lg_post *const *posts;
    const lg_trading_ask *asks; /* of the intraday market */
    lg_desk_mark count;
} lg_desk_part;

/** What the pending batch has behind @p mark, which is how much was carried over before; valid
 * until it changes. */
lg_desk_part lg_desk_part_behind(const lg_desk *desk, const lg_desk_mark *mark);

/**
 * Appends what was carried over; copied. Nothing of @p part is trusted.
 * @return LG_OK; LG_INVALID it says what no command may; LG_LIMIT the batch is full; LG_MEMORY.
 * Unless LG_OK no command was added.
 */
lg_status lg_desk_append(lg_desk *desk, const lg_desk_part *part) LG_CHECKED;

/**
 * The pending batch becomes @p part, which is trusted: what another desk holds that stands for the
 * same participant. Copied. @return LG_OK; LG_LIMIT; LG_MEMORY
 */
lg_status lg_desk_take(lg_desk *desk, const lg_desk_part *part) LG_CHECKED;

/**
 * The pending batch was applied elsewhere: it becomes the one applied last, with these answers, one
 * a command; NULL: nobody will ask for them.
 * @return LG_OK; LG_INVALID as many answers are not due; LG_MEMORY
 */
lg_status lg_desk_applied(lg_desk *desk, const lg_answer *answers, uint32_t count) LG_CHECKED;

/** What came of the requests of that batch to the intraday market, one a request; after
 * lg_desk_applied(). @return LG_OK; LG_INVALID as many are not due */
lg_status lg_desk_answered(lg_desk *desk, const lg_trading_done *dones, uint32_t count) LG_CHECKED;

#endif
