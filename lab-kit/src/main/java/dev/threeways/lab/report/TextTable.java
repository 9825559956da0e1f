package dev.threeways.lab.report;

import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;

/** A table for a terminal: columns as wide as what is in them. */
public final class TextTable {

    private static final int GAP = 2;

    private TextTable() {}

    /**
     * @param rows the first has the titles; all have equally many cells, of one line each
     * @return lines without trailing blanks, each ended
     */
    public static String of(List<List<String>> rows) {
        Column[] columns = IntStream.range(0, rows.getFirst().size())
                .mapToObj(column -> new Column(width(rows, column) + gap(column), gap(column), Overflow.SPAN))
                .toArray(Column[]::new);
        Help.TextTable table = Help.TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns);
        rows.forEach(row -> table.addRowValues(row.toArray(String[]::new)));
        return table.toString();
    }

    private static int gap(int column) {
        return column == 0 ? 0 : GAP;
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
