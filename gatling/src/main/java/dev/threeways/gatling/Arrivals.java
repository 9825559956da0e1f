package dev.threeways.gatling;

/** How requests are spread where the rate is given. */
enum Arrivals {

    /** Evenly: the same time between any two at a steady rate. */
    CONSTANT,

    /** A Poisson process: independent users, who also come in clusters. */
    POISSON
}
