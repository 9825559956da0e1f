/** What the commands have in common: errors of usage, exit codes, where they write. */
@NullMarked
package dev.threeways.lab.cli;

import org.jspecify.annotations.NullMarked;
