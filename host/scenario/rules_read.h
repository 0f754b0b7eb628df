/* host/scenario/rules_read.h — the time raster of a run and the rules of its markets */
#ifndef LG_SCENARIO_RULES_READ_H
#define LG_SCENARIO_RULES_READ_H

#include "scenario/reader.h"

/* From the checked fields of the scenario, in this order. */
void lg__rules_ticks(lg__reader *reader, lg__field *fields, const lg__rows *rows);
void lg__rules_length(lg__reader *reader, lg__field *fields, const lg__rows *rows);
void lg__rules_start(lg__reader *reader, lg__field *fields, const lg__rows *rows);

/** Reads `market`; @return the same with defaults, NULL: exhausted */
lg_conf *lg__rules_market(lg__reader *reader, lg_conf *table);
/** Reads `settlement`, after the ticks; @return the same with defaults, NULL: exhausted */
lg_conf *lg__rules_settlement(lg__reader *reader, lg_conf *table);
/** Reads `intraday`, after the rates; @return the same with defaults, NULL: exhausted */
lg_conf *lg__intraday_read(lg__reader *reader, lg_conf *table);
/** Reads `coordination`, after the start; likewise. */
lg_conf *lg__coordination_read(lg__reader *reader, lg_conf *table);
/** Reads `results`; @return the same with defaults, NULL: exhausted */
lg_conf *lg__rules_results(lg__reader *reader, lg_conf *table);

#endif
