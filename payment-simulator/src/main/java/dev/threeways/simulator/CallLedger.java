package dev.threeways.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Counts calls by key: an open-addressing hash table whose keys lie in pages of bytes. A million keys like
 * {@code 1-123456} cost about 34 MB, a third of what a map of strings takes. Adding one never copies existing entries.
 * A table that rehashes itself, or a million small objects for the collector to move, would show as late answers. The
 * table itself is allocated for the maximum at once.
 *
 * <p>Not thread-safe.
 */
final class CallLedger {

    /** Bytes for a key on average, its length included; a UUID takes 37. Bounds the memory whatever the keys are. */
    private static final int MEAN_KEY_BYTES = 40;

    private static final int TEXT_PAGE_BYTES = 1 << 18;

    private static final int PAGE_ENTRIES = 1 << 12;

    private final int maxKeys;

    private final long maxTextPages;

    /** Entry number + 1, or 0 where free; at most half full. */
    private final int[] slots;

    private final List<Page> pages = new ArrayList<>();

    /** Keys, each preceded by its length in one byte; none crosses the end of a page. */
    private final List<byte[]> textPages = new ArrayList<>();

    private int textEnd = TEXT_PAGE_BYTES;

    private int size;

    private static final class Page {

        /** Position of the key: {@code textPage * TEXT_PAGE_BYTES + offset}. */
        final long[] text = new long[PAGE_ENTRIES];

        final int[] calls = new int[PAGE_ENTRIES];

        final SimulatedOutcome[] lastOutcome = new SimulatedOutcome[PAGE_ENTRIES];

        final BitSet unsigned = new BitSet(PAGE_ENTRIES);
    }

    /**
     * @param key 1 to 255 ASCII characters
     * @param calls how often it was seen
     * @param signed whether each call was
     */
    record Entry(String key, int calls, SimulatedOutcome lastOutcome, boolean signed) {}

    CallLedger(int maxKeys) {
        this.maxKeys = maxKeys;
        this.maxTextPages = 1 + (long) maxKeys * MEAN_KEY_BYTES / TEXT_PAGE_BYTES;
        this.slots = new int[Integer.highestOneBit(maxKeys) * 4];
    }

    /**
     * Counts a call.
     *
     * @return how often the key was seen, this time included; 0 if it is new and there is no room for it
     */
    int add(String key, SimulatedOutcome outcome, boolean signed) {
        byte[] text = key.getBytes(StandardCharsets.US_ASCII);
        int slot = slotOf(text);
        if (slots[slot] == 0) {
            if (size == maxKeys || !hasRoomFor(text)) {
                return 0;
            }
            if (size % PAGE_ENTRIES == 0) {
                pages.add(new Page());
            }
            pages.getLast().text[size % PAGE_ENTRIES] = store(text);
            slots[slot] = ++size;
        }
        int entry = slots[slot] - 1;
        var page = pages.get(entry / PAGE_ENTRIES);
        page.lastOutcome[entry % PAGE_ENTRIES] = outcome;
        if (!signed) {
            page.unsigned.set(entry % PAGE_ENTRIES);
        }
        return ++page.calls[entry % PAGE_ENTRIES];
    }

    /** How often the key was seen. */
    int calls(String key) {
        int slot = slotOf(key.getBytes(StandardCharsets.US_ASCII));
        return slots[slot] == 0 ? 0 : get(slots[slot] - 1).calls();
    }

    /** Distinct keys. Entries 0 to size - 1 exist and keep their numbers. */
    int size() {
        return size;
    }

    Entry get(int entry) {
        var page = pages.get(entry / PAGE_ENTRIES);
        int i = entry % PAGE_ENTRIES;
        byte[] textPage = textPages.get((int) (page.text[i] / TEXT_PAGE_BYTES));
        int offset = (int) (page.text[i] % TEXT_PAGE_BYTES);
        return new Entry(new String(textPage, offset + 1, textPage[offset] & 0xFF, StandardCharsets.US_ASCII),
                page.calls[i], page.lastOutcome[i], !page.unsigned.get(i));
    }

    /** The slot that holds the key, or the free one where it belongs: linear probing. */
    private int slotOf(byte[] text) {
        int slot = MurmurHash3.hash32x86(text) & (slots.length - 1);
        while (slots[slot] != 0 && !isKeyOf(slots[slot] - 1, text)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isKeyOf(int entry, byte[] text) {
        long position = pages.get(entry / PAGE_ENTRIES).text[entry % PAGE_ENTRIES];
        byte[] textPage = textPages.get((int) (position / TEXT_PAGE_BYTES));
        int offset = (int) (position % TEXT_PAGE_BYTES);
        return (textPage[offset] & 0xFF) == text.length
                && Arrays.equals(textPage, offset + 1, offset + 1 + text.length, text, 0, text.length);
    }

    private boolean hasRoomFor(byte[] text) {
        return textEnd + 1 + text.length <= TEXT_PAGE_BYTES || textPages.size() < maxTextPages;
    }

    private long store(byte[] text) {
        if (textEnd + 1 + text.length > TEXT_PAGE_BYTES) {
            textPages.add(new byte[TEXT_PAGE_BYTES]);
            textEnd = 0;
        }
        byte[] textPage = textPages.getLast();
        int offset = textEnd;
        textPage[offset] = (byte) text.length;
        System.arraycopy(text, 0, textPage, offset + 1, text.length);
        textEnd += 1 + text.length;
        return (long) (textPages.size() - 1) * TEXT_PAGE_BYTES + offset;
    }
}
