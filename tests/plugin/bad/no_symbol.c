/* tests/plugin/bad/no_symbol.c — a library that is no plugin: nothing of the expected name is
 * exported */
__attribute__((visibility("default"))) extern const int something_else;
const int something_else = 1;
