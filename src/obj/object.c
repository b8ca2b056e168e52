// The type table, as data.
//
// Uses: obj/object.
#include "obj/object.h"

const struct type_info type_infos[N_OBJECT_TYPES] = {
#define TYPE(id, name, shape, words, values) {name, SHAPE_##shape, words, values},
#include "obj/types.def"
#undef TYPE
};
