/* host/web/token.h — a secret that lets its bearer in */
#ifndef LG_WEB_TOKEN_H
#define LG_WEB_TOKEN_H

#include <stdbool.h>

/** "lg_" and 32 random bytes in base64url, and its end. */
#define LG_WEB_TOKEN_SIZE 47

/** A new one into @p token. @return false: the system has no randomness to give */
bool lg_web_token_new(char token[LG_WEB_TOKEN_SIZE]);

/** Whether an Authorization header says "Bearer " and this token; takes as long for any wrong one
 * of its length. NULL says nothing. */
bool lg_web_token_is(const char *authorization, const char *token);

#endif
