/* tests/unit/app/past_run.h — results of a run that never was, written by hand
 *
 *   0 Grid (fee 4)   Utility (asset 0, bus)
 *   1   Community    fee 1; 3 from slot 1 on
 *   2     Home 1     PV 1 (asset 1)
 *   3     Home 2     fee 1, Load 2 (asset 2)
 *
 * One trade a slot, 1 in slot 0 and 2 in slot 1; the utility asks 30 and pays 8 ct/kWh. Only what
 * readers look at is in the tables.
 */
#ifndef LG_TEST_APP_PAST_RUN_H
#define LG_TEST_APP_PAST_RUN_H

/** Writes the file at @p path; then runs @p more on it, SQL that changes it, or NULL. Ends the test
 * when it cannot. Remove it with unlink(). */
void past_run_make(const char *path, const char *more);

#endif
