/* Nodes are found by the words that channels begin with and by their UUID, both by halves. The UUID
 * of an order or trade is its number, mixed with what is the run's own, and a check: so none has to
 * be kept to be recognised. */
#include "gsy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/draw.h"

/* ---- ids ---- */

/* 60 bits in front that only this kind, number and run have; they check the 62 behind. */
static uint64_t check_of(const gsy *g, gsy_id kind, uint64_t number)
{
    return lg_draw_mix(g->salt ^ lg_draw_mix(number * 4 + (uint64_t)kind)) >> 4;
}

static uint64_t mask_of(const gsy *g, uint64_t check)
{
    return lg_draw_mix(g->salt ^ check) >> 2;
}

void names_put_id(const gsy *g, out *o, gsy_id kind, uint64_t number)
{
    uint64_t check = check_of(g, kind, number), rest = number ^ mask_of(g, check);
    put_format(o, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(check >> 28),
               (unsigned)(check >> 12 & 0xffff), (unsigned)(check & 0xfff),
               (unsigned)(0x8000 | (rest >> 48 & 0x3fff)),
               (unsigned long long)(rest & UINT64_C(0xffffffffffff)));
}

uint64_t names_read_id(const gsy *g, gsy_id kind, const char *text)
{
    unsigned a, b, c, d;
    unsigned long long e;
    int end = 0;
    if (strlen(text) != 36 ||
        sscanf(text, "%8x-%4x-4%3x-%4x-%12llx%n", &a, &b, &c, &d, &e, &end) != 5 || end != 36)
        return 0;
    uint64_t check = (uint64_t)a << 28 | (uint64_t)b << 12 | c;
    uint64_t number = ((uint64_t)(d & 0x3fff) << 48 | e) ^ mask_of(g, check);
    return number && check_of(g, kind, number) == check ? number : 0;
}

/* ---- nodes ---- */

static int by_uuid(const void *a, const void *b)
{
    return strcmp((*(gsy_node *const *)a)->is.uuid, (*(gsy_node *const *)b)->is.uuid);
}

/* Of several with one word who has it as its own is found, and of those an asset. */
static int by_word(const void *a, const void *b)
{
    const gsy_word *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    if (order == 0 && x->other != y->other)
        return x->other ? 1 : -1;
    if (order == 0 && x->node->is.kind != y->node->is.kind)
        return x->node->is.kind == LG_GATEWAY_ASSET ? -1 : 1;
    return order
               ? order
               : (x->node->is.index > y->node->is.index) - (x->node->is.index < y->node->is.index);
}

/* "House 1" -> "house-1": letters and digits, all else is one dash. */
static char *slug_of(const char *name)
{
    char *slug = malloc(strlen(name) + 1), *at = slug;
    bool gap = false;
    for (; slug && *name; name++) {
        unsigned char c = (unsigned char)*name;
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '_' || c >= 0x80;
        if (!plain) {
            gap = at > slug;
            continue;
        }
        if (gap)
            *at++ = '-';
        gap = false;
        *at++ = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    if (slug)
        *at = 0;
    return slug;
}

static bool is_open(const lg_gateway_node *node)
{
    return node->kind == LG_GATEWAY_AREA ||
           (node->role != LG_ROLE_BUS && node->role != LG_ROLE_MARKET_MAKER);
}

/* An asset's own word is its name, a market's is the slug; the other one is understood too. */
static void add_words(gsy *g, gsy_node *node)
{
    bool asset = node->is.kind == LG_GATEWAY_ASSET;
    node->channel = asset ? node->is.name : node->slug;
    g->words[g->word_count++] = (gsy_word){.text = node->channel, .node = node};
    const char *other = asset ? node->slug : node->is.name;
    if (*other && strcmp(other, node->channel) != 0)
        g->words[g->word_count++] = (gsy_word){.text = other, .node = node, .other = true};
}

static bool fill(gsy *g, uint32_t kind, uint32_t count, gsy_node *nodes)
{
    for (uint32_t i = 0; i < count; i++) {
        gsy_node *node = &nodes[i];
        if (!g->host->node(g->host->ctx, kind, i, &node->is))
            return false;
        node->slug = slug_of(node->is.name);
        if (!node->slug)
            return false;
        node->channel = node->slug;
        node->open = is_open(&node->is);
        g->by_uuid[g->node_count++] = node;
        if (node->open)
            add_words(g, node);
    }
    return true;
}

bool names_open(gsy *g)
{
    const lg_gateway_host *host = g->host;
    g->area_count = host->count(host->ctx, LG_GATEWAY_AREA);
    g->asset_count = host->count(host->ctx, LG_GATEWAY_ASSET);
    size_t all = (size_t)g->area_count + g->asset_count;
    g->areas = calloc(g->area_count + 1, sizeof *g->areas);
    g->assets = calloc(g->asset_count + 1, sizeof *g->assets);
    g->by_uuid = calloc(all + 1, sizeof *g->by_uuid);
    g->words = calloc(2 * all + 1, sizeof *g->words);
    if (!g->areas || !g->assets || !g->by_uuid || !g->words ||
        !fill(g, LG_GATEWAY_AREA, g->area_count, g->areas) ||
        !fill(g, LG_GATEWAY_ASSET, g->asset_count, g->assets))
        return false;
    qsort(g->by_uuid, g->node_count, sizeof *g->by_uuid, by_uuid);
    qsort(g->words, g->word_count, sizeof *g->words, by_word);
    for (const char *c = g->areas[0].is.uuid; *c; c++)
        g->salt = lg_draw_mix(g->salt ^ (unsigned char)*c);
    return true;
}

void names_close(gsy *g)
{
    for (uint32_t i = 0; g->areas && i < g->area_count; i++)
        free(g->areas[i].slug);
    for (uint32_t i = 0; g->assets && i < g->asset_count; i++)
        free(g->assets[i].slug);
    free(g->areas);
    free(g->assets);
    free(g->by_uuid);
    free(g->words);
}

/* As strcmp() of @p text and the first @p length bytes of @p word. */
static int compared(const char *text, const char *word, size_t length)
{
    int order = strncmp(text, word, length);
    return order == 0 && strlen(text) > length ? 1 : order;
}

gsy_node *names_by_word(const gsy *g, const char *word, size_t length)
{
    uint32_t low = 0, high = g->word_count;
    while (low < high) { /* the first of several */
        uint32_t middle = low + (high - low) / 2;
        if (compared(g->words[middle].text, word, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < g->word_count && compared(g->words[low].text, word, length) == 0;
    return found ? g->words[low].node : NULL;
}

gsy_node *names_by_uuid(const gsy *g, const char *uuid)
{
    uint32_t low = 0, high = g->node_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(g->by_uuid[middle]->is.uuid, uuid);
        if (order == 0)
            return g->by_uuid[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
