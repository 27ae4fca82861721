package dev.backfeed.engine.state;

/**
 * A field that a policy left as the destination has it.
 *
 * @param field as shown
 * @param policy its words
 * @param ours what would have been sent, as JSON text
 * @param theirs what is there, as JSON text
 */
public record KeptField(String field, String policy, String ours, String theirs) {
  /** The same without values, where they are not to be logged. */
  public KeptField unsaid() {
    return new KeptField(field, policy, null, null);
  }
}
