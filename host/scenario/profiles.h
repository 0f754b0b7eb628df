/* host/scenario/profiles.h — CSV files of a scenario, each read once */
#ifndef LG_SCENARIO_PROFILES_H
#define LG_SCENARIO_PROFILES_H

#include "scenario/csv.h"
#include "scenario/reader.h"

/** The file a scenario names, read at the first call; NULL after a problem that has been reported.
 */
const lg__csv *lg__profiles_csv(lg__reader *reader, const char *file);
/** Gives the files back. */
void lg__profiles_fini(lg__reader *reader);

/** Gives @p profile (NULL: exhausted) to the scenario, or drops it for an equal one it has. NULL:
 * exhausted. */
const lg_profile *lg__profile_take(lg__reader *reader, lg_profile *profile);
/** Whether @p value is finite and in the range of @p row. */
bool lg__profile_fits(const lg_option *row, double value);
/** Reports that it is not. */
void lg__profile_misfit(lg__reader *reader, const lg_conf *at, const char *label,
                        const lg_option *row, double value);

/**
 * A series (no constant, no repeating day) is checked against the run later, when start and length
 * are known; @p source names it then. @return false: exhausted
 */
bool lg__profile_remember(lg__reader *reader, const lg_profile *profile, const char *label,
                          const lg_option *row, const lg_conf *at, const char *source);

/* The forms of a profile; NULL after a problem. */
const lg_profile *lg__profile_list(lg__reader *reader, const char *label, const lg_option *row,
                                   const lg_conf *list);
const lg_profile *lg__profile_day(lg__reader *reader, const char *label, const lg_option *row,
                                  const lg_conf *day);
const lg_profile *lg__profile_series(lg__reader *reader, const char *label, const lg_option *row,
                                     const lg_conf *series);
const lg_profile *lg__profile_column(lg__reader *reader, const char *label, const lg_option *row,
                                     lg_conf *csv);

#endif
