package dev.threeways.lab.report;

import java.util.List;

/** HTML of which the report is made. Everything that comes from data is escaped here. */
public final class Html {

    private Html() {}

    /** Escapes text, and attributes in double quotes. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(character);
            }
        }
        return escaped.toString();
    }

    /**
     * Escapes JSON for a {@code <script>}, which ends at the first {@code </script} even within a string. JSON has
     * less-than signs only within strings, where they can be written so.
     */
    static String escapedJson(String json) {
        return json.replace("<", "\\u003c");
    }

    /** Returns {@code <name>text</name>}. */
    public static String element(String name, String text) {
        return "<" + name + ">" + escaped(text) + "</" + name + ">\n";
    }

    public static String list(List<String> items) {
        StringBuilder html = new StringBuilder("<ul>\n");
        items.forEach(item -> html.append(element("li", item)));
        return html.append("</ul>\n").toString();
    }

    /**
     * Returns a table that scrolls by itself where it is too wide.
     *
     * @param label for readers who do not see what is around it
     * @param rows with titles in the first row and the first column
     */
    public static String table(String label, List<List<String>> rows) {
        StringBuilder html = new StringBuilder("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
                .append(escaped(label))
                .append("\"><table>\n<thead><tr>");
        rows.getFirst()
                .forEach(title -> html.append(title.isEmpty()
                        ? "<td></td>"
                        : "<th scope=\"col\">" + escaped(title) + "</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows.subList(1, rows.size())) {
            html.append("<tr><th scope=\"row\">").append(escaped(row.getFirst())).append("</th>");
            row.subList(1, row.size()).forEach(cell -> html.append("<td>").append(escaped(cell)).append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</tbody></table></div>\n").toString();
    }
}
