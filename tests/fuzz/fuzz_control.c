/* libFuzzer target: any bytes as a request to a running host; what is refused is answered in JSON
 * that the same scan accepts. */
#include <stdlib.h>
#include <string.h>
#include "base/json_scan.h"
#include "control/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_answer(const lg_text *answer)
{
    lg_json_lines lines;
    lg_status status = lg_json_scan(lg_mem_system(), answer->data, answer->length, &lines);
    lg_json_lines_fini(&lines);
    LG_ASSERT(status == LG_OK && !memchr(answer->data, '\n', answer->length));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *line = malloc(size + 1);
    if (!line)
        return 0;
    memcpy(line, bytes, size);
    line[size] = 0;
    lg_request request;
    lg_request_fault fault;
    lg_text answer;
    lg_text_init(&answer, lg_mem_system());
    if (lg_request_read(lg_mem_system(), line, size, &request, &fault) == LG_OK) {
        lg_reply_begin(&answer, request.id);
        for (int i = 0; i < LG_CONTROL_ARGS; i++)
            if (request.values[i].text)
                lg_reply_str(&answer, "text", request.values[i].text);
        lg_reply_end(&answer);
    } else {
        lg_reply_error(&answer, request.id, fault.code, fault.message);
    }
    check_answer(&answer);
    lg_text_fini(&answer);
    lg_request_fini(&request);
    free(line);
    return 0;
}
