/**
 * Benchmarks of the whole product: throughput against bare loops, and what the driver adds to a
 * statement. They print ratios and judge nothing; {@code -Pbench} runs them. Read {@link
 * dev.backfeed.driver.bench.ThroughputBench} first.
 */
package dev.backfeed.driver.bench;
