/**
 * Text cases: statements and what must come of them, run through {@code jdbc:backfeed:} on real
 * warehouses against a destination that answers as the case says. The cases lie under {@code
 * src/test/resources/cases}. Read {@link dev.backfeed.driver.cases.CaseRunner} first: it lists the
 * directives.
 */
package dev.backfeed.driver.cases;
