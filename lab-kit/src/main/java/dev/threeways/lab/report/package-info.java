/** Figures and pages: one HTML file each, without a network. */
@NullMarked
package dev.threeways.lab.report;

import org.jspecify.annotations.NullMarked;
