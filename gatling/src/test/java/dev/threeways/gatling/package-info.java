/** Tests of the simulations, which run in JVMs of their own against servers made for the purpose. */
@NullMarked
package dev.threeways.gatling;

import org.jspecify.annotations.NullMarked;
