/** Spring Boot Admin, as it comes. */
@NullMarked
package dev.threeways.admin;

import org.jspecify.annotations.NullMarked;
