/* host/journal/format.h — the layout of run.journal; README.md in this folder explains it */
#ifndef LG_JOURNAL_FORMAT_H
#define LG_JOURNAL_FORMAT_H

#include <stdint.h>

/** The file in the folder of the results. */
#define LG_JOURNAL_NAME "run.journal"

/** What every journal begins with: 8 bytes, then the format (32 bits) and 32 bits of zero. */
#define LG_JOURNAL_MAGIC  "lunajrnl"
#define LG_JOURNAL_FORMAT 1

enum {
    LG_JOURNAL_TOP = 16,                    /* bytes before the first record */
    LG_JOURNAL_HEAD = 12,                   /* length, kind, check */
    LG_JOURNAL_SEAL = 8,                    /* behind the payload */
    LG_JOURNAL_PAYLOAD_MAX = 128 * 1048576, /* bytes of one record */
};

/** What a record is. Numbers are part of the format: they are never used again. */
typedef enum lg_journal_kind {
    LG_JOURNAL_END_OF_FILE = 0, /* never in a file: what a reader says behind the last record */
    LG_JOURNAL_HEADER = 1,      /* words: of the program, the machine and the command line */
    LG_JOURNAL_PLUGIN = 2,      /* words: a plugin that was loaded */
    LG_JOURNAL_INPUT = 3,       /* a file that was read */
    LG_JOURNAL_ACT = 4,         /* something from outside, before it acts */
    LG_JOURNAL_SLOT = 5,        /* a slot has closed */
    LG_JOURNAL_END = 6,         /* the run has ended; more follows when it was resumed */
    LG_JOURNAL_RESUMED = 7,     /* words: the program that went on */
    LG_JOURNAL_FORK = 8,        /* right behind the header: from which slot it is another run */
    LG_JOURNAL_PARTED = 9,      /* empty: the fork has become another run, all its acts are there */
    LG_JOURNAL_BEGUN = 10,      /* empty: all that the run was built up from is before it */
} lg_journal_kind;

#endif
