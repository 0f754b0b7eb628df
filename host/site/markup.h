/* host/site/markup.h — HTML pieces: whatever comes from files of others is shown, never obeyed */
#ifndef LG_SITE_MARKUP_H
#define LG_SITE_MARKUP_H

#include <stdbool.h>
#include "base/text.h"

/** Appends @p str as text or as the value of an attribute in double quotes: & < > " ' are written
 * as entities; what steers what shows it (control characters, directions of writing), and bytes
 * that are no UTF-8, become U+FFFD. */
void lg_markup_text(lg_text *out, const char *str);
/** Appends @p str as a JSON string that may stand inside a script element. */
void lg_markup_json(lg_text *out, const char *str);

/** Begins a page. @param up  from its folder to that of the league: "", "../" @param nav  HTML of
 * the way back; NULL: none */
void lg_markup_begin(lg_text *out, const char *title, const char *up, const char *nav);
/** Ends it; @p plots: it has drawings. */
void lg_markup_end(lg_text *out, const char *up, bool plots);

/** Begins a table that may be wider than the page; @p label says what it has, to readers of
 * screens.
 */
void lg_markup_table(lg_text *out, const char *label);
void lg_markup_table_end(lg_text *out);
/** A cell of the head. @param style  classes: "w" words, "wide" not on phones; "" @param unit ""
 * without */
void lg_markup_head(lg_text *out, const char *style, const char *title, const char *unit);
/** A cell with a number of @p decimals, "-" for NaN; @p sign: with one, and coloured by it. */
void lg_markup_number(lg_text *out, const char *style, double value, int decimals, bool sign);
/** A cell with text. */
void lg_markup_cell(lg_text *out, const char *style, const char *str);

#endif
