/**
 * What a user can say, as data: one immutable record a statement, all of them permitted by the
 * sealed {@link dev.backfeed.parser.command.Command}. Imports nothing but the JDK, so that the
 * engine can depend on it without seeing a grammar. Read {@link
 * dev.backfeed.parser.command.Command} first, then {@link
 * dev.backfeed.parser.command.SyncDefinition}.
 */
package dev.backfeed.parser.command;
