/* Texts are decoded in place, in a copy of the message; values live in blocks that are freed
 * together. */
#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };

typedef struct block {
    struct block *before;
    uint32_t used;
    json values[BLOCK];
} block;

typedef struct reader {
    char *at, *end;
    json_message *message;
} reader;

static json *new_value(reader *r)
{
    block *b = r->message->blocks;
    if (r->message->count++ >= JSON_VALUES_MAX)
        return NULL;
    if (!b || b->used == BLOCK) {
        block *fresh = malloc(sizeof *fresh);
        if (!fresh)
            return NULL;
        fresh->before = b;
        fresh->used = 0;
        r->message->blocks = b = fresh;
    }
    json *value = &b->values[b->used++];
    *value = (json){.type = JSON_NULL};
    return value;
}

static void pass_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

static bool take(reader *r, char c)
{
    if (r->at >= r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool take_word(reader *r, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

/* ---- texts ---- */

static bool read_hex(reader *r, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        char c = r->at < r->end ? *r->at++ : 0;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A' + 10);
        else
            return false;
        *code = *code << 4 | digit;
    }
    return true;
}

static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xc0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *out++ = (char)(0xe0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    } else {
        *out++ = (char)(0xf0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3f));
        *out++ = (char)(0x80 | (code >> 6 & 0x3f));
        *out++ = (char)(0x80 | (code & 0x3f));
    }
    return out;
}

/* Behind a backslash; a zero and half a pair are no characters. */
static bool read_escape(reader *r, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at++ : 0;
    const char *plain = c ? strchr(from, c) : NULL;
    uint32_t code, low;
    if (plain) {
        *(*out)++ = to[plain - from];
        return true;
    }
    if (c != 'u' || !read_hex(r, &code) || code == 0 || (code >= 0xdc00 && code < 0xe000))
        return false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take_word(r, "\\u") || !read_hex(r, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *out = put_utf8(*out, code);
    return true;
}

/* Bytes of the character at @p s; 0: it is none. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    size_t length = s[0] < 0x80                   ? 1
                    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
                    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                  : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

/* Behind the opening quote. NULL: it is none. */
static const char *read_text(reader *r)
{
    char *start = r->at, *out = r->at;
    while (r->at < r->end) {
        unsigned char c = (unsigned char)*r->at;
        if (c == '"') {
            r->at++;
            *out = 0;
            return start;
        }
        if (c < 0x20)
            return NULL;
        if (c == '\\') {
            r->at++;
            if (!read_escape(r, &out))
                return NULL;
            continue;
        }
        size_t length = utf8_length((const unsigned char *)r->at, (size_t)(r->end - r->at));
        if (!length)
            return NULL;
        memmove(out, r->at, length);
        out += length;
        r->at += length;
    }
    return NULL;
}

/* ---- numbers ---- */

static bool digits(reader *r)
{
    char *start = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return r->at > start;
}

/* The text of a number has to end somewhere: it is kept in place only when a separator follows,
 * which has been looked at by then. */
static bool read_number(reader *r, json *value, char **stop)
{
    char *start = r->at;
    take(r, '-');
    char *whole = r->at;
    if (!digits(r) || (*whole == '0' && r->at - whole > 1))
        return false;
    if (take(r, '.') && !digits(r))
        return false;
    if (take(r, 'e') || take(r, 'E')) {
        if (!take(r, '+'))
            take(r, '-');
        if (!digits(r))
            return false;
    }
    char *end;
    value->type = JSON_NUMBER;
    value->text = start;
    value->number = strtod(start, &end);
    *stop = r->at;
    if (!isfinite(value->number))
        r->message->flaw = "it has a number that is too large";
    return end == r->at;
}

/* ---- values ---- */

static json *read_value(reader *r, int depth);

static uint32_t hash_of(const char *key)
{
    uint32_t hash = 2166136261u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    return hash;
}

static bool is_there(const json *object, const char *key, uint32_t hash)
{
    for (const json *m = object->first; m; m = m->next)
        if (m->key_hash == hash && strcmp(m->key, key) == 0)
            return true;
    return false;
}

static bool read_members(reader *r, json *value, int depth, char close)
{
    json **tail = &value->first;
    pass_blanks(r);
    if (take(r, close))
        return true;
    for (;;) {
        const char *key = NULL;
        uint32_t hash = 0;
        bool again = false;
        pass_blanks(r);
        if (value->type == JSON_OBJECT) {
            if (!take(r, '"') || !(key = read_text(r)))
                return false;
            hash = hash_of(key);
            pass_blanks(r);
            again = is_there(value, key, hash);
            if (again)
                r->message->flaw = "it has a key twice in an object";
            if (!take(r, ':'))
                return false;
        }
        json *member = read_value(r, depth + 1);
        if (!member)
            return false;
        member->key = key;
        member->key_hash = hash;
        member->again = again;
        *tail = member;
        tail = &member->next;
        value->count++;
        char *stop = r->at;
        pass_blanks(r);
        bool more = take(r, ',');
        bool over = !more && take(r, close);
        if (member->type == JSON_NUMBER)
            *stop = 0; /* the separator has been read */
        if (over)
            return true;
        if (!more)
            return false;
    }
}

/* As Python writes what is no number: it becomes a text, which no amount, time or id can be, so one
 * command is refused and not the message. */
static bool read_no_number(reader *r, json *value)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (take_word(r, words[i])) {
            value->type = JSON_TEXT;
            value->text = words[i];
            return true;
        }
    return false;
}

static json *read_value(reader *r, int depth)
{
    json *value = depth < JSON_DEPTH_MAX ? new_value(r) : NULL;
    char *stop;
    bool fine = false;
    pass_blanks(r);
    if (!value || r->at >= r->end)
        return NULL;
    switch (*r->at) {
    case '{':
        r->at++;
        value->type = JSON_OBJECT;
        fine = read_members(r, value, depth, '}');
        break;
    case '[':
        r->at++;
        value->type = JSON_LIST;
        fine = read_members(r, value, depth, ']');
        break;
    case '"':
        r->at++;
        value->type = JSON_TEXT;
        value->text = read_text(r);
        fine = value->text != NULL;
        break;
    case 'n':
        fine = take_word(r, "null");
        break;
    case 't':
        value->type = JSON_TRUE;
        fine = take_word(r, "true");
        break;
    case 'f':
        value->type = JSON_FALSE;
        fine = take_word(r, "false");
        break;
    default:
        fine = read_no_number(r, value) || read_number(r, value, &stop);
    }
    return fine ? value : NULL;
}

bool json_read(const char *bytes, size_t size, json_message *message)
{
    *message = (json_message){0};
    message->copy = malloc(size + 1);
    if (!message->copy)
        return false;
    memcpy(message->copy, bytes, size);
    message->copy[size] = 0;
    reader r = {.at = message->copy, .end = message->copy + size, .message = message};
    json *top = read_value(&r, 0);
    pass_blanks(&r);
    if (top && r.at == r.end && top->type == JSON_OBJECT)
        message->top = top;
    return message->top && !message->flaw;
}

const char *json_why(const json_message *message)
{
    return message->top && message->flaw ? message->flaw : "it is no JSON object";
}

void json_free(json_message *message)
{
    for (block *b = message->blocks; b;) {
        block *before = b->before;
        free(b);
        b = before;
    }
    free(message->copy);
    *message = (json_message){0};
}

const json *json_get(const json *object, const char *key)
{
    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (const json *m = object->first; m; m = m->next)
        if (strcmp(m->key, key) == 0)
            return m;
    return NULL;
}

const char *json_text(const json *object, const char *key)
{
    const json *member = json_get(object, key);
    return member && member->type == JSON_TEXT ? member->text : NULL;
}

/* Behind the quote that ends the text at @p at, which is behind the one that begins it. */
static const char *text_end(const char *at, const char *end)
{
    for (; at < end; at++) {
        if (*at == '\\')
            at++;
        else if (*at == '"')
            return at + 1;
    }
    return end;
}

static const char *behind_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\n\r", *at) && *at)
        at++;
    return at;
}

bool json_peek(const char *bytes, size_t size, const char *key, char *out, size_t room)
{
    const char *at = bytes, *end = bytes + size;
    size_t length = strlen(key);
    int depth = 0;
    while (at < end) {
        char c = *at++;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (c != '"')
            continue;
        const char *text = at;
        at = text_end(at, end);
        bool wanted =
            depth == 1 && (size_t)(at - text) == length + 1 && memcmp(text, key, length) == 0;
        const char *value = behind_blanks(at, end);
        if (!wanted || value >= end || *value != ':')
            continue;
        value = behind_blanks(value + 1, end);
        if (value >= end || *value != '"')
            return false;
        const char *stop = text_end(++value, end);
        size_t count = (size_t)(stop - value);
        if (count < 2 || count > room || stop[-1] != '"' || memchr(value, '\\', count))
            return false;
        memcpy(out, value, count - 1);
        out[count - 1] = 0;
        return true;
    }
    return false;
}
