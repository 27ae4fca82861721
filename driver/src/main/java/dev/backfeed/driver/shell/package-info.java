/**
 * The command line: {@code java -jar backfeed.jar shell <url>}. A plain JDBC client of {@code
 * driver.jdbc}, so that there is one way in; besides it imports {@code parser} to cut scripts into
 * statements, {@code driver.host} for its settings and JLine. Read {@link
 * dev.backfeed.driver.shell.Main} first, then {@link dev.backfeed.driver.shell.Runner}.
 */
package dev.backfeed.driver.shell;
