/* host/app/report.h — what a run prints at its end */
#ifndef LG_APP_REPORT_H
#define LG_APP_REPORT_H

#include "app/course.h"
#include "app/pace.h"
#include "app/schedule.h"

/** Rows of homes that are printed; the others are in the bills. */
#define LG_REPORT_ROWS_MAX 40

/** What is reported; everything is borrowed. */
typedef struct lg_report {
    const lg_scenario *scenario;
    const lg_members *members;
    const lg_member_result *results;
    const lg_market *market;
    const lg_trading *intraday; /* NULL: the scenario has no such market */
    const lg_course *course;
    const char *folder;
    bool csv;
    lg_digest digest;
    double seconds; /* of wall time */
    lg_pace pace;   /* that the run kept at its end */
    uint32_t slots_done;
    uint64_t faults; /* callbacks that failed */
    lg_run_devices devices;
    lg_run_given_up given_up;
    const lg_run_refused *refused;
    uint32_t refused_count;
    const lg_schedule *schedule;
} lg_report;

/** Appends the report. */
void lg_report_write(const lg_report *report, bool colours, lg_mem *mem, lg_text *out);
/** Prints it on stdout, with colours where they are wanted. @return whether all of it was written
 */
bool lg_report_print(lg_mem *mem, const lg_report *report);
/** Prints <folder>/summary.json on stdout. @return whether all of it was written; says why not on
 * stderr */
bool lg_report_json(const char *folder);

/** Appends the part about the intraday market (report_intraday.c); nothing when there is none. */
void lg_report_intraday(const lg_report *report, bool colours, lg_mem *mem, lg_text *out);

#endif
