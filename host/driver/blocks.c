/* Blocks hang from their device in a list, so nothing a plugin forgets outlives the device, and a
 * pointer that the device does not hold is never freed: it is looked for in the list. Lists are
 * short: a device of the shipped plugins holds one block.
 */
#include "driver/blocks.h"

void *lg__blocks_lend(lg_mem *mem, lg__block **held, uint64_t size, bool *exhausted)
{
    size_t total;
    if (__builtin_add_overflow(size, sizeof(lg__block), &total))
        return NULL;
    lg__block *block = lg_mem_zalloc(mem, 1, total);
    if (!block) {
        *exhausted = true;
        return NULL;
    }
    block->size = total;
    block->next = *held;
    *held = block;
    return block + 1;
}

bool lg__blocks_return(lg_mem *mem, lg__block **held, void *ptr)
{
    for (lg__block **link = held; *link; link = &(*link)->next) {
        lg__block *block = *link;
        if (block + 1 == ptr) {
            *link = block->next;
            lg_mem_free(mem, block, block->size);
            return true;
        }
    }
    return false;
}

void lg__blocks_take_back(lg_mem *mem, lg__block **held)
{
    while (*held) {
        lg__block *block = *held;
        *held = block->next;
        lg_mem_free(mem, block, block->size);
    }
}
