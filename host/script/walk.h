/* host/script/walk.h — the words of a script, walked with what is known of their blocks and names
 */
#ifndef LG_SCRIPT_WALK_H
#define LG_SCRIPT_WALK_H

#include "script/scan.h"
#include "script/state.h"

enum { NAME_MAX_SHOWN = 64 };

/** What a name stands for, where that is plain. */
typedef enum lg__meaning {
    MEANS_ANYTHING,
    MEANS_GRID,
    MEANS_BATCH,
    MEANS_BOARD,
    MEANS_INFO,
    MEANS_ASSET,
    MEANS_MARKET,
    MEANS_LIBRARY, /* + 0 .. 6: string, table, math, coroutine, trading, coord, microgrid */
    MEANS_TRADING = MEANS_LIBRARY + 4,
    MEANS_RECORD = MEANS_LIBRARY + 7, /* MEANS_RECORD + lg__record_kind */
} lg__meaning;

typedef struct lg__local {
    const lg__token *name;
    lg__meaning means;
} lg__local;

typedef enum lg__block_kind { BLOCK_PLAIN, BLOCK_FUNCTION, BLOCK_FOR_HEAD } lg__block_kind;

typedef struct lg__block {
    lg__block_kind kind;
    uint32_t first_local;
} lg__block;

typedef struct lg__walk {
    lg_mem *mem;
    const char *file;
    lg_diag *diag;
    const lg__token *tokens;
    uint32_t count;
    lg__local *locals;
    uint32_t local_count, local_capacity;
    lg__block *blocks;
    uint32_t block_count, block_capacity;
    const lg__token **globals; /* made at top level */
    uint32_t global_count, global_capacity;
    char *brackets;
    uint32_t bracket_count, bracket_capacity;
    int functions; /* how many the walk is inside of */
    bool report;   /* second walk */
    bool failed;   /* no memory */
} lg__walk;

/** Walks over all tokens; @p report: tell what is wrong, else only collect the globals that are
 * made. */
void lg__walk_run(lg__walk *walk, bool report);

/** Tells what is wrong with a text: for Lua, or else with its words (check.c). @return LG_OK;
 * LG_SCRIPT there were errors; LG_MEMORY */
lg_status lg__check_text(lg_mem *mem, const char *file, const char *text, size_t size,
                         lg_diag *diag) LG_CHECKED;

/* words.c */
/** The token as a C string, cut to NAME_MAX_SHOWN. */
const char *lg__words_text(const lg__token *token, char out[NAME_MAX_SHOWN + 1]);
/** Whether two tokens are the same word. */
bool lg__words_same(const lg__token *a, const lg__token *b);
/** Whether token i is exactly this word or sign. */
bool lg__words_is(const lg__walk *c, uint32_t i, const char *text);
/** Whether token i is a name. */
bool lg__words_is_name(const lg__walk *c, uint32_t i);
/** Makes a local of the innermost block. */
void lg__words_declare(lg__walk *c, const lg__token *name, lg__meaning means);
/** The local that a name is; NULL: a global. */
const lg__local *lg__words_resolve(const lg__walk *c, const lg__token *name);
/** What the name at token i stands for. */
lg__meaning lg__words_means(const lg__walk *c, uint32_t i);
/** Reports an error at a token, in the second walk. */
void lg__words_problem(lg__walk *c, const lg__token *at, const char *sentence);
/** Warns about a power at token i that the C library computes. */
void lg__words_power(lg__walk *c, uint32_t i);
/** A name that begins like a callback must be one. */
void lg__words_callback(lg__walk *c, const lg__token *token);
/** A key of a table, or a field that is assigned: a callback, or a metamethod that is refused? */
void lg__words_key(lg__walk *c, const lg__token *token);
/** A global is assigned: fine at top level only. */
void lg__words_make_global(lg__walk *c, const lg__token *token);
/** A global is read: it must be known or made. */
void lg__words_read_global(lg__walk *c, const lg__token *token);
/** Checks .a.b:c behind the name at i, as far as it is known what they are. */
void lg__words_fields(lg__walk *c, uint32_t i, lg__meaning means);
/** What the expression that begins at i means, as far as one can see. */
lg__meaning lg__words_meaning(const lg__walk *c, uint32_t i);

/* words_call.c */
/** Checks the keys of trading.name{...} behind the name at i. */
void lg__words_call_keys(lg__walk *c, uint32_t i);

#endif
