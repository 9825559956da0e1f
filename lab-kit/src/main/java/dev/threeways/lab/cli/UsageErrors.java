package dev.threeways.lab.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains wrong usage in a line on standard error, with exit code 2. */
public final class UsageErrors {

    private UsageErrors() {}

    /** Sets the handlers of the command, and of the subcommands it has by now. */
    public static CommandLine areExplained(CommandLine command) {
        return command.setParameterExceptionHandler(UsageErrors::explain)
                .setExecutionExceptionHandler(UsageErrors::explain);
    }

    /** Omits the help, which would hide the line. */
    private static int explain(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String perhaps = e instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()
                ? " Is " + unmatched.getSuggestions().getFirst() + " meant?"
                : "";
        String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
        command.getErr()
                .println(message + (message.matches(".*[.?]") ? "" : ".") + perhaps + " See "
                        + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Names the reason: the JDK's own message is at times the file's name alone. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case FileAlreadyExistsException _ -> "there is a file of that name";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Prints the stack of a bug, which is everything but a mistake of the user's. */
    private static int explain(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof UsageException) {
            command.getErr().println(e.getMessage());
            return command.getCommandSpec().exitCodeOnInvalidInput();
        }
        e.printStackTrace(command.getErr());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
