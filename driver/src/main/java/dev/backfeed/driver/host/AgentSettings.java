package dev.backfeed.driver.host;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Properties;

/**
 * What this host lets an agent do.
 *
 * @param on whether a connection brings an agent with it
 * @param requests which statements it takes from the table {@code requests}
 * @param defineTo destinations, in lower case, that requested definitions may write to
 * @param runs how many runs it has under way at once
 * @param port where it listens on loopback for health checks and metrics; 0 for any free one, empty
 *     for none
 */
public record AgentSettings(
    boolean on, Accept requests, List<String> defineTo, int runs, OptionalInt port) {
  /** Whether a connection brings an agent with it. */
  public static final String AGENT = "backfeed.agent";

  /** Which statements may be requested. */
  public static final String REQUESTS = "backfeed.agent.requests";

  /** Where requested definitions may write to. */
  public static final String DEFINE_TO = "backfeed.agent.define_to";

  /** How many runs at once. */
  public static final String RUNS = "backfeed.agent.runs";

  /** The loopback port. */
  public static final String PORT = "backfeed.agent.port";

  private static final int DEFAULT_RUNS = 4;
  private static final int MOST_RUNS = 64;
  private static final int LAST_PORT = 65_535;

  public AgentSettings {
    defineTo = List.copyOf(defineTo);
  }

  /** Which statements are taken from the table {@code requests}. */
  public enum Accept {
    /** SYNC NOW, VERIFY, PAUSE, RESUME and CANCEL RUN of what there is. */
    RUN,
    /** Also CREATE SYNC and DROP SYNC, to destinations that the host names. */
    DEFINE,
    /** Every statement of ours. */
    ALL
  }

  static AgentSettings of(Properties all) {
    Accept accept = accept(all.getProperty(REQUESTS, "run"));
    List<String> defineTo =
        Arrays.stream(all.getProperty(DEFINE_TO, "").split(",", -1))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty())
            .toList();
    if (accept == Accept.DEFINE && defineTo.isEmpty()) {
      throw new IllegalArgumentException(
          REQUESTS
              + " = define needs "
              + DEFINE_TO
              + ": name the destinations that requested syncs may write to");
    }
    return new AgentSettings(
        HostSettings.flag(AGENT, all.getProperty(AGENT, "false")),
        accept,
        defineTo,
        number(RUNS, all.getProperty(RUNS, String.valueOf(DEFAULT_RUNS)), 1, MOST_RUNS),
        all.getProperty(PORT) == null
            ? OptionalInt.empty()
            : OptionalInt.of(number(PORT, all.getProperty(PORT), 0, LAST_PORT)));
  }

  private static Accept accept(String text) {
    for (Accept accept : Accept.values()) {
      if (accept.name().equalsIgnoreCase(text.strip())) {
        return accept;
      }
    }
    throw new IllegalArgumentException(REQUESTS + " is \"" + text + "\": write run, define or all");
  }

  private static int number(String name, String text, int least, int most) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        name + " is \"" + text + "\": write a number from " + least + " to " + most);
  }
}
