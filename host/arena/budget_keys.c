/* One table for MATCH, LEAGUE and COLLAB files. The scenario, which they are handed to, has the
 * same keys (a test compares them); here they are checked where they stand, with file and line. */
#include "arena/keys.h"

const lg_key lg_budget_keys[] = {
    {.name = "units_per_call",
     .type = LG_KEY_WHOLE,
     .min = 1000,
     .max = 1e12,
     .help = "instructions, and work of libraries counted as such, that a callback may take"},
    {.name = "units_at_load",
     .type = LG_KEY_WHOLE,
     .min = 1000,
     .max = 1e12,
     .help = "the same for the top level, and on_start as far as it is more than units_per_call"},
    {.name = "bank",
     .type = LG_KEY_WHOLE,
     .max = 1e12,
     .help = "units that callbacks leave over are saved up to this number, and later ones may draw "
             "them; 0: none are"},
    {.name = "seconds_per_call",
     .type = LG_KEY_NUMBER,
     .min = 0.05,
     .max = 3600,
     .help = "processor time (s) after which a callback is stopped"},
    {.name = "memory_MB",
     .type = LG_KEY_NUMBER,
     .min = 1,
     .max = 65536,
     .help = "of the script, in 2^20 bytes"},
    {.name = "output_bytes",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 16777216,
     .help = "what print() writes in a callback"},
    {.name = "faults_in_a_row",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 1e9,
     .help = "callbacks that fail one after the other, until it is given up"},
};
const uint32_t lg_budget_key_count = sizeof lg_budget_keys / sizeof *lg_budget_keys;
