package dev.threeways.blocking;

import dev.threeways.contract.ServiceConnectionContract;

/** Service connections, for this service. */
class BlockingServiceConnectionIT extends ServiceConnectionContract {}
