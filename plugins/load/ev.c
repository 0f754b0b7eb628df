/* An electric car that is plugged in after work: on some days of each week, drawn anew every week,
 * it comes home between half past four and eight in the evening and charges at full power until it
 * has what it drove. The number of sessions is the same in every week and their lengths sum to the
 * week's part of annual_kWh, so that the year comes out by construction and not by luck. */
#include "device.h"

#include "lunagrid/calendar.h"
#include "lunagrid/draw.h"

enum { DRAW_DAY = 21, DRAW_LENGTH, DRAW_EARLY, DRAW_LATE };

#define SESSION_HOURS     3.0 /* aimed at; more days before longer sessions */
#define SESSION_HOURS_MAX 10.0

static double hours_a_week(const load_device *load)
{
    return load->mean_W * 7 * 24 / load->charging_W;
}

uint8_t load_ev_sessions(const load_device *load)
{
    double hours = hours_a_week(load);
    if (hours > 7 * SESSION_HOURS_MAX)
        return 0;
    int sessions = 1 + (int)(hours / SESSION_HOURS);
    return (uint8_t)(sessions < 2 ? 2 : sessions > 7 ? 7 : sessions);
}

/* Whether @p day is among the chosen of its week: those with the smallest draws. */
static int is_chosen(const load_device *load, int64_t day, int64_t monday)
{
    uint64_t own = lg_draw_bits(load->seed, DRAW_DAY, day);
    int before = 0;
    for (int64_t other = monday; other < monday + 7; other++)
        if (other != day) {
            uint64_t draw = lg_draw_bits(load->seed, DRAW_DAY, other);
            before += draw < own || (draw == own && other < day);
        }
    return before < load->sessions_a_week;
}

static load_session session_of(const load_device *load, int64_t day)
{
    int64_t monday = day - lg_cal_weekday(day);
    if (!is_chosen(load, day, monday))
        return (load_session){0};
    double sum = 0;
    for (int64_t other = monday; other < monday + 7; other++)
        if (is_chosen(load, other, monday))
            sum += lg_draw_unit(load->seed, DRAW_LENGTH, other);
    double own = lg_draw_unit(load->seed, DRAW_LENGTH, day) - sum / load->sessions_a_week;
    double hours = hours_a_week(load) / load->sessions_a_week * (1 + 0.6 * own);
    double start = 16.5 + 1.75 * (lg_draw_unit(load->seed, DRAW_EARLY, day) +
                                  lg_draw_unit(load->seed, DRAW_LATE, day));
    return (load_session){(int32_t)(start * 3600), (int32_t)(hours * 3600 + 0.5)};
}

/* Seconds of @p session that lie in [from_s, to_s), all counted from its own midnight. */
static double overlap_s(const load_session *session, double from_s, double to_s)
{
    double first = from_s > session->start_s ? from_s : session->start_s;
    double end = (double)session->start_s + session->length_s;
    double last = to_s < end ? to_s : end;
    return last > first ? last - first : 0;
}

double load_ev_W(load_device *load, const lg_slot *slot)
{
    int64_t day = lg_cal_day(slot->start_ms);
    if (load->day != day) {
        load->session[1] = load->day == day - 1 ? load->session[0] : session_of(load, day - 1);
        load->session[0] = session_of(load, day);
        load->day = day;
    }
    double from_s = (double)lg_cal_in_day(slot->start_ms) / 1000, length_s = slot->hours * 3600;
    double charging_s = overlap_s(&load->session[0], from_s, from_s + length_s) +
                        overlap_s(&load->session[1], from_s + 86400, from_s + 86400 + length_s);
    return load->charging_W * charging_s / length_s;
}
