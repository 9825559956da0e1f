package dev.threeways.gatling;

/** How requests are spread over connections. */
enum Topology {

    /** About as many keep-alive connections as requests in flight; each serves the next request, as behind a proxy. */
    SHARED,

    /** Each client has one connection of its own and keeps it. */
    MANY
}
