/* host/app/args.h — the words of a command line, read by a table of flags */
#ifndef LG_APP_ARGS_H
#define LG_APP_ARGS_H

#include "base/mem.h"
#include "base/status.h"
#include "scenario/scenario.h"

/** Words that are no options; no command takes more. */
#define LG_OPERANDS_MAX 4

/** KEY=VALUE pairs of an option that may be repeated, in the order of the command line. */
typedef struct lg_pairs {
    lg_setting *items;
    uint32_t count, capacity;
} lg_pairs;

/** Everything a command line can say; what is absent is 0, except slots and days: -1. */
typedef struct lg_args {
    lg_mem *mem;
    const char *operands[LG_OPERANDS_MAX];
    uint32_t operand_count;
    lg_pairs settings, agents;
    int64_t slots;
    double days;
    uint64_t seed;
    bool has_seed;
    int64_t lines;      /* 0: not said */
    int64_t patience_s; /* likewise */
    int64_t limit_s;    /* likewise */
    const char *out, *gsy_settings, *carbon_file, *layout, *run;
    const char *seats, *root, *salt;
    const char *token, *tokens, *group;
    const char *serve; /* "": at the usual address */
    const char *pace, *control, *from, *to, *at, *seat, *isolation;
    const char *gateway, *await;
    const char *nats, *name;
    const char *store;
    bool csv, json, quiet, help, paused, follow, watch, no_watch, new_tokens, as_judge;
    bool print_jobs, drain;
} lg_args;

/** What follows an option, and how it is read. */
typedef enum lg_flag_kind {
    LG_FLAG_SWITCH, /* nothing; sets a bool */
    LG_FLAG_TEXT,   /* a text, not empty; const char * */
    LG_FLAG_MAYBE,  /* a text behind "=", or nothing, which reads as ""; const char * */
    LG_FLAG_COUNT,  /* a whole number from 1 to 10,000,000; int64_t */
    LG_FLAG_DAYS,   /* a number above 0, up to 36600; double */
    LG_FLAG_SEED, /* a whole number from 0 to 2^53 - 1, as a scenario may hold; sets seed, has_seed
                   */
    LG_FLAG_PAIR, /* KEY=VALUE, may be repeated; lg_pairs */
} lg_flag_kind;

/** One option of a command. */
typedef struct lg_flag {
    const char *name; /* without the dashes */
    char letter;      /* short form, or 0 */
    lg_flag_kind kind;
    size_t offset;     /* of the field in lg_args */
    bool once;         /* says nothing of what is computed: a run that is done again is not told */
    const char *value; /* how help calls what follows, "N"; NULL for a switch */
    const char *help;
} lg_flag;

/**
 * Reads @p argc words. `--name value` and `--name=value` are the same, `--` ends the options. Pairs
 * are split in place, so @p argv must be writable, and @p args borrows from it.
 *
 * @return LG_OK; LG_INVALID (err says which word and what was expected); LG_MEMORY. In every case
 *         lg_args_fini() takes back what was read.
 */
lg_status lg_args_read(lg_mem *mem, const lg_flag *flags, uint32_t flag_count, int argc,
                       char **argv, lg_args *args, lg_err *err) LG_CHECKED;
void lg_args_fini(lg_args *args);

/** Tells the words that lg_args_read() would read the same options from, those of `once` left out;
 * each lives for the call only. @return false: memory is exhausted */
bool lg_args_tell(const lg_args *args, const lg_flag *flags, uint32_t flag_count,
                  void (*tell)(void *ctx, const char *word), void *ctx) LG_CHECKED;

#endif
