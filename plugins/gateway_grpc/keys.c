/* Keys are compared by their hashes, and all of them each time, so that how long it takes says
 * nothing. */
#include "keys.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "microgrid.h"
#include "nonces.h"
#include "trading.h"

enum { LINE_MAX_LETTERS = 4096, POOLS_MAX = 256, HEADER_MAX = 512 };

typedef struct key_row {
    uint8_t hash[SHA256_DIGEST_LENGTH];
    char *secret; /* NULL: does not sign */
    uint64_t pools[POOLS_MAX];
    uint32_t pool_count, rights;
    bool all_pools;
} key_row;

struct keys {
    key_row *rows;
    uint32_t count;
    nonces nonces;
};

/* ---- reading ---- */

static int hex(char letter)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = letter ? strchr(digits, letter) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool read_hash(const char *text, uint8_t *out)
{
    static const char prefix[] = "sha256:";
    size_t length = sizeof prefix - 1;
    if (strncmp(text, prefix, length) != 0) {
        SHA256((const unsigned char *)text, strlen(text), out);
        return true;
    }
    text += length;
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        int high = hex(text[2 * i]), low = high < 0 ? -1 : hex(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * SHA256_DIGEST_LENGTH] == 0;
}

static bool read_pools(const char *text, key_row *row)
{
    row->all_pools = strcmp(text, "*") == 0;
    if (strcmp(text, "-") == 0)
        return true;
    while (!row->all_pools) {
        char *end;
        errno = 0;
        if (*text < '0' || *text > '9' || row->pool_count == POOLS_MAX)
            return false;
        row->pools[row->pool_count++] = strtoull(text, &end, 10);
        if (errno || (*end && *end != ','))
            return false;
        if (!*end)
            return true;
        text = end + 1;
    }
    return true;
}

static bool read_rights(char *text, key_row *row)
{
    static const struct {
        const char *word;
        uint32_t rights;
    } known[] = {{"read", TRADING_MAY_READ},
                 {"trade", TRADING_MAY_READ | TRADING_MAY_TRADE},
                 {"control", MICROGRID_MAY_READ | MICROGRID_MAY_CONTROL}};
    char *rest;
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        uint32_t rights = 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(word, known[i].word) == 0)
                rights = known[i].rights;
        if (!rights)
            return false;
        row->rights |= rights;
    }
    return row->rights != 0;
}

static const char *read_row(char *line, key_row *row)
{
    char *rest, *word = strtok_r(line, " \t\r\n", &rest);
    if (!word)
        return "";
    if (!read_hash(word, row->hash))
        return "sha256: is followed by 64 hexadecimal digits, in small letters";
    word = strtok_r(NULL, " \t\r\n", &rest);
    if (!word)
        return "expected KEY SECRET GRIDPOOLS RIGHTS";
    row->secret = strcmp(word, "-") == 0 ? NULL : word;
    word = strtok_r(NULL, " \t\r\n", &rest);
    if (!word || !read_pools(word, row))
        return "GRIDPOOLS are numbers with commas between them, at most 256, or * or -";
    word = strtok_r(NULL, " \t\r\n", &rest);
    if (!word || !read_rights(word, row))
        return "RIGHTS are read, trade, control, with commas between them";
    return strtok_r(NULL, " \t\r\n", &rest) ? "there is a word too many" : NULL;
}

static const char *add_line(keys *k, char *line)
{
    key_row row = {.rights = 0};
    line[strcspn(line, "#")] = 0;
    const char *wrong = read_row(line, &row);
    if (wrong)
        return *wrong ? wrong : NULL; /* an empty line */
    for (uint32_t i = 0; i < k->count; i++)
        if (memcmp(k->rows[i].hash, row.hash, sizeof row.hash) == 0)
            return "this key is there already";
    key_row *grown = realloc(k->rows, (k->count + 1) * sizeof *grown);
    if (!grown)
        return "out of memory";
    k->rows = grown;
    if (row.secret && !(row.secret = strdup(row.secret)))
        return "out of memory";
    k->rows[k->count++] = row;
    return NULL;
}

keys *keys_open(const char *path, char *why, uint32_t size)
{
    char line[LINE_MAX_LETTERS];
    const char *wrong = NULL;
    uint32_t number = 0;
    FILE *file = fopen(path, "re");
    keys *k = file ? calloc(1, sizeof *k) : NULL;
    if (!k) {
        snprintf(why, size, "%.300s: %s", path, strerror(errno));
        if (file)
            fclose(file);
        return NULL;
    }
    while (!wrong && fgets(line, sizeof line, file)) {
        number++;
        wrong = strlen(line) + 1 == sizeof line ? "the line is too long" : add_line(k, line);
    }
    if (!wrong && k->count == 0)
        wrong = "there is no key in it";
    if (!wrong && !nonces_open(&k->nonces, KEYS_NONCES_MAX))
        wrong = "out of memory";
    OPENSSL_cleanse(line, sizeof line);
    fclose(file);
    if (!wrong)
        return k;
    snprintf(why, size, "%.300s:%u: %s", path, number, wrong);
    keys_free(k);
    return NULL;
}

void keys_free(keys *k)
{
    if (!k)
        return;
    for (uint32_t i = 0; i < k->count; i++)
        if (k->rows[i].secret) {
            OPENSSL_cleanse(k->rows[i].secret, strlen(k->rows[i].secret));
            free(k->rows[i].secret);
        }
    free(k->rows);
    nonces_close(&k->nonces);
    free(k);
}

uint32_t keys_number(const keys *k, const void *who)
{
    return (uint32_t)((const key_row *)who - k->rows) + 1;
}

void keys_count(const keys *k, uint32_t *count, uint32_t *signing)
{
    *count = k->count;
    *signing = 0;
    for (uint32_t i = 0; i < k->count; i++)
        *signing += k->rows[i].secret != NULL;
}

/* ---- signatures ---- */

/* URL-safe base64 of 32 bytes, padded or not. */
static bool read_signature(const char *text, uint8_t *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0, held = 0, used = 0;
    size_t length = strcspn(text, "=");
    if (length != 43 || strcmp(text + length, "=") > 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        const char *at = strchr(letters, text[i]);
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - letters);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[used++] = (uint8_t)(bits >> held);
        }
    }
    return used == SHA256_DIGEST_LENGTH;
}

/* HMAC-SHA-256 of key, ts, nonce and method, with nothing between them. */
static bool is_signed(const key_row *row, const keys_claim *c)
{
    uint8_t given[SHA256_DIGEST_LENGTH], wanted[EVP_MAX_MD_SIZE];
    char text[4 * HEADER_MAX];
    unsigned int length = 0;
    int size = snprintf(text, sizeof text, "%s%s%s%s", c->key, c->ts, c->nonce, c->method);
    if (size < 0 || (size_t)size >= sizeof text || !read_signature(c->sig, given))
        return false;
    return HMAC(EVP_sha256(), row->secret, (int)strlen(row->secret), (const uint8_t *)text,
                (size_t)size, wanted, &length) &&
           length == sizeof given && CRYPTO_memcmp(given, wanted, sizeof given) == 0;
}

/* Seconds of a text, -1: it is none. */
static int64_t read_ts(const char *text)
{
    size_t length = strlen(text);
    if (length < 1 || length > 12 || text[strspn(text, "0123456789")])
        return -1;
    return strtoll(text, NULL, 10);
}

static const key_row *row_of(const keys *k, const char *key)
{
    uint8_t hash[SHA256_DIGEST_LENGTH];
    const key_row *found = NULL;
    SHA256((const unsigned char *)key, strlen(key), hash);
    for (uint32_t i = 0; i < k->count; i++)
        if (CRYPTO_memcmp(k->rows[i].hash, hash, sizeof hash) == 0)
            found = &k->rows[i];
    return found;
}

static rpc_code check_signature(keys *k, const key_row *row, const keys_claim *c, int64_t wall_ms,
                                const char **why)
{
    int64_t now_s = wall_ms / 1000;
    int64_t ts = c->ts ? read_ts(c->ts) : -1;
    if (!c->sig || !c->nonce || ts < 0) {
        *why = "this key signs its calls: ts, nonce and sig are to be sent";
        return RPC_UNAUTHENTICATED;
    }
    if (!is_signed(row, c)) {
        *why = "the key is unknown, or the signature is not its own";
        return RPC_UNAUTHENTICATED;
    }
    if (ts < now_s - KEYS_WINDOW_S || ts > now_s + KEYS_WINDOW_S) {
        *why = "the signature is too old, or of a clock that is ahead";
        return RPC_UNAUTHENTICATED;
    }
    switch (
        nonces_add(&k->nonces, (uint64_t)(row - k->rows), c->nonce, ts + KEYS_WINDOW_S, now_s)) {
    case NONCES_NEW:
        return RPC_OK;
    case NONCES_SEEN:
        *why = "this call was made before: its nonce is used";
        return RPC_UNAUTHENTICATED;
    default:
        *why = "there are more calls than can be told from one another";
        return RPC_RESOURCE_EXHAUSTED;
    }
}

rpc_code keys_admit(keys *k, const keys_claim *c, int64_t wall_ms, const void **who,
                    const char **why)
{
    *who = NULL;
    if (!c->key || !*c->key) {
        *why = "a key is to be sent";
        return RPC_UNAUTHENTICATED;
    }
    const key_row *row = strlen(c->key) < HEADER_MAX ? row_of(k, c->key) : NULL;
    if (!row) {
        *why = "the key is unknown, or the signature is not its own";
        return RPC_UNAUTHENTICATED;
    }
    rpc_code code = row->secret ? check_signature(k, row, c, wall_ms, why) : RPC_OK;
    if (code == RPC_OK)
        *who = row;
    return code;
}

bool keys_has(const void *who, uint32_t rights)
{
    const key_row *row = who;
    return (row->rights & rights) == rights;
}

bool keys_may(const void *who, uint64_t gridpool, uint32_t rights)
{
    const key_row *row = who;
    if (!row || !keys_has(row, rights))
        return false;
    for (uint32_t i = 0; i < row->pool_count; i++)
        if (row->pools[i] == gridpool)
            return true;
    return row->all_pools;
}
