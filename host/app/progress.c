/* Wall time is read here and in the report's last line, and reaches no result. */
#include "app/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 24

double lg_progress_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool lg_progress_colours(int descriptor)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(descriptor) && !is_dumb() && !(no_color && *no_color);
}

void lg_progress_start(lg_progress *progress, uint32_t total, bool quiet)
{
    *progress = (lg_progress){
        .on = !quiet && isatty(STDERR_FILENO) && !is_dumb(),
        .total = total,
        .start_s = lg_progress_now(),
    };
}

static void draw_rate(const lg_progress *progress)
{
    double spent = lg_progress_now() - progress->start_s;
    double rate = spent > 0 ? progress->done / spent : 0;
    fprintf(stderr, "%.*f slots/s", rate < 10 ? 1 : 0, rate);
    if (rate > 0) {
        unsigned left = (unsigned)((progress->total - progress->done) / rate + 0.5);
        fprintf(stderr, "  %u:%02u left", left / 60, left % 60);
    }
}

void lg_progress_draw(void *ctx)
{
    lg_progress *progress = ctx;
    if (!progress->on || progress->total == 0)
        return;
    uint32_t filled = (uint32_t)((uint64_t)progress->done * BAR_WIDTH / progress->total);
    fputs("\r ▕", stderr);
    for (uint32_t i = 0; i < BAR_WIDTH; i++)
        fputs(i < filled ? "█" : " ", stderr);
    fprintf(stderr, "▏ %u/%u slots  ", progress->done, progress->total);
    char told[80];
    if (progress->tell && progress->tell(progress->ctx, told, sizeof told))
        fputs(told, stderr);
    else
        draw_rate(progress);
    fputs("\033[K", stderr);
    fflush(stderr);
    progress->drawn = true;
}

void lg_progress_clear(lg_progress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}
