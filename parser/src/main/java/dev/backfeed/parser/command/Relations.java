package dev.backfeed.parser.command;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What names in queries stand for in a warehouse, told by its own catalog. */
public interface Relations {
  /**
   * What a name in FROM stands for.
   *
   * @param name one to three parts, outermost first, folded as the warehouse folds what is not
   *     quoted
   * @param within the view in whose definition it stands; empty for the query itself
   */
  Relation find(List<String> name, List<String> within) throws SQLException;

  /**
   * Functions whose value may come from elsewhere than their arguments, since users have written
   * them; in lower case.
   */
  Set<String> userFunctions() throws SQLException;

  /** A relation of the warehouse. */
  sealed interface Relation {}

  /**
   * Data is stored in it: the tracing ends here.
   *
   * @param path as it is to be shown
   * @param columns in order
   */
  record Stored(List<String> path, List<String> columns) implements Relation {
    public Stored {
      path = List.copyOf(path);
      columns = List.copyOf(columns);
    }
  }

  /**
   * Its rows come from a query.
   *
   * @param path as it is to be shown
   * @param columns in order
   * @param definition the query, or the CREATE VIEW statement
   */
  record View(List<String> path, List<String> columns, String definition) implements Relation {
    public View {
      path = List.copyOf(path);
      columns = List.copyOf(columns);
    }
  }

  /**
   * There is none, or more than one that could be meant, or it cannot be read.
   *
   * @param why in a few words
   */
  record Unreadable(String why) implements Relation {}
}
