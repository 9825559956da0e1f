package dev.threeways.lab.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 5%}, as 0.05. */
public final class PercentConverter implements ITypeConverter<Double> {

    private static final Pattern PERCENT = Pattern.compile("(\\d{1,2}(?:\\.\\d{1,3})?)%?");

    @Override
    public Double convert(String value) {
        Matcher matcher = PERCENT.matcher(value);
        double percent = matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
        if (percent <= 0 || percent >= 100) {
            throw new TypeConversionException("'" + value + "' is not a percentage such as 5% or 2.5%");
        }
        return percent / 100;
    }
}
