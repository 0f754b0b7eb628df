/* tests/plugin/bad/wrong_magic.c — a descriptor without the magic number */
#include "bad.h"

BAD_DRIVER("wrong_magic", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = fine_plan)
BAD_PLUGIN("wrong_magic", 0x12345678, LG_ABI_MINOR)
