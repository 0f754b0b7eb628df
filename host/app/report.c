/* Plain text in at most 100 columns: who traded, what it cost, what it would have cost, where the
 * rest is. Figures are rounded for reading; the results hold them exactly.
 */
#include "app/report.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app/progress.h"
#include "app/results.h"
#include "app/spark.h"
#include "app/table.h"
#include "base/clock.h"
#include "grid/unit.h"

static const lg_column home_columns[] = {
    {.title = "home", .left = true, .width_max = 22},
    {.title = "strategy", .left = true, .width_max = 20},
    {.title = "bought", .unit = "kWh"},
    {.title = "sold", .unit = "kWh"},
    {.title = "bill", .unit = "EUR"},
    {.title = "no market", .unit = "EUR"},
    {.title = "saved", .unit = "EUR"},
    {.title = "", .unit = "%"},
};

static const lg_column asset_columns[] = {
    {.title = "asset", .left = true, .width_max = 30},
    {.title = "bought", .unit = "kWh"},
    {.title = "sold", .unit = "kWh"},
    {.title = "cost", .unit = "EUR"},
};

#define NAME_MAX_SHOWN 30

#define COLUMNS(columns) (columns), (uint32_t)(sizeof(columns) / sizeof *(columns))

/* A name of the scenario, cut to what leaves the line its room. */
static void append_name(lg_text *out, const char *name)
{
    lg_table_cut(out, name, NAME_MAX_SHOWN);
}

static void write_head(const lg_report *report, bool colours, lg_text *out)
{
    const lg_scenario *s = report->scenario;
    char from[32];
    lg_clock_format_slot(s->start_ms, from);
    lg_text name;
    lg_text_init(&name, out->mem);
    append_name(&name, s->name);
    lg_table_style(out, colours, LG_BOLD, lg_text_peek(&name));
    lg_text_fini(&name);
    uint32_t homes = lg_members_count(report->members);
    if (homes)
        lg_text_format(out, " · %u home%s", homes, homes == 1 ? "" : "s");
    lg_text_format(out, " · %u asset%s · from %s, ", s->site.asset_count,
                   s->site.asset_count == 1 ? "" : "s", from);
    int64_t length_ms = report->slots_done * (int64_t)s->rules.slot_ms;
    if (length_ms % LG_DAY_MS == 0)
        lg_text_format(out, "%d day%s", (int)(length_ms / LG_DAY_MS),
                       length_ms == LG_DAY_MS ? "" : "s");
    else
        lg_text_format(out, "%u slot%s", report->slots_done, report->slots_done == 1 ? "" : "s");
    lg_text_format(out, " · %s · seed %llu\n\n", lg_results_rule(&s->rules),
                   (unsigned long long)s->seed);
}

static void write_line(const char *title, const double *values, uint32_t count, const char *unit,
                       lg_text *out)
{
    double low, high;
    lg_text_format(out, " %-7s", title);
    lg_spark_draw(values, count, 0.1, out, &low, &high);
    if (isnan(low))
        lg_text_str(out, " none\n");
    else if (high - low < 0.1)
        lg_text_format(out, "  %.1f %s\n", low + (high - low) / 2, unit);
    else
        lg_text_format(out, "  %.1f..%.1f %s\n", low, high, unit);
}

static void write_course(const lg_report *report, lg_text *out)
{
    const lg_course *course = report->course;
    double price[LG_COURSE_COLUMNS], import[LG_COURSE_COLUMNS];
    uint32_t bins = (report->slots_done + course->slots_per_bin - 1) / course->slots_per_bin;
    for (uint32_t i = 0; i < bins; i++) {
        const lg_course_bin *bin = &course->bins[i];
        uint32_t slots = report->slots_done - i * course->slots_per_bin;
        if (slots > course->slots_per_bin)
            slots = course->slots_per_bin;
        double hours = slots * (course->slot_ms / (double)LG_HOUR_MS);
        price[i] = bin->energy_uwh > 0
                       ? lg_ct_from_uct(bin->volume_uct) / lg_kwh_from_uwh(bin->energy_uwh)
                       : NAN;
        import[i] = lg_kwh_from_uwh(bin->import_uwh) / hours;
    }
    int64_t bin_ms = course->slots_per_bin * (int64_t)course->slot_ms;
    write_line("price", price, bins, "ct/kWh", out);
    write_line("import", import, bins, "kW", out);
    uint32_t communities = lg_members_communities(report->members);
    lg_text_str(out, communities > 1 ? "        price of " : "        market of ");
    append_name(out, course->site->areas[course->community].name);
    if (communities > 1)
        lg_text_format(out, ", one of %u communities, import of all", communities);
    lg_text_str(out, ", a column is ");
    if (bin_ms % LG_DAY_MS == 0)
        lg_text_format(out, "%d d\n\n", (int)(bin_ms / LG_DAY_MS));
    else if (bin_ms % LG_HOUR_MS == 0)
        lg_text_format(out, "%d h\n\n", (int)(bin_ms / LG_HOUR_MS));
    else
        lg_text_format(out, "%d min\n\n", (int)(bin_ms / LG_MINUTE_MS));
}

static void add_home(lg_table *table, const char *name, const char *strategy,
                     const lg_member_result *result, uint32_t style)
{
    double saved = lg_eur_from_uct(result->base_bill_uct - result->bill_uct);
    double percent = lg_ledger_saved_percent(result->bill_uct, result->base_bill_uct);
    uint32_t tone = saved >= 0.005 ? LG_GREEN : saved <= -0.005 ? LG_RED : LG_PLAIN;
    lg_table_cell(table, style, name);
    lg_table_cell(table, style, strategy);
    lg_table_number(table, style, lg_kwh_from_uwh(result->bought_uwh), 2);
    lg_table_number(table, style, lg_kwh_from_uwh(result->sold_uwh), 2);
    lg_table_number(table, style, lg_eur_from_uct(result->bill_uct), 2);
    lg_table_number(table, style, lg_eur_from_uct(result->base_bill_uct), 2);
    lg_table_number(table, tone, saved, 2);
    lg_table_number(table, tone, percent, 1);
}

static void write_homes(const lg_report *report, bool colours, lg_mem *mem, lg_text *out)
{
    uint32_t count = lg_members_count(report->members);
    uint32_t rows = count < LG_REPORT_ROWS_MAX ? count : LG_REPORT_ROWS_MAX;
    lg_table table;
    lg_table_init(&table, mem, COLUMNS(home_columns));
    lg_member_result all = {.area = 0};
    for (uint32_t i = 0; i < count; i++) {
        const lg_member_result *result = &report->results[i];
        if (i < rows)
            add_home(&table, report->scenario->site.areas[result->area].name,
                     lg_members_strategy(report->members, i), result, LG_PLAIN);
        all.bought_uwh += result->bought_uwh;
        all.sold_uwh += result->sold_uwh;
        all.unserved_uwh += result->unserved_uwh;
        all.unserved_uct += result->unserved_uct;
        all.bill_uct += result->bill_uct;
        all.base_bill_uct += result->base_bill_uct;
    }
    add_home(&table, "all homes", "", &all, LG_BOLD);
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    if (rows < count)
        lg_text_format(out, " ... and %u more, see members_view in run.sqlite\n", count - rows);
    if (all.unserved_uwh > 0)
        lg_text_format(out, " %.2f kWh of demand found no seller; the bills hold %.2f EUR for it\n",
                       lg_kwh_from_uwh(all.unserved_uwh), lg_eur_from_uct(all.unserved_uct));
    lg_text_char(out, '\n');
}

/* A site without homes: its assets, as their own market billed them. */
static void write_assets(const lg_report *report, bool colours, lg_mem *mem, lg_text *out)
{
    const lg_site *site = &report->scenario->site;
    uint32_t rows = site->asset_count < LG_REPORT_ROWS_MAX ? site->asset_count : LG_REPORT_ROWS_MAX;
    lg_table table;
    lg_table_init(&table, mem, COLUMNS(asset_columns));
    for (uint32_t i = 0; i < rows; i++) {
        const lg_bill *bill = &lg_market_account(report->market, i)->bill;
        lg_table_cell(&table, LG_PLAIN, site->assets[i].name);
        lg_table_number(&table, LG_PLAIN, lg_kwh_from_uwh(bill->bought_uwh), 2);
        lg_table_number(&table, LG_PLAIN, lg_kwh_from_uwh(bill->sold_uwh), 2);
        lg_table_number(&table, LG_PLAIN,
                        lg_eur_from_uct(bill->spent_uct + bill->market_fee_uct - bill->earned_uct),
                        2);
    }
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    if (rows < site->asset_count)
        lg_text_format(out, " ... and %u more, see the results\n", site->asset_count - rows);
    lg_text_char(out, '\n');
}

static void write_percent(const char *title, double share, lg_text *out)
{
    if (isnan(share))
        lg_text_format(out, "%s -", title);
    else
        lg_text_format(out, "%s %.1f %%", title, 100 * share);
}

static void write_community(const lg_report *report, lg_text *out)
{
    const lg_course *course = report->course;
    const lg_course_trade *trade = &course->trade;
    lg_kpi kpi = lg_course_kpi(course);
    int64_t fees = 0;
    for (uint32_t i = 0; i < course->site->area_count; i++)
        fees += lg_market_fees_uct(report->market, i);
    int64_t local = trade->within_uwh + trade->between_uwh;
    int64_t traded = local + trade->from_uwh + trade->to_uwh;
    double hours = course->slot_ms / (double)LG_HOUR_MS;
    lg_text_char(out, ' ');
    uint32_t communities = lg_members_communities(report->members);
    if (communities > 1)
        lg_text_format(out, "all %u communities", communities);
    else
        append_name(out, course->site->areas[course->scope].name);
    write_percent(": self-sufficiency", kpi.self_sufficiency, out);
    write_percent(" · self-consumption", kpi.self_consumption, out);
    lg_text_format(out, "\n grid fees %.2f EUR · peak import %.2f kW", lg_eur_from_uct(fees),
                   lg_kwh_from_uwh(course->peak_import_uwh) / hours);
    if (course->peak_import_uwh > 0) {
        char when[32];
        lg_clock_format_slot(course->peak_import_start_ms, when);
        lg_text_format(
            out, " at %s",
            report->scenario->slot_count * (int64_t)course->slot_ms > LG_DAY_MS ? when : when + 11);
    }
    lg_text_format(
        out,
        "\n traded %.2f kWh, %.1f %% local: %.2f in homes, %.2f between, %.2f in, %.2f out\n\n",
        lg_kwh_from_uwh(traded), traded ? 100.0 * (double)local / (double)traded : 0.0,
        lg_kwh_from_uwh(trade->within_uwh), lg_kwh_from_uwh(trade->between_uwh),
        lg_kwh_from_uwh(trade->from_uwh), lg_kwh_from_uwh(trade->to_uwh));
}

/* What has happened by schedule, as far as a line takes it. */
static void write_events(const lg_report *report, lg_text *out)
{
    enum { LINE = 78 };
    const char *words;
    uint32_t count = lg_schedule_happened(report->schedule, &words);
    if (count == 0)
        return;
    lg_text line;
    lg_text_init(&line, out->mem);
    lg_text_format(&line, "%u event%s: %s", count, count == 1 ? "" : "s", words);
    lg_text_char(out, ' ');
    lg_table_cut(out, lg_text_peek(&line), LINE);
    if (line.length > LINE)
        lg_text_str(out, "; see events_view");
    out->failed |= line.failed;
    lg_text_fini(&line);
    lg_text_str(out, "\n\n");
}

/* What was measured and not planned, and what became of it. */
static void write_settlement(const lg_report *report, lg_text *out)
{
    const lg_course_settlement *s = &report->course->settlement;
    if (!report->scenario->rules.settlement_slots)
        return;
    lg_text_format(out,
                   " settlement: %.2f kWh more and %.2f kWh less needed than planned, %.2f kWh of "
                   "it traded\n",
                   lg_kwh_from_uwh(s->short_uwh), lg_kwh_from_uwh(s->long_uwh),
                   lg_kwh_from_uwh(s->traded_uwh));
    int64_t settlement = 0, imbalance = 0;
    for (uint32_t i = 0; i < lg_members_count(report->members); i++) {
        settlement += report->results[i].settlement_uct;
        imbalance += report->results[i].imbalance_uct;
    }
    lg_text_format(
        out, " the bills hold %.2f EUR for these trades, %.2f EUR for what nobody settled\n\n",
        lg_eur_from_uct(settlement), lg_eur_from_uct(imbalance));
}

static void write_alarm(lg_text *out, bool colours, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void write_alarm(lg_text *out, bool colours, const char *format, ...)
{
    char sentence[200];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    lg_text_char(out, ' ');
    lg_table_style(out, colours, LG_RED, sentence);
    lg_text_char(out, '\n');
}

/* What came of the recommendations of a plugin's rule. */
static void write_matching(const lg_report *report, bool colours, lg_text *out)
{
    lg_match_counts counts = lg_market_match_counts(report->market);
    uint64_t refused = lg_match_refused(&counts);
    const char *rule = lg_results_rule(&report->scenario->rules);
    if (counts.aside)
        write_alarm(out, colours,
                    "matching rule \"%s\" was set aside: no trade from then on, see "
                    "the log",
                    rule);
    if (refused)
        write_alarm(out, colours,
                    "%llu of %llu pairs that matching rule \"%s\" recommended were "
                    "refused, see the log",
                    (unsigned long long)refused, (unsigned long long)counts.recommended, rule);
}

/* Not all agents by name, where nearly all make the same mistake. */
static void write_refused(const lg_report *report, bool colours, lg_text *out)
{
    enum { NAMED = 3 };
    for (uint32_t i = 0; i < report->refused_count && i < NAMED; i++) {
        const lg_run_refused *row = &report->refused[i];
        write_alarm(out, colours, "%llu command%s of %.60s %s refused",
                    (unsigned long long)row->commands, row->commands == 1 ? "" : "s", row->agent,
                    row->commands == 1 ? "was" : "were");
    }
    if (report->refused_count > NAMED)
        write_alarm(out, colours, "and commands of %u more agents, see summary.json",
                    report->refused_count - NAMED);
}

/* Who has no template strategy, or was given up in the last slot, is taken over by nobody. */
static void write_given_up(const lg_run_given_up *g, bool colours, lg_text *out)
{
    char taken[64] = "";
    if (!g->count)
        return;
    if (g->taken_over == g->count)
        snprintf(taken, sizeof taken, ": template strategies took over, see");
    else if (g->taken_over)
        snprintf(taken, sizeof taken, ": template strategies took over for %u, see", g->taken_over);
    else
        snprintf(taken, sizeof taken, ": no template strategy took over, see");
    write_alarm(out, colours, "%u script%s given up, first of \"%.60s\"%s the log", g->count,
                g->count == 1 ? " was" : "s were", g->first, taken);
}

static void write_end(const lg_report *report, bool colours, lg_text *out)
{
    char hash[33];
    lg_digest_format(report->digest, hash);
    if (report->slots_done < report->scenario->slot_count)
        lg_text_format(out, " interrupted: %u of %u slots\n", report->slots_done,
                       report->scenario->slot_count);
    if (report->faults)
        write_alarm(out, colours, "%llu script error%s, see the table log in run.sqlite",
                    (unsigned long long)report->faults, report->faults == 1 ? "" : "s");
    write_given_up(&report->given_up, colours, out);
    write_refused(report, colours, out);
    if (report->devices.aside)
        write_alarm(out, colours,
                    "%u device%s set aside, first \"%.60s\": no trade of it from then on, see the "
                    "log",
                    report->devices.aside, report->devices.aside == 1 ? " was" : "s were",
                    report->devices.first);
    write_matching(report, colours, out);
    if (report->devices.bad_readings)
        write_alarm(out, colours, "%llu bad reading%s of devices, see the table log in run.sqlite",
                    (unsigned long long)report->devices.bad_readings,
                    report->devices.bad_readings == 1 ? "" : "s");
    lg_text_format(out, " results   %s/run.sqlite, summary.json%s\n", report->folder,
                   report->csv ? ", trades.csv, market_slots.csv, bills.csv" : "");
    if (report->csv && report->scenario->rules.settlement_slots)
        lg_text_str(out, "           trades-settlement.csv\n");
    if (report->csv && report->intraday)
        lg_text_str(out, "           orders-intraday.csv, trades-intraday.csv\n");
    lg_text_format(out, " run hash  %s\n", hash);
    double rate = report->seconds > 0 ? report->slots_done / report->seconds : 0;
    lg_text_format(out, " time      %.*f s, ", report->seconds < 1 ? 3 : 1, report->seconds);
    if (report->pace.simulated_ms) {
        lg_text_str(out, "paced: ");
        lg_pace_text(out, report->pace);
    } else {
        lg_text_format(out, "%.*f slots/s", rate < 10 ? 1 : 0, rate);
    }
    lg_text_char(out, '\n');
}

void lg_report_write(const lg_report *report, bool colours, lg_mem *mem, lg_text *out)
{
    write_head(report, colours, out);
    write_course(report, out);
    if (lg_members_count(report->members))
        write_homes(report, colours, mem, out);
    else
        write_assets(report, colours, mem, out);
    write_community(report, out);
    write_events(report, out);
    write_settlement(report, out);
    lg_report_intraday(report, colours, mem, out);
    write_end(report, colours, out);
}

bool lg_report_print(lg_mem *mem, const lg_report *report)
{
    lg_text text;
    lg_text_init(&text, mem);
    lg_report_write(report, lg_progress_colours(STDOUT_FILENO), mem, &text);
    bool fine = !text.failed && fputs(lg_text_peek(&text), stdout) >= 0 && fflush(stdout) == 0;
    lg_text_fini(&text);
    if (!fine)
        fputs("lunagrid: the report could not be printed\n", stderr);
    return fine;
}

bool lg_report_json(const char *folder)
{
    char path[4096], piece[4096];
    snprintf(path, sizeof path, "%s/summary.json", folder);
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "lunagrid: %s: %s\n", path, strerror(errno));
        return false;
    }
    bool fine = true;
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        fine = fine && fwrite(piece, 1, got, stdout) == got;
    fine = !ferror(file) && fine && fflush(stdout) == 0;
    fclose(file);
    if (!fine)
        fprintf(stderr, "lunagrid: %s could not be printed\n", path);
    return fine;
}
