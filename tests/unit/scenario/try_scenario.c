/* A developer's tool: reads a scenario with the drivers of the tests; prints problems, figures,
 * JSON. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    lg_setting settings[16];
    lg_setting agents[16];
    if (argc < 3) {
        fprintf(
            stderr,
            "usage: try_scenario SCRIPTS FILE [json|schema|quiet] [KEY=VALUE | @SEAT=FILE]...\n");
        return 2;
    }
    lg_scenario_input input = {.file = argv[2],
                               .settings = settings,
                               .agents = agents,
                               .drivers = fixture_drivers,
                               .driver_count = fixture_driver_count,
                               .scripts_folder = argv[1],
                               .slots = -1,
                               .days = -1};
    for (int i = 4; i < argc; i++) {
        char *equal = strchr(argv[i], '=');
        if (!equal)
            return 2;
        *equal = 0;
        if (argv[i][0] == '@')
            agents[input.agent_count++] = (lg_setting){argv[i] + 1, equal + 1};
        else
            settings[input.setting_count++] = (lg_setting){argv[i], equal + 1};
    }
    const char *mode = argc > 3 ? argv[3] : "quiet";
    lg_diag diag;
    lg_text text;
    lg_scenario *s;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    double start = now_ms();
    lg_status status = lg_scenario_read(lg_mem_system(), &input, &diag, &s);
    double end = now_ms();
    lg_diag_print(&diag, &text);
    fputs(lg_text_peek(&text), stderr);
    lg_text_clear(&text);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    FILE *statm = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (statm && fscanf(statm, "%*d %ld", &pages) != 1)
        pages = 0;
    if (statm)
        fclose(statm);
    fprintf(stderr, "%s: %.1f ms, resident %ld KiB, peak %ld KiB\n", lg_status_name(status),
            end - start, pages * 4, usage.ru_maxrss);
    if (s && strcmp(mode, "json") == 0)
        lg_scenario_print(s, &text);
    if (strcmp(mode, "schema") == 0)
        lg_scenario_schema(&input, &text);
    fputs(lg_text_peek(&text), stdout);
    if (s) {
        fprintf(stderr, "%u areas, %u assets, %u agents, %u slots, hash %.12s\n",
                s->site.area_count, s->site.asset_count, s->agent_count, s->slot_count, s->hash);
        for (uint32_t i = 0; i < s->agent_count && i < 30; i++)
            fprintf(stderr, "  %-24s %-36s %u assets, %u markets%s\n", s->agents[i].name,
                    s->agents[i].script_name, s->agents[i].asset_count, s->agents[i].market_count,
                    s->agents[i].template_agent ? " (template)" : "");
    }
    lg_scenario_free(s);
    lg_text_fini(&text);
    lg_diag_fini(&diag);
    return status != LG_OK;
}
