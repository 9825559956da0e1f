/**
 * The experiment: brings up database, payment API, one service and the load generator as processes of their own,
 * measures the service from outside, balances the books of all of them and reports. Nothing here runs inside a measured
 * JVM but {@code dev.threeways.comparison.probe}, which is silent while a window is measured.
 */
@NullMarked
package dev.threeways.comparison;

import org.jspecify.annotations.NullMarked;
