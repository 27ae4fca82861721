package dev.backfeed.engine.spi;

import com.google.errorprone.annotations.CompileTimeConstant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A piece of SQL, or a whole statement, made of parts that cannot be confused: literal template,
 * identifier, bound value, string literal, list, verbatim query. A template must be a compile-time
 * constant, so that nothing a user wrote ever becomes SQL by concatenation. Immutable.
 *
 * <p>A statement that holds a verbatim part has no bound values: drivers read {@code ?} in a
 * prepared text as a marker, and the user's query may hold it as an operator.
 */
public final class Sql {
  /** SQL that says nothing. */
  public static final Sql EMPTY = new Sql(List.of());

  /** How one warehouse writes names and strings. */
  public interface Quoting {
    /** A name in its quotes. */
    String quoteIdentifier(String name);

    /** A string in its quotes. */
    String quoteLiteral(String text);
  }

  /**
   * A statement as the driver gets it.
   *
   * @param text with {@code ?} for each bound value
   * @param binds in order
   */
  public record Rendered(String text, List<Object> binds) {}

  private sealed interface Part {}

  private record Template(String text) implements Part {}

  private record Identifier(List<String> path) implements Part {}

  private record Literal(String text) implements Part {}

  private record Bind(Object value) implements Part {}

  private final List<Part> parts;

  private Sql(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * A template whose {@code {}} are replaced, in order, by the arguments.
   *
   * @throws IllegalArgumentException if their numbers differ
   */
  public static Sql of(@CompileTimeConstant String template, Sql... arguments) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    for (Sql argument : arguments) {
      int hole = template.indexOf("{}", from);
      if (hole < 0) {
        throw new IllegalArgumentException("too many arguments for: " + template);
      }
      parts.add(new Template(template.substring(from, hole)));
      parts.addAll(argument.parts);
      from = hole + 2;
    }
    if (template.indexOf("{}", from) >= 0) {
      throw new IllegalArgumentException("too few arguments for: " + template);
    }
    parts.add(new Template(template.substring(from)));
    return new Sql(parts);
  }

  /** A name, qualified from left to right; each part is quoted. */
  public static Sql name(String... path) {
    return new Sql(List.of(new Identifier(List.of(path))));
  }

  /** A string literal, escaped by the warehouse's rules. */
  public static Sql literal(String text) {
    return new Sql(List.of(new Literal(text)));
  }

  /** A point in time. */
  public static Sql timestamp(OffsetDateTime time) {
    return of("CAST({} AS TIMESTAMPTZ)", literal(time.toInstant().toString()));
  }

  /** An integer. */
  public static Sql number(long value) {
    return new Sql(List.of(new Template(Long.toString(value))));
  }

  /** A value that travels beside the statement; null is allowed. */
  public static Sql bind(Object value) {
    return new Sql(List.of(new Bind(value)));
  }

  /** Pieces with a separator between them. */
  public static Sql join(@CompileTimeConstant String separator, Collection<Sql> pieces) {
    List<Part> parts = new ArrayList<>();
    for (Sql piece : pieces) {
      if (!parts.isEmpty()) {
        parts.add(new Template(separator));
      }
      parts.addAll(piece.parts);
    }
    return new Sql(parts);
  }

  /**
   * The user's query in parentheses of its own lines, so that a comment at its end ends there. The
   * parser has checked that it closes what it opens.
   */
  public static Sql verbatim(String query) {
    return new Sql(List.of(new Template("(\n"), new Template(query), new Template("\n)")));
  }

  /**
   * The same of a condition in which calls of our functions stand for something else.
   *
   * @param pieces texts as written, and what takes the place of the calls between them
   */
  public static Sql verbatim(List<Object> pieces) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Template("(\n"));
    for (Object piece : pieces) {
      if (piece instanceof Sql sql) {
        parts.addAll(sql.parts);
      } else {
        parts.add(new Template((String) piece));
      }
    }
    parts.add(new Template("\n)"));
    return new Sql(parts);
  }

  /**
   * The name of a data type as the warehouse itself spelled it.
   *
   * @throws IllegalArgumentException if it could be more than a type
   */
  public static Sql type(String typeName) {
    if (typeName.isBlank() || !typeName.matches("[\\p{L}\\p{N}_ ,()\\[\\]\"'.:-]+")) {
      throw new IllegalArgumentException("not the name of a type: " + typeName);
    }
    return new Sql(List.of(new Template(typeName)));
  }

  /** The text and the values for a driver. */
  public Rendered render(Quoting quoting) {
    StringBuilder text = new StringBuilder();
    List<Object> binds = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Template t) {
        text.append(t.text());
      } else if (part instanceof Identifier i) {
        text.append(String.join(".", i.path().stream().map(quoting::quoteIdentifier).toList()));
      } else if (part instanceof Literal l) {
        text.append(quoting.quoteLiteral(l.text()));
      } else if (part instanceof Bind b) {
        text.append('?');
        binds.add(b.value());
      }
    }
    return new Rendered(text.toString(), binds);
  }

  @Override
  public String toString() {
    return render(
            new Quoting() {
              @Override
              public String quoteIdentifier(String name) {
                return '"' + name.replace("\"", "\"\"") + '"';
              }

              @Override
              public String quoteLiteral(String literal) {
                return '\'' + literal.replace("'", "''") + '\'';
              }
            })
        .text();
  }
}
