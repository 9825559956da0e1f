@NullMarked
package dev.threeways.servlet;

import org.jspecify.annotations.NullMarked;
