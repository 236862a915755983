// Swift's package manager builds no C target without a source; including the headers also shows that C can read them.
#include "CoalitionFFI.h"
#include "CoalitionTypesFFI.h"
