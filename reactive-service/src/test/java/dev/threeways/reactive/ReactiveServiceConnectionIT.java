package dev.threeways.reactive;

import dev.threeways.contract.rules.ServiceConnectionContract;

/** Service connections, for this service. */
class ReactiveServiceConnectionIT extends ServiceConnectionContract {}
