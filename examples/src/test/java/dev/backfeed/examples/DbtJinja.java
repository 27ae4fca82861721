package dev.backfeed.examples;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.ext.AbstractCallableMethod;
import com.hubspot.jinjava.interpret.AutoCloseableSupplier.AutoCloseableImpl;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.MacroFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The package's macros under a Jinja for the JVM. That one differs from dbt's in that a macro gives
 * text only, and that what a call gives cannot be called in turn: {@code return} is thrown through
 * it, and {@code adapter.dispatch('x', 'backfeed')(…)} is respelled before it is rendered.
 */
final class DbtJinja {
  private static final Path MACROS = Path.of("dbt/backfeed/macros");
  private static final int LONGEST_LOOP = 1_000_000;

  /** Adapters that take over the macros of another one. */
  private static final Map<String, List<String>> PARENTS =
      Map.of("redshift", List.of("postgres"), "databricks", List.of("spark"));

  /** A function of dbt's. */
  interface Function {
    /** What it gives to some positional and named arguments. */
    Object call(List<Object> positional, Map<String, Object> named);
  }

  /** Ends a macro with a value. */
  @SuppressWarnings("serial")
  private static final class Returned extends Error {
    private final transient Object value;

    Returned(Object value) {
      super(null, null, false, false);
      this.value = value;
    }
  }

  private final String adapter;
  private final Jinjava jinjava;

  DbtJinja(String adapter) {
    this.adapter = adapter;
    this.jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withRangeLimit(LONGEST_LOOP)
                .withLegacyOverrides(
                    LegacyOverrides.newBuilder()
                        .withIterateOverMapKeys(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
  }

  /** A function that templates can call, in a map of such. */
  static Object callable(String name, Function function) {
    return new AbstractCallableMethod(name, new LinkedHashMap<>()) {
      @Override
      public Object doEvaluate(
          Map<String, Object> arguments, Map<String, Object> named, List<Object> positional) {
        return function.call(positional, named);
      }
    };
  }

  /**
   * Renders a text in which the macros can be called.
   *
   * @param functions those that templates call by their bare names
   * @param values what else they see
   */
  String render(String text, Map<String, Function> functions, Map<String, Object> values) {
    try (AutoCloseableImpl<JinjavaInterpreter> current =
        JinjavaInterpreter.closeablePushCurrent(jinjava.newInterpreter()).get()) {
      JinjavaInterpreter interpreter = current.value();
      Map<String, Object> dbt = new LinkedHashMap<>();
      functions.forEach((name, function) -> dbt.put(name, callable(name, function)));
      dbt.put("return", callable("return", DbtJinja::leave));
      interpreter.getContext().putAll(values);
      interpreter.getContext().put("dbt", dbt);
      macros(interpreter);
      String rendered = interpreter.render(respelled(text));
      if (!interpreter.getErrors().isEmpty()) {
        throw new IllegalStateException(text + ": " + interpreter.getErrors());
      }
      return rendered.strip();
    }
  }

  private static Object leave(List<Object> positional, Map<String, Object> named) {
    throw new Returned(positional.isEmpty() ? null : positional.get(0));
  }

  private void macros(JinjavaInterpreter interpreter) {
    files().forEach(file -> interpreter.render(respelled(file)));
    Map<String, Object> all = new LinkedHashMap<>();
    interpreter
        .getContext()
        .getGlobalMacros()
        .forEach((name, macro) -> all.put(name, returning(macro)));
    Map<String, Object> dispatched = new LinkedHashMap<>();
    for (String name : all.keySet()) {
      int mark = name.indexOf("__");
      if (mark > 0) {
        String plain = name.substring(mark + 2);
        dispatched.put(plain, all.get(chosen(plain, all)));
      }
    }
    interpreter.getContext().put("backfeed", all);
    interpreter.getContext().put("dispatched", dispatched);
  }

  private String chosen(String name, Map<String, Object> all) {
    return Stream.of(
            Stream.of(adapter),
            PARENTS.getOrDefault(adapter, List.of()).stream(),
            Stream.of("default"))
        .flatMap(prefixes -> prefixes)
        .map(prefix -> prefix + "__" + name)
        .filter(all::containsKey)
        .findFirst()
        .orElse("");
  }

  private static Object returning(MacroFunction macro) {
    return new AbstractCallableMethod(macro.getName(), new LinkedHashMap<>()) {
      @Override
      public Object evaluate(Object... arguments) {
        try {
          return macro.evaluate(arguments);
        } catch (Returned returned) {
          return returned.value;
        }
      }

      @Override
      public Object doEvaluate(
          Map<String, Object> arguments, Map<String, Object> named, List<Object> positional) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private static String respelled(String template) {
    return template
        .replaceAll("adapter\\.dispatch\\('(\\w+)', 'backfeed'\\)\\(", "dispatched.$1(")
        .replaceAll("(?<![\\w.])(return|run_query|var|env_var|log|tojson|config)\\(", "dbt.$1(");
  }

  private static List<String> files() {
    try (Stream<Path> paths = Files.list(MACROS)) {
      return paths.sorted().map(DbtJinja::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
