/* host/microgrid/rules.h — the rules of a component graph; of this room only */
#ifndef LG_MICROGRID_RULES_H
#define LG_MICROGRID_RULES_H

#include "microgrid/graph.h"

/**
 * Looks at all rules but those of single connections; finds graph->root. What stands on sound
 * components and connections is left alone when @p diag has more than @p errors.
 * @return LG_OK, with problems in @p diag; LG_MEMORY
 */
lg_status lg_graph_check(lg_graph *graph, const lg_graph_input *input, uint32_t errors,
                         lg_diag *diag) LG_CHECKED;

#endif
