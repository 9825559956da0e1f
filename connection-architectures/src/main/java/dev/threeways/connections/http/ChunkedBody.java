package dev.threeways.connections.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads one body that comes in chunks (RFC 9112, 7.1), however the stream is cut. Not thread-safe.
 *
 * <p>
 * Strict, since leniency here hides requests from other readers of the stream. Lines end with CR LF, a size is
 * hexadecimal digits and nothing else, data is followed by CR LF. Blanks before an extension, which the grammar has for
 * old senders only, are rejected as well. Extensions and trailers are read and discarded.
 *
 * <p>
 * Keeps the content without its framing, which is bounded too. A size has at most {@value #DIGITS} digits, and a chunk
 * at least one byte. All extensions together, and all trailers together, have at most as many bytes as a head.
 */
public final class ChunkedBody {

    /** Digits of a 64-bit number. Leading zeros count, or a size could be of any length. */
    private static final int DIGITS = 16;

    /** Exceeds any limit; sizes stay at it instead of overflowing. */
    private static final long HUGE = 1L << 40;

    private static final int FIRST_BYTES = 512;

    private static final byte[] NOTHING = {};

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        END
    }

    private final HttpLimits limits;

    private State state = State.SIZE;

    private byte[] content = NOTHING;

    private int length;

    private int digits;

    /** Size of the chunk: as its line says, then what has not come yet. */
    private long size;

    private int extensionBytes;

    private int trailerBytes;

    private int trailers;

    public ChunkedBody(HttpLimits limits) {
        this.limits = limits;
    }

    /**
     * Takes only this body's bytes from {@code bytes}.
     *
     * @return whether the body is complete
     * @throws BadRequestException if the body is malformed or, as soon as that is known, too large; nothing more can be
     *     read then
     */
    public boolean read(ByteBuffer bytes) throws BadRequestException {
        while (state != State.END && bytes.hasRemaining()) {
            if (state == State.DATA) {
                data(bytes);
            } else {
                state = next(bytes.get() & 0xFF);
            }
        }
        return state == State.END;
    }

    /** Returns the content so far. */
    public byte[] content() {
        return length == content.length ? content : Arrays.copyOf(content, length);
    }

    private void data(ByteBuffer bytes) {
        int count = (int) Math.min(size, bytes.remaining());
        if (content.length - length < count) { // grows with what has come, not with what was announced
            int doubled = Math.max(FIRST_BYTES, 2 * content.length);
            content = Arrays.copyOf(content, Math.max(length + count, Math.min(doubled, limits.bodyBytes())));
        }
        bytes.get(content, length, count);
        length += count;
        size -= count;
        if (size == 0) {
            state = State.DATA_CR;
        }
    }

    private State next(int character) throws BadRequestException {
        return switch (state) {
            case SIZE -> size(character);
            case EXTENSION -> extension(character);
            case SIZE_LF -> {
                requireLineEnd(character, '\n');
                digits = 0;
                yield size == 0 ? State.TRAILER : State.DATA;
            }
            case DATA_CR -> {
                requireLineEnd(character, '\r');
                yield State.DATA_LF;
            }
            case DATA_LF -> {
                requireLineEnd(character, '\n');
                yield State.SIZE;
            }
            case TRAILER, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF -> trailer(character);
            case END_LF -> {
                requireLineEnd(character, '\n');
                yield State.END;
            }
            case DATA, END -> throw new IllegalStateException(state.toString());
        };
    }

    private State size(int character) throws BadRequestException {
        int digit = character < 0x80 ? Character.digit(character, 16) : -1;
        if (digit >= 0) {
            digits++;
            if (digits > DIGITS) {
                throw new BadRequestException(400, "A chunk's size has more than " + DIGITS + " digits.");
            }
            size = Math.min(16 * size + digit, HUGE);
            return State.SIZE;
        }
        if (digits == 0 || (character != ';' && character != '\r')) {
            throw new BadRequestException(400, "A chunk does not begin with its size in hexadecimal digits.");
        }
        if (size > limits.bodyBytes() - length) {
            throw HeadRules.tooLarge(limits);
        }
        return character == ';' ? State.EXTENSION : State.SIZE_LF;
    }

    private State extension(int character) throws BadRequestException {
        if (character == '\r') {
            return State.SIZE_LF;
        }
        if (HeadRules.isControl(character)) {
            throw new BadRequestException(400, "A chunk's extension has a control character.");
        }
        extensionBytes++;
        if (extensionBytes > limits.headBytes()) {
            throw new BadRequestException(400, "The extensions of a body's chunks exceed " + limits.headBytes()
                    + " bytes.");
        }
        return State.EXTENSION;
    }

    /** Reads a trailer as a header field: a name, a colon, a value. */
    private State trailer(int character) throws BadRequestException {
        if (state == State.TRAILER && character == '\r') {
            return State.END_LF;
        }
        trailerBytes++;
        if (trailerBytes > limits.headBytes()) {
            throw new BadRequestException(431, "Trailer fields exceed " + limits.headBytes() + " bytes.");
        }
        return switch (state) {
            case TRAILER -> {
                trailers++;
                if (trailers > limits.fields()) {
                    throw new BadRequestException(431, "More than " + limits.fields() + " trailer fields.");
                }
                yield name(character, false);
            }
            case TRAILER_NAME -> name(character, true);
            case TRAILER_VALUE -> {
                if (character == '\r') {
                    yield State.TRAILER_LF;
                }
                if (HeadRules.isControl(character)) {
                    throw new BadRequestException(400, "A trailer field has a control character.");
                }
                yield State.TRAILER_VALUE;
            }
            default -> {
                requireLineEnd(character, '\n');
                yield State.TRAILER;
            }
        };
    }

    /** @param begun whether the name has begun, so that a colon may end it */
    private static State name(int character, boolean begun) throws BadRequestException {
        if (begun && character == ':') {
            return State.TRAILER_VALUE;
        }
        if (!HeadRules.isTokenCharacter(character)) {
            throw new BadRequestException(400, "A trailer field is not 'Name: value'.");
        }
        return State.TRAILER_NAME;
    }

    private static void requireLineEnd(int character, char expected) throws BadRequestException {
        if (character != expected) {
            throw new BadRequestException(400, "A chunk, its size or a trailer is not followed by CR LF.");
        }
    }
}
