/* Pages are made one after the other into the same text. */
#include "site/site.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/output.h"
#include "site/files.h"
#include "site/pages.h"

/* ---- writing ---- */

static lg_status write_file(lg__site *site, const char *path, const void *data, size_t size)
{
    lg_text whole;
    lg_text_init(&whole, site->mem);
    lg_text_format(&whole, "%s/%s", site->input->folder, path);
    int cause =
        whole.failed ? ENOMEM : lg_output_replace(site->mem, lg_text_peek(&whole), data, size);
    lg_status status = cause ? lg_fail(site->err, cause == ENOMEM ? LG_MEMORY : LG_IO, "%.400s: %s",
                                       lg_text_peek(&whole), strerror(cause))
                             : LG_OK;
    lg_text_fini(&whole);
    return status;
}

static lg_status write_page(lg__site *site, const char *path)
{
    lg_status status = site->page.failed
                           ? lg_fail(site->err, LG_MEMORY, "out of memory")
                           : write_file(site, path, site->page.data, site->page.length);
    lg_text_clear(&site->page);
    return status;
}

static lg_status make_folders(lg__site *site)
{
    static const char *const names[] = {"games", "seats", "entrants", "site"};
    lg_status status = LG_OK;
    lg_text path;
    lg_text_init(&path, site->mem);
    for (size_t i = 0; i < sizeof names / sizeof *names && status == LG_OK; i++) {
        lg_text_clear(&path);
        lg_text_format(&path, "%s/%s", site->input->folder, names[i]);
        if (path.failed)
            status = lg_fail(site->err, LG_MEMORY, "out of memory");
        else if (mkdir(lg_text_peek(&path), 0777) != 0 && errno != EEXIST)
            status = lg_fail(site->err, LG_IO, "%.400s: %s", lg_text_peek(&path), strerror(errno));
    }
    lg_text_fini(&path);
    return status;
}

/* ---- what pages share ---- */

bool lg__by_saving(const lg__site *site, lg_seat_role role)
{
    return role == LG_SEAT_EXCHANGE ||
           (role == LG_SEAT_TRADER && site->contest->measure == LG_MEASURE_SAVING);
}

const char *lg__unit_of(const lg__site *site, lg_seat_role role)
{
    return lg__by_saving(site, role) ? "EUR/day" : "points";
}

void lg__entrant_link(lg__site *site, uint32_t entrant, const char *up)
{
    lg_text_format(&site->page, "<a href=\"%sentrants/%u.html\">", up, entrant);
    lg_markup_text(&site->page, site->contest->entrants[entrant].name);
    lg_text_str(&site->page, "</a>");
}

void lg__case_name(const lg__site *site, uint32_t game, lg_text *out)
{
    const lg_result_game *g = &site->result->games[game];
    lg_text_format(out, "%s, seed %llu", site->contest->scenarios[g->scenario].name,
                   (unsigned long long)site->contest->seeds[g->seed]);
}

void lg__seat_heads(lg_text *out)
{
    lg_markup_head(out, "", "Score", "points");
    lg_markup_head(out, "", "Saving", "EUR");
    lg_markup_head(out, "", "Cost", "EUR");
    lg_markup_head(out, "w", "Outcome", "");
}

void lg__faults(lg_text *out, uint64_t faults)
{
    if (faults)
        lg_text_format(out, ", <span class=\"bad\">%llu fault%s</span>", (unsigned long long)faults,
                       faults == 1 ? "" : "s");
}

void lg__seat_cells(lg__site *site, uint32_t game, uint32_t seat, const char *up)
{
    const lg_result *r = site->result;
    const lg_seat_figures *f = &r->games[game].figures->seats[seat];
    lg_seat_role role = site->contest->seats[seat].role;
    lg_text *out = &site->page;
    lg_markup_number(out, "",
                     role == LG_SEAT_TRADER     ? lg_result_score(r, game, seat)->score
                     : role == LG_SEAT_OPERATOR ? lg_result_operator(r, game, seat)->score
                                                : NAN,
                     1, true);
    lg_markup_number(
        out, "",
        role == LG_SEAT_OPERATOR ? NAN : (double)lg_result_score(r, game, seat)->saving_uct / 1e8,
        2, true);
    lg_markup_number(out, "", role == LG_SEAT_TRADER ? (double)f->cost_uct / 1e8 : NAN, 2, false);
    lg_text_str(out, "<td class=\"w\">");
    if (role != LG_SEAT_EXCHANGE)
        lg_text_format(out, "<a href=\"%sseats/%s-%u.html\">", up, r->games[game].job, seat);
    bool fine = f->outcome == LG_OUTCOME_OK;
    lg_text_format(out, "%s%s%s", fine ? "" : "<span class=\"bad\">", lg_outcome_name(f->outcome),
                   fine ? "" : "</span>");
    lg__faults(out, f->faults);
    lg_text_str(out, role != LG_SEAT_EXCHANGE ? "</a></td>" : "</td>");
}

/* ---- all of them ---- */

static lg_status write_game(lg__site *site, uint32_t game)
{
    char path[128];
    lg_film film;
    const char *job = site->result->games[game].job;
    lg_text folder;
    lg_text_init(&folder, site->mem);
    lg_text_format(&folder, "%s/jobs/%s", site->input->folder, job);
    lg_status status =
        lg_film_read(site->mem, site->contest, lg_text_peek(&folder), &film, site->err);
    lg_text_fini(&folder);
    if (status == LG_OK) {
        lg__page_game(site, game, &film);
        snprintf(path, sizeof path, "games/%s.html", job);
        status = write_page(site, path);
    }
    for (uint32_t i = 0; i < site->contest->seat_count && status == LG_OK; i++) {
        if (site->contest->seats[i].role == LG_SEAT_EXCHANGE)
            continue;
        lg__page_seat(site, game, i, &film);
        snprintf(path, sizeof path, "seats/%s-%u.html", job, i);
        status = write_page(site, path);
    }
    lg_film_fini(&film);
    return status;
}

static lg_status write_all(lg__site *site)
{
    char path[64];
    lg_status status = make_folders(site);
    for (const lg_site_file *file = lg_site_files; file->kind && status == LG_OK; file++)
        status = write_file(site, file->path, file->text, file->size);
    for (uint32_t i = 0; i < site->result->game_count && status == LG_OK; i++)
        status = write_game(site, i);
    for (uint32_t i = 0; i < site->contest->entrant_count && status == LG_OK; i++) {
        lg__page_entrant(site, i);
        snprintf(path, sizeof path, "entrants/%u.html", i);
        status = write_page(site, path);
    }
    if (status != LG_OK)
        return status;
    lg__page_index(site); /* last: who finds it finds all */
    return write_page(site, "index.html");
}

lg_status lg_site_write(lg_mem *mem, const lg_site_input *input, lg_err *err)
{
    lg__site site = {
        .mem = mem,
        .input = input,
        .league = input->league,
        .result = input->league->result,
        .contest = input->league->result->contest,
        .err = err,
    };
    lg_text_init(&site.page, mem);
    lg_status status = write_all(&site);
    lg_text_fini(&site.page);
    return status;
}
