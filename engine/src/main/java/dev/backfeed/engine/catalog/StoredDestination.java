package dev.backfeed.engine.catalog;

import dev.backfeed.parser.command.OptionValue;
import java.util.Map;

/**
 * A destination as the table {@code destinations} has it.
 *
 * @param name as written
 * @param type the connector's type
 * @param options as written, secrets as references, in the order written
 * @param tags separated by commas, without blanks
 * @param paused whether it was paused
 */
public record StoredDestination(
    String name, String type, Map<String, OptionValue> options, String tags, boolean paused) {}
