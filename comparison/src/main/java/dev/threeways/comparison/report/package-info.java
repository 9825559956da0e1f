/** Output for people: terminal, page, pictures. */
@NullMarked
package dev.threeways.comparison.report;

import org.jspecify.annotations.NullMarked;
