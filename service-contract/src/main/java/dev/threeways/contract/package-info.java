/**
 * Tools of a contract: starts of a packaged service between relays that watch and break its network, and an exact
 * client. The contract itself is {@link dev.threeways.contract.rules}.
 */
@NullMarked
package dev.threeways.contract;

import org.jspecify.annotations.NullMarked;
