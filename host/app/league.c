/* Played and scored as meeting.c does, then ranked and told as a league. */
#include "app/league.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/meeting.h"
#include "app/progress.h"
#include "base/hash.h"
#include "base/input.h"
#include "site/site.h"

typedef struct telling {
    lg_meeting *m;
    const lg_league *league;
    lg_text json;
    char json_hash[65];
    lg_league_inputs inputs;
    char file_hash[65];
    lg_err *err;
} telling;

static lg_status hash_file(telling *t)
{
    const char *why, *path = t->m->input->file;
    uint64_t size;
    FILE *file = lg_input_open(path, &why);
    bool read = file && lg_sha256_file(file, t->file_hash, &size);
    if (file)
        fclose(file);
    return read ? LG_OK : lg_fail(t->err, LG_IO, "%.300s: %s", path, file ? "reading failed" : why);
}

/* Who is judge says which inputs it had, so that others can compare line by line. */
static void put_judged(const telling *t, lg_text *out)
{
    const lg_contest *c = &t->m->contest;
    uint32_t again = 0, differ = 0, count = lg_jobs_count(t->m->jobs);
    for (uint32_t i = 0; i < count; i++) {
        again += lg_jobs_at(t->m->jobs, i)->again;
        differ += *lg_jobs_at(t->m->jobs, i)->differs != 0;
    }
    lg_text_format(out, "\nJudged with\n  engine  %s\n  league  %s  %s\n", LG_VERSION, t->file_hash,
                   c->file);
    for (uint32_t i = 0; i < t->inputs.files->count; i++)
        lg_text_format(out, "  file    %s  %s\n", t->inputs.files->items[i].value,
                       t->inputs.files->items[i].key);
    for (uint32_t i = 0; i < t->inputs.plugins->count; i++)
        lg_text_format(out, "  plugin  %s %s\n", t->inputs.plugins->items[i].key,
                       t->inputs.plugins->items[i].value);
    lg_text_str(out, "  seeds  ");
    for (uint32_t i = 0; i < c->seed_count; i++)
        lg_text_format(out, " %llu", (unsigned long long)c->seeds[i]);
    if (c->salt)
        lg_text_format(out, ", of the salt that %s promises", c->commitment);
    lg_text_format(out,
                   "\n  games   %u played now; %u of them were in the folder, %u differed\n"
                   "SHA-256 of " LG_LEAGUE_RESULT ", the same for everybody with these inputs:\n"
                   "  %s\n",
                   count, again, differ, t->json_hash);
}

static lg_status tell(telling *t)
{
    const lg_meeting *m = t->m;
    lg_text text;
    lg_text_init(&text, m->mem);
    if (m->input->json)
        lg_text_str(&text, lg_text_peek(&t->json));
    else
        lg_league_table(m->mem, t->league, m->folder, lg_progress_colours(STDOUT_FILENO), &text);
    if (!m->input->json && m->input->as_judge)
        put_judged(t, &text);
    bool shown = m->input->json || !m->input->quiet;
    lg_status status = LG_OK;
    if (text.failed)
        status = lg_fail(t->err, LG_MEMORY, "out of memory");
    else if (shown && (fputs(lg_text_peek(&text), stdout) < 0 || fflush(stdout)))
        status = lg_fail(t->err, LG_IO, "the result could not be printed");
    lg_text_fini(&text);
    return status;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const lg_game_pair *)a)->key, ((const lg_game_pair *)b)->key);
}

static void sort(lg_game_pairs *pairs)
{
    if (pairs->count)
        qsort(pairs->items, pairs->count, sizeof *pairs->items, by_key);
}

/* Whoever runs the judge in a script is told as well. */
static void note_differences(const lg_meeting *m)
{
    for (uint32_t i = 0; i < lg_jobs_count(m->jobs) && m->input->differs; i++)
        *m->input->differs = *m->input->differs || *lg_jobs_at(m->jobs, i)->differs;
}

static lg_status finish(lg_meeting *m, const lg_league *league, lg_err *err)
{
    telling t = {
        .m = m,
        .league = league,
        .inputs = {.files = &m->arranged.inputs.files, .plugins = &m->arranged.inputs.plugins},
        .err = err,
    };
    sort(&m->arranged.inputs.files);
    sort(&m->arranged.inputs.plugins);
    lg_text_init(&t.json, m->mem);
    lg_status status = hash_file(&t);
    t.inputs.file_hash = t.file_hash;
    if (status == LG_OK) {
        lg_league_print(league, &t.inputs, LG_VERSION, &t.json);
        status = lg_meeting_write(m, LG_LEAGUE_RESULT, &t.json, err);
    }
    const lg_site_input site = {.league = league, .folder = m->folder, .engine = LG_VERSION};
    if (status == LG_OK)
        status = lg_site_write(m->mem, &site, err);
    if (status == LG_OK) {
        lg_sha256(t.json.data, t.json.length, t.json_hash);
        note_differences(m);
        status = tell(&t);
    }
    lg_text_fini(&t.json);
    return status;
}

lg_status lg_league_play(lg_mem *mem, const lg_meet_input *input, lg_err *err)
{
    lg_meeting m;
    lg_league league = {.mem = mem};
    lg_meeting_begin(&m, mem, input);
    lg_status status = lg_meeting_play(&m, err);
    if (status == LG_OK && !input->print_jobs) {
        status = lg_league_make(mem, &m.result, m.arranged.sources, &league, err);
        if (status == LG_OK)
            status = finish(&m, &league, err);
        lg_league_fini(&league);
    }
    lg_meeting_end(&m);
    return status;
}
