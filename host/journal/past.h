/* host/journal/past.h — a whole journal, read to do its run again */
#ifndef LG_JOURNAL_PAST_H
#define LG_JOURNAL_PAST_H

#include "journal/reader.h"
#include "journal/records.h"

/** What a journal says; everything lives in its arena. Slots are those of the index. */
typedef struct lg_journal_past {
    lg_mem *mem;
    lg_arena arena;
    char *file; /* its path */
    lg_journal_words header;
    lg_journal_words *plugins;
    lg_journal_input *inputs;
    lg_journal_act *acts; /* in the order they came */
    lg_journal_slot *slots;
    uint32_t plugin_count, plugin_capacity, input_count, input_capacity, act_count, act_capacity,
        slot_count, slot_capacity;
    lg_journal_end end;   /* the last one */
    bool ended;           /* there is one, and nothing behind it */
    lg_journal_fork fork; /* run NULL: it is none */
    bool parted;          /* the fork has become another run */
    bool begun;           /* all that the run was built up from is there */
    uint32_t resumed;     /* how often the run went on after it had broken off */
    uint64_t size;        /* bytes of whole records; where to go on */
    uint64_t seal;        /* of the last one */
    uint64_t torn;        /* bytes behind it, of a record that was not finished */
} lg_journal_past;

/**
 * Reads folder/run.journal. Records of kinds that are not known yet are skipped.
 * @return LG_OK; LG_STORE there is none, it is damaged or does not hold together (err says where);
 * LG_MEMORY. lg_journal_past_fini() in every case.
 */
lg_status lg_journal_past_read(lg_mem *mem, const char *folder, lg_journal_past *past,
                               lg_err *err) LG_CHECKED;
/** The same from an open file called @p name. */
lg_status lg_journal_past_read_file(lg_mem *mem, FILE *file, const char *name,
                                    lg_journal_past *past, lg_err *err) LG_CHECKED;
void lg_journal_past_fini(lg_journal_past *past);

#endif
