/**
 * What a contract needs: starts of a packaged service between relays that watch and break its network, and a client that
 * sends exactly what it is told to. The contract itself is {@link dev.threeways.contract.rules}.
 */
@NullMarked
package dev.threeways.contract;

import org.jspecify.annotations.NullMarked;
