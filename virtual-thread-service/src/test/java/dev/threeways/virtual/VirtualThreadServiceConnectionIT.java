package dev.threeways.virtual;

import dev.threeways.contract.rules.ServiceConnectionContract;

/** Service connections, for this service. */
class VirtualThreadServiceConnectionIT extends ServiceConnectionContract {}
