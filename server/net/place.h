// Where somebody is: names of rooms and matches, which several services know alike and none of them owns.
#pragma once

#include "core/base/short_id.h"

namespace gs::net {

using RoomId = ShortId<struct RoomTag>;
using MatchId = ShortId<struct MatchTag>;

}  // namespace gs::net
