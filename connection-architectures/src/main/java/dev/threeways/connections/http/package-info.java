/** As much of HTTP/1.1 (RFC 9112) as a server needs that curl, wrk and Gatling drive, and no I/O. */
@NullMarked
package dev.threeways.connections.http;

import org.jspecify.annotations.NullMarked;
