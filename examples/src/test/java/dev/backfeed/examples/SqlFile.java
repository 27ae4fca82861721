package dev.backfeed.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A script of this folder: its statements end with a semicolon at the end of a line. */
record SqlFile(List<String> statements) {
  /** The rows of one statement, by label; values as text. */
  record Answer(String statement, List<Map<String, String>> rows) {}

  static SqlFile read(String file) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String line : lines(Path.of(file))) {
      if (line.startsWith("\\") || line.strip().startsWith("--")) {
        continue;
      }
      statement.append(line).append('\n');
      if (line.endsWith(";")) {
        statements.add(statement.substring(0, statement.lastIndexOf(";")).strip());
        statement.setLength(0);
      }
    }
    return new SqlFile(statements);
  }

  /** The same with another text in place of one that must be there. */
  SqlFile with(String text, String other) {
    if (statements.stream().noneMatch(s -> s.contains(text))) {
      throw new IllegalArgumentException("no statement holds " + text);
    }
    return new SqlFile(statements.stream().map(s -> s.replace(text, other)).toList());
  }

  /** Runs all statements, in order. */
  List<Answer> run(Connection connection) throws SQLException {
    List<Answer> answers = new ArrayList<>();
    for (String sql : statements) {
      try (Statement statement = connection.createStatement()) {
        boolean rows = statement.execute(sql);
        answers.add(new Answer(sql, rows ? rows(statement) : List.of()));
      }
    }
    return answers;
  }

  /** The rows of the statements that begin with a text. */
  static List<Map<String, String>> rows(List<Answer> answers, String beginning) {
    return answers.stream()
        .filter(a -> a.statement().startsWith(beginning))
        .flatMap(a -> a.rows().stream())
        .toList();
  }

  private static List<Map<String, String>> rows(Statement statement) throws SQLException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (ResultSet results = statement.getResultSet()) {
      ResultSetMetaData meta = results.getMetaData();
      while (results.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          row.put(meta.getColumnLabel(i), results.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
