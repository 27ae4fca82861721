package dev.backfeed.engine.spi;

/** An option whose value cannot be used. Names the option, says why and what would do. */
public final class OptionException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String option;

  public OptionException(String option, String message) {
    super(message);
    this.option = option;
  }

  /** The option's name, as the manifest spells it. */
  public String option() {
    return option;
  }
}
