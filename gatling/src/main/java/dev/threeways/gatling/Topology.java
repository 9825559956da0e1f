package dev.threeways.gatling;

/** How requests are spread over connections. */
enum Topology {

    /**
     * As few keep-alive connections as there are requests in flight, each reused by the next request, as behind a
     * proxy.
     */
    SHARED,

    /** Each client has one connection of its own and keeps it. */
    MANY
}
