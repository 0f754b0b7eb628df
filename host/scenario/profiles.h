/* host/scenario/profiles.h — CSV files of a scenario, each read once */
#ifndef LG_SCENARIO_PROFILES_H
#define LG_SCENARIO_PROFILES_H

#include "scenario/csv.h"
#include "scenario/reader.h"

/** The file a scenario names, read at the first call; NULL after a problem that has been reported. */
const lg__csv *lg__profiles_csv(lg__reader *reader, const char *file);
/** Gives the files back. */
void lg__profiles_fini(lg__reader *reader);

#endif
