package dev.backfeed.engine.spi;

/**
 * A kind of destination: {@code salesforce}, {@code webhook}. Found by {@link
 * java.util.ServiceLoader}; has a public no-argument constructor; keeps no state and is safe for
 * use by several threads.
 *
 * <p>The engine's steps, in order:
 *
 * <ol>
 *   <li>{@link #manifest()} says what may be written in {@code CREATE DESTINATION … WITH (…)} and
 *       what the type can do. The engine checks options and clauses against it; a connector never
 *       sees an option that its manifest does not know.
 *   <li>{@link #open} makes a {@link Destination} for one statement or run. It makes no call and
 *       resolves no secret.
 *   <li>{@link Destination#describe} and {@link Destination#write} do the work, in calls that are
 *       all announced to the {@link CallGate}.
 *   <li>{@link Destination#close} when the statement or run is over.
 * </ol>
 */
public interface Connector {
  /** What this type is and can do. The same object on each call. */
  Manifest manifest();

  /**
   * Whether a destination with these options drops a repeated {@link Change#idempotencyKey()}.
   * Makes no call.
   */
  default boolean takesIdempotencyKey(Options options) {
    return manifest().idempotencyKey();
  }

  /**
   * Whether records read from a destination with these options tell when they were changed. Makes
   * no call.
   */
  default boolean tellsChangeTimes(Options options) {
    return manifest().changeTimes();
  }

  /**
   * Most changes that one {@link Destination#write} of this operation may carry with these options:
   * {@link Manifest#batchSize} or less. Makes no call.
   */
  default int batchSize(Operation operation, Options options) {
    return manifest().batchSize(operation);
  }

  /**
   * Opens one destination of this type.
   *
   * @param context options, secrets, gates; valid until the destination is closed
   * @throws OptionException if options contradict each other in a way the manifest cannot say
   */
  Destination open(DestinationContext context);
}
