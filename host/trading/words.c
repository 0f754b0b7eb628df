/* Words for the numbers, and what a refusal says. */
#include "trading/trading.h"

#include <string.h>

static const struct {
    const char *word, *words;
    lg_trading_kind kind;
} whys[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_TRADING_KIND_##kind},
    LG_TRADING_WHY_MAP(X)
#undef X
};

lg_trading_answer lg_trading_answer_of(lg_trading_why why, uint32_t count)
{
    return (lg_trading_answer){
        .size = sizeof(lg_trading_answer),
        .why = why,
        .kind = whys[why].kind,
        .count = count,
        .word = whys[why].word,
        .words = whys[why].words,
    };
}

#define WORD_OF(function, ...)                                                                     \
    const char *function(uint32_t number)                                                          \
    {                                                                                              \
        static const char *const list[] = {"", __VA_ARGS__};                                       \
        return number < sizeof list / sizeof *list ? list[number] : "?";                           \
    }

WORD_OF(lg_trading_type_word, "limit", "stop_limit", "iceberg", "block", "balance", "prearranged",
        "private")
WORD_OF(lg_trading_side_word, "buy", "sell")
WORD_OF(lg_trading_execution_word, "?", "aon", "fok", "ioc")
WORD_OF(lg_trading_state_word, "pending", "active", "filled", "canceled", "expired", "failed",
        "hibernate")
WORD_OF(lg_trading_reason_word, "add", "modify", "delete", "deactivate", "reject", "full_execution",
        "partial_execution", "iceberg_slice_add", "validation_fail")
WORD_OF(lg_trading_actor_word, "user", "market_operator", "system")

uint32_t lg_trading_number(const char *(*word_of)(uint32_t), const char *word)
{
    for (uint32_t i = 1; i < 16; i++)
        if (strcmp(word_of(i), word) == 0 && strcmp(word, "?") != 0)
            return i;
    return UINT32_MAX;
}
