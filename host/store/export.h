/* host/store/export.h — the results of a finished run as files for other programs */
#ifndef LG_STORE_EXPORT_H
#define LG_STORE_EXPORT_H

#include "base/mem.h"
#include "base/status.h"

typedef enum lg_export_layout {
    LG_EXPORT_CSV,  /* NAME.csv for every view NAME_view of the database */
    LG_EXPORT_JSON, /* NAME.json for the same: a list of objects */
    LG_EXPORT_GSY,  /* the folders and files of the gsy-e exchange; README.md in this folder */
} lg_export_layout;

typedef struct lg_export_input {
    const char *database; /* a run.sqlite */
    const char *folder;   /* where the files go: made when absent, refused when not empty */
    lg_export_layout layout;
    /** Hears what the run did not keep, so that files lack something. May be NULL. */
    void (*note)(void *ctx, const char *sentence);
    void *ctx;
} lg_export_input;

/**
 * Reads a run and writes its results; the run itself stays as it is. A file carries ".part" behind
 * its name until it is whole.
 * @return LG_OK; LG_STORE the database cannot be read, is no result of lunagrid or one of another
 * version, the folder is not empty, or a file cannot be written (err names it and says why);
 * LG_MEMORY. Unless LG_OK files written so far are left.
 */
lg_status lg_export(lg_mem *mem, const lg_export_input *input, lg_err *err) LG_CHECKED;

#endif
