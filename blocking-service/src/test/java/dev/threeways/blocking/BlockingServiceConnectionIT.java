package dev.threeways.blocking;

import dev.threeways.contract.rules.ServiceConnectionContract;

/** Service connections, for this service. */
class BlockingServiceConnectionIT extends ServiceConnectionContract {}
