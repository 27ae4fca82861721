package dev.backfeed.parser.command;

import java.util.Optional;

/**
 * One column of {@code KEY (…)}.
 *
 * @param column the query's output column
 * @param field the destination's field where it was named with {@code AS}
 */
public record KeyColumn(Name column, Optional<FieldName> field) {}
