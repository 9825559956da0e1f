package dev.threeways.lab.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code --json}: standard output has one JSON document, and nothing else. */
public final class JsonOption {

    @Option(names = "--json", description = "Print JSON on standard output and nothing else there; what is told "
            + "meanwhile goes to standard error")
    private boolean wanted;

    /** Returns where a command tells what it does meanwhile. */
    public PrintWriter meanwhile(CommandLine command) {
        return wanted ? command.getErr() : command.getOut();
    }

    /** Prints the document, if it is wanted. */
    public void print(CommandLine command, JsonNode document) {
        if (wanted) {
            command.getOut().println(document.toPrettyString());
            command.getOut().flush();
        }
    }

    /** Prints an answer for a program or for a person. */
    public void print(CommandLine command, JsonNode document, String text) {
        command.getOut().println(wanted ? document.toPrettyString() : text);
        command.getOut().flush();
    }
}
