/**
 * What a connector or a warehouse outside this project compiles against, and nothing more. Imports
 * Jackson's tree model and the JDK. Read {@link dev.backfeed.engine.spi.Connector} first, then
 * {@link dev.backfeed.engine.spi.Destination}.
 */
package dev.backfeed.engine.spi;
