/* tests/unit/scenario/gsy_made.h — what the import makes of a text, and what it says about it */
#ifndef LG_TEST_SCENARIO_GSY_MADE_H
#define LG_TEST_SCENARIO_GSY_MADE_H

#include "fixture.h"

/** Frees both texts of the last gsy_make(). */
void gsy_forget(void);
/**
 * Imports @p scenario, written to area.json, with @p settings (NULL: none) in settings.json beside
 * it. @return the scenario that was made, without blanks at line ends and line ends; NULL when it
 * was refused
 */
const char *gsy_make(const char *scenario, const char *settings);
/** All problems of the last gsy_make(), a line each, without the folder. */
const char *gsy_problems(void);
/** Fails the test unless the scenario that was made holds @p piece. */
void gsy_assert_holds(const char *made, const char *piece);

#endif
