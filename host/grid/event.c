/* Words of the kinds of events, from the one list. */
#include "grid/event.h"

static const char *const words[] = {
#define X(name, word) word,
    LG_EVENT_MAP(X)
#undef X
};

const char *lg_event_word(lg_event_kind kind)
{
    return (unsigned)kind < LG_EVENT_COUNT ? words[kind] : "?";
}
