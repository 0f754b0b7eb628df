/* All seats that an entrant had, case by case. */
#include "site/pages.h"

#include <math.h>

static void put_cards(lg__site *site, uint32_t entrant)
{
    const lg_league_row *row = &site->league->rows[entrant];
    bool saving = lg__by_saving(site, site->contest->entrants[entrant].role);
    lg_text *out = &site->page;
    lg_text_str(out, "<div class=\"cards\">\n");
    lg_text_format(out, "<div><b>%u</b><span>rank</span></div>\n", row->rank.rank);
    if (!isnan(row->rank.mean))
        lg_text_format(out, "<div><b>%+.*f</b><span>%s, %s</span></div>\n", saving ? 2 : 1,
                       row->rank.mean, saving ? "saving" : "score",
                       lg__unit_of(site, site->contest->entrants[entrant].role));
    if (row->place)
        lg_text_format(out, "<div><b>%u</b><span>place in the ladder, rating %.1f</span></div>\n",
                       row->place, lg_rating_ordinal(row->rating));
    const lg_result_entrant *e = &site->result->entrants[row->rank.same_as];
    lg_text_format(out,
                   "<div><b>%llu</b><span>callbacks failed</span></div>\n"
                   "<div><b>%llu</b><span>commands refused</span></div>\n</div>\n",
                   (unsigned long long)e->faults, (unsigned long long)e->refused);
}

void lg__page_entrant(lg__site *site, uint32_t entrant)
{
    const lg_contest *c = site->contest;
    uint32_t first = site->league->rows[entrant].rank.same_as;
    lg_text *out = &site->page, name;
    lg_markup_begin(out, c->entrants[entrant].name, "../",
                    "<a href=\"../index.html\">&#8592; league</a>");
    if (first != entrant) {
        lg_text_str(out, "<p>This is the same source as ");
        lg__entrant_link(site, first, "../");
        lg_text_str(out, ": it is counted once, and these are that one's games.</p>\n");
    }
    put_cards(site, entrant);
    lg_text_str(out, "<h2>Its seats</h2>\n");
    lg_markup_table(out, "Seats of this entrant");
    lg_text_str(out, "<thead><tr>");
    lg_markup_head(out, "w", "Case", "");
    lg_markup_head(out, "w", "Seat", "");
    lg__seat_heads(out);
    lg_text_str(out, "</tr></thead>\n<tbody>\n");
    lg_text_init(&name, site->mem);
    for (uint32_t g = 0; g < site->result->game_count; g++)
        for (uint32_t i = 0; i < c->seat_count; i++) {
            if (site->result->games[g].lineup[i] != first)
                continue;
            lg_text_clear(&name);
            lg__case_name(site, g, &name);
            lg_text_format(out, "<tr><td class=\"w\"><a href=\"../games/%s.html\">",
                           site->result->games[g].job);
            lg_markup_text(out, lg_text_peek(&name));
            lg_text_str(out, "</a></td>");
            lg_markup_cell(out, "w", c->seats[i].name);
            lg__seat_cells(site, g, i, "../");
            lg_text_str(out, "</tr>\n");
        }
    lg_text_fini(&name);
    lg_markup_table_end(out);
    lg_text_str(out, "<p class=\"note\">The outcome leads to the log of the seat: where its money "
                     "went, what was refused, what its budget was.</p>\n<p class=\"note\">Source: "
                     "<code>");
    lg_markup_text(out, site->league->hashes[entrant]);
    lg_text_str(out, "</code></p>\n");
    lg_markup_end(out, "../", false);
}
