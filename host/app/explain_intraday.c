/* Pages on the refusals of the intraday market, from the one list of them. */
#include <strings.h>

#include "app/explain.h"
#include "trading/trading.h"

const char *lg_explain_intraday_word(uint32_t index)
{
    index += LG_TRADING_OK_WHY + 1;
    return index < LG_TRADING_WHY_COUNT ? lg_trading_answer_of(index, 0).word : NULL;
}

static const char *meaning(lg_trading_kind kind)
{
    switch (kind) {
    case LG_TRADING_KIND_ARGUMENT:
        return "The request itself is wrong, and the same again is refused again. The sentence "
               "that\n"
               "comes with the refusal has what was asked, the bounds and the step.";
    case LG_TRADING_KIND_MISSING:
        return "There is nothing of that number, or it is somebody else's. Orders that are over "
               "are\n"
               "forgotten at some time: intraday.orders_kept says how many are kept.";
    case LG_TRADING_KIND_STATE:
        return "The request is fine, but the market does not allow it as things stand.";
    case LG_TRADING_KIND_OFFERED:
        return "This market does not have it, whatever else the request says.";
    case LG_TRADING_KIND_FULL:
        return "There is no room now. Cancel orders that are not needed, or ask again later.";
    case LG_TRADING_KIND_AWAY:
        return "The market takes no requests: the run is over, or has not begun.";
    case LG_TRADING_KIND_BROKEN:
        return "The host is out of memory; the run ends.";
    case LG_TRADING_KIND_FINE:
        break;
    }
    return "";
}

static const char *wire_status(lg_trading_kind kind)
{
    static const char *const names[] = {
        [LG_TRADING_KIND_FINE] = "OK",
        [LG_TRADING_KIND_ARGUMENT] = "INVALID_ARGUMENT",
        [LG_TRADING_KIND_MISSING] = "NOT_FOUND",
        [LG_TRADING_KIND_STATE] = "FAILED_PRECONDITION",
        [LG_TRADING_KIND_OFFERED] = "UNIMPLEMENTED",
        [LG_TRADING_KIND_FULL] = "RESOURCE_EXHAUSTED",
        [LG_TRADING_KIND_AWAY] = "UNAVAILABLE",
        [LG_TRADING_KIND_BROKEN] = "UNAVAILABLE",
    };
    return names[kind];
}

bool lg_explain_intraday(const char *word, lg_text *out)
{
    const char *known;
    for (uint32_t i = 0; (known = lg_explain_intraday_word(i)); i++) {
        if (strcasecmp(word, known) != 0)
            continue;
        const lg_trading_answer a = lg_trading_answer_of(i + LG_TRADING_OK_WHY + 1, 0);
        lg_text_format(
            out,
            "%s: %s\n\nThe intraday market refuses a request so, and nothing changes. In "
            "scripts trading.create{}\nand its kin return nil, a sentence and this word; "
            "over gRPC the status is %s.\n\n%s\n",
            a.word, a.words, wire_status((lg_trading_kind)a.kind),
            meaning((lg_trading_kind)a.kind));
        return true;
    }
    return false;
}

void lg_explain_intraday_list(lg_text *out)
{
    const char *word;
    lg_text_str(out, "\nRefusals of the intraday market:\n");
    for (uint32_t i = 0; (word = lg_explain_intraday_word(i)); i++)
        lg_text_format(out, "  %-17s %s\n", word,
                       lg_trading_answer_of(i + LG_TRADING_OK_WHY + 1, 0).words);
}
