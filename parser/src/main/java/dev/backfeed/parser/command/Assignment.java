package dev.backfeed.parser.command;

/**
 * {@code field = literal} of {@code ON REMOVE SET}, {@code ON RETURN SET} and {@code DELETE WHEN …
 * SET}.
 *
 * @param field a field of the destination
 * @param value text, number or flag; empty for {@code NULL}
 */
public record Assignment(FieldName field, java.util.Optional<OptionValue> value) {}
