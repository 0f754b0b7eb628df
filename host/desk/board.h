/* host/desk/board.h — what participants pin up for one another: short messages and forecasts
 *
 * A post is handed in at a desk and is pinned up when the next tick begins, those of one desk after
 * those of the one before it. Until then nobody can read it, so it does not matter who was called
 * first. Of each author the newest posts stay.
 */
#ifndef LG_DESK_BOARD_H
#define LG_DESK_BOARD_H

#include "base/mem.h"
#include "base/status.h"
#include "grid/site.h"

/** Bytes of a topic and of a text, and how many numbers a post may have. */
#define LG_BOARD_TOPIC_MAX   40
#define LG_BOARD_TEXT_MAX    500
#define LG_BOARD_NUMBERS_MAX 96
/** Posts of one desk from one tick to the next. */
#define LG_BOARD_POSTS_PER_TICK 8
/** Most posts of an author that may stay. */
#define LG_BOARD_POSTS_MAX 64

/** One post; plain data but for its texts and numbers. */
typedef struct lg_post {
    uint32_t author, to; /* numbers of agents; to: LG_NONE: everybody */
    uint32_t slot, tick; /* when it was handed in */
    uint64_t number;     /* rising from 1 over the whole run; 0: it is not pinned up yet */
    const char *topic;   /* 1 to LG_BOARD_TOPIC_MAX bytes; "" of one that is not for the reader */
    const char *text;    /* NULL: it has numbers */
    const double *numbers;
    uint32_t number_count;
} lg_post;

typedef struct lg_board lg_board;

/** A board for @p authors agents of which @p kept posts each stay, 1 to LG_BOARD_POSTS_MAX. NULL
 * when exhausted. */
lg_board *lg_board_new(lg_mem *mem, uint32_t authors, uint32_t kept);
/** NULL is fine. */
void lg_board_free(lg_board *board);

/** Whether a post is what it must be: bounds, finite numbers, an agent below @p authors. */
bool lg_post_is_valid(const lg_post *post, uint32_t authors);
/** A copy with all that it refers to, in one piece of @p mem; NULL when exhausted. */
lg_post *lg_post_copy(lg_mem *mem, const lg_post *post);
/** Gives it back. */
void lg_post_free(lg_mem *mem, lg_post *post);

/** Pins up a copy of @p post; the oldest of its author goes when there are too many. Its number,
 * when it is 0, becomes the next one. @return LG_OK; LG_MEMORY */
lg_status lg_board_pin(lg_board *board, const lg_post *post) LG_CHECKED;

/** The number of the newest post; 0: there was none. */
uint64_t lg_board_newest(const lg_board *board);
/** How many agents there are to write. */
uint32_t lg_board_authors(const lg_board *board);
/** How many posts of @p author are there; and the one at @p index, 0 is the oldest: borrowed until
 * another is pinned up. */
uint32_t lg_board_count(const lg_board *board, uint32_t author);
const lg_post *lg_board_at(const lg_board *board, uint32_t author, uint32_t index);
/** Whether agent @p reader may read it: it is its own, or for everybody, or for it. */
bool lg_post_is_for(const lg_post *post, uint32_t reader);

#endif
