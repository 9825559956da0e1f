/** Common parts of the commands: errors of usage, exit codes, output directories. */
@NullMarked
package dev.threeways.lab.cli;

import org.jspecify.annotations.NullMarked;
