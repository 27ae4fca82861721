/**
 * What a connector is tested with, by this project and by people outside it: the contract every
 * connector keeps, and plain stand-ins for what the engine hands over. Imports the SPI, JUnit and
 * AssertJ only. Read {@link dev.backfeed.engine.spi.testing.ConnectorContractTest} first.
 */
package dev.backfeed.engine.spi.testing;
