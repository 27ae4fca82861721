package dev.backfeed.engine.spi;

import java.util.function.Supplier;

/**
 * What a destination is opened with.
 *
 * @param name its name, for messages
 * @param options as checked against the manifest, defaults filled in
 * @param gate what every call passes
 * @param egress which addresses may be dialled
 * @param sandboxRecords opens the sandbox's store when {@code sandbox = TRUE}; not to be called
 *     else
 */
public record DestinationContext(
    String name,
    Options options,
    CallGate gate,
    EgressPolicy egress,
    Supplier<RecordStore> sandboxRecords) {}
