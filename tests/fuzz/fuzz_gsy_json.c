/* What clients send over Redis: taken apart, echoed in both ways, and read again, it stays what it
 * is. */
#include "json.c"
#include "out.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_message message, again;
    out echo = {0}, twice = {0}, python = {0};
    if (json_read((const char *)data, size, &message)) {
        put_json(&echo, message.top);
        put_python(&python, message.top);
        if (!json_read(out_peek(&echo), echo.length, &again))
            abort();
        put_json(&twice, again.top);
        if (echo.length != twice.length || memcmp(echo.data, twice.data, echo.length) != 0)
            abort();
        json_free(&again);
    }
    json_free(&message);
    out_free(&echo);
    out_free(&twice);
    out_free(&python);
    return 0;
}
