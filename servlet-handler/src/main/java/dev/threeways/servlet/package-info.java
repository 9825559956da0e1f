/**
 * The handler of both servlet services, in straight-line blocking code. The service's {@code application.yaml} decides
 * whether a waiting call parks a platform thread or a virtual one; nothing here knows.
 */
@NullMarked
package dev.threeways.servlet;

import org.jspecify.annotations.NullMarked;
