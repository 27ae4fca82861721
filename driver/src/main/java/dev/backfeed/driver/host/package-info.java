/**
 * What the machine that runs this driver allows: which secrets a statement may name and which
 * addresses may be dialled. Imports {@code engine.spi} and the JDK only. Read {@link
 * dev.backfeed.driver.host.HostSettings} first.
 */
package dev.backfeed.driver.host;
