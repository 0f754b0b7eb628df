/* host/driver/blocks.h — memory lent to devices, in a list that hangs from each */
#ifndef LG_DRIVER_BLOCKS_H
#define LG_DRIVER_BLOCKS_H

#include <stdbool.h>
#include "base/mem.h"

/** A block lent to a device; the bytes it sees follow. */
typedef struct lg__block {
    struct lg__block *next;
    size_t size; /* of all, this head included */
} lg__block;

/** Lends @p size cleared bytes; NULL when exhausted, which *exhausted then says, or when so many
 * never are. */
void *lg__blocks_lend(lg_mem *mem, lg__block **held, uint64_t size, bool *exhausted);
/** Takes one back; @return false: it is none of these. */
bool lg__blocks_return(lg_mem *mem, lg__block **held, void *ptr);
/** Takes back all. */
void lg__blocks_take_back(lg_mem *mem, lg__block **held);

#endif
