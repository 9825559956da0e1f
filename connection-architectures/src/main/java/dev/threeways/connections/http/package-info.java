/** The part of HTTP/1.1 (RFC 9112) that a server needs for curl, wrk and Gatling, without I/O. */
@NullMarked
package dev.threeways.connections.http;

import org.jspecify.annotations.NullMarked;
