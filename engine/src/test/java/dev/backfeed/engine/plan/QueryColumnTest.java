package dev.backfeed.engine.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.ColumnType;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.StatementException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueryColumnTest {
  @Test
  void aColumnThatIsMissingNamesTheNearestOrAllThereAre() {
    assertMissing("custmer_id", "did you mean \"customer_id\"?", "customer_id", "email");
    assertMissing("cust", "its columns are customer_id, email", "customer_id", "email");
  }

  private static void assertMissing(String wanted, String told, String... names) {
    List<QueryColumn> columns =
        Stream.of(names)
            .map(n -> new QueryColumn(n, new ColumnType(ColumnType.Kind.TEXT, "VARCHAR")))
            .toList();
    Name name = new Name(wanted, false, new Position(1, 1));
    assertThatThrownBy(() -> QueryColumn.find(columns, name, "the key"))
        .isInstanceOf(StatementException.class)
        .hasMessageContaining("the query has no column \"" + wanted + "\" for the key: " + told);
  }
}
