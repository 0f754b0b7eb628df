/* libFuzzer target: any bytes as a journal, and as the payload of each record. With the first byte
 * odd the rest is taken for records whose checks and seals are put right, so that what is behind
 * them is reached too. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/input.h"
#include "journal/inputs.h"
#include "journal/past.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Puts the seals of what looks like records right, in place. */
static void seal(uint8_t *bytes, size_t size)
{
    if (size < LG_JOURNAL_TOP)
        return;
    memcpy(bytes, LG_JOURNAL_MAGIC "\x01\0\0\0\0\0\0", LG_JOURNAL_TOP);
    uint64_t sum = lg_hash64(0, bytes, LG_JOURNAL_TOP);
    for (size_t at = LG_JOURNAL_TOP; at + LG_JOURNAL_HEAD + LG_JOURNAL_SEAL <= size;) {
        size_t room = size - at - LG_JOURNAL_HEAD - LG_JOURNAL_SEAL;
        uint32_t length = lg_pack_get32(bytes + at);
        if (length > room) {
            length = (uint32_t)(length % (room + 1));
            lg_pack_put32(bytes + at, length);
        }
        bytes[at + 5] = bytes[at + 6] = bytes[at + 7] = 0; /* kinds that there are */
        lg_pack_put32(bytes + at + 8, (uint32_t)lg_hash64(sum, bytes + at, 8));
        sum = lg_hash64(sum, bytes + at, LG_JOURNAL_HEAD + length);
        lg_pack_put64(bytes + at + LG_JOURNAL_HEAD + length, sum);
        at += LG_JOURNAL_HEAD + length + LG_JOURNAL_SEAL;
    }
}

/* What is read holds together, and can be handed on. */
static void look(lg_mem *mem, const lg_journal_past *past, size_t size)
{
    lg_inputs *inputs = lg_inputs_new(mem);
    LG_ASSERT(past->header.count > 0 && past->size + past->torn == size);
    for (uint32_t i = 0; i < past->input_count; i++)
        LG_ASSERT(lg_inputs_put(inputs, &past->inputs[i], true) == LG_OK);
    for (uint32_t i = 0; i < past->act_count; i++)
        LG_ASSERT(past->acts[i].slot <= past->slot_count);
    for (uint32_t i = 0; i < past->slot_count; i++)
        LG_ASSERT(past->slots[i].slot == i);
    LG_ASSERT(!past->ended || past->end.slots == past->slot_count);
    lg_inputs_free(inputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_failing_mem counted;
    lg_failing_mem_init(&counted);
    lg_journal_past past;
    lg_err err = {.status = LG_OK};
    uint8_t *copy = malloc(size + 1);
    LG_ASSERT(copy);
    size_t from = size > 0;
    memcpy(copy, bytes + from, size - from);
    if (size && bytes[0] % 2)
        seal(copy, size - from);
    FILE *file = lg_input_of_bytes(copy, size - from);
    LG_ASSERT(file);
    lg_status status = lg_journal_past_read_file(&counted.mem, file, "j", &past, &err);
    LG_ASSERT(status == LG_OK || (status == LG_STORE && err.text[0]));
    if (status == LG_OK)
        look(&counted.mem, &past, size - from);
    lg_journal_past_fini(&past);
    fclose(file);
    free(copy);
    LG_ASSERT(counted.live_bytes == 0);
    return 0;
}
