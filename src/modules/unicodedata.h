/* unicodedata.h: what the files of the module unicodedata share. */
#ifndef OURO_SRC_MODULES_UNICODEDATA_H
#define OURO_SRC_MODULES_UNICODEDATA_H

#include "types/str.h"

typedef enum normal_form { NORMAL_NFC, NORMAL_NFD, NORMAL_NFKC, NORMAL_NFKD } normal_form;

/* The str in the form (new reference): itself, if it is there already.  `old`: by Unicode 3.2. */
OURO_NODISCARD ouro_value unicode_normalize(ouro_runtime *rt, ouro_value s, normal_form form, bool old);

#endif
