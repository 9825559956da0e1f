/**
 * The handler of both servlet services, in straight-line blocking code. Whether a call that waits parks a platform
 * thread or a virtual one is decided by the service's {@code application.yaml}; nothing here knows.
 */
@NullMarked
package dev.threeways.servlet;

import org.jspecify.annotations.NullMarked;
