package dev.backfeed.driver.jdbc;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

/**
 * The methods of a JDBC type that do something of their own here, by name; all others are passed to
 * the delegate. One entry stands for all overloads of a name. Immutable once its owner's class is
 * loaded; safe for several threads from then on.
 *
 * @param <F> the face: what the methods work on
 */
final class Overrides<F> {
  /** What a method does instead. */
  @FunctionalInterface
  interface Call<F> {
    Object run(F face, Invocation call) throws Throwable;
  }

  private final Map<String, Call<F>> calls;
  private final Call<F> otherwise;

  private Overrides(Map<String, Call<F>> calls, Call<F> otherwise) {
    this.calls = calls;
    this.otherwise = otherwise;
  }

  /** A table where what is not overridden goes to the delegate. */
  static <F> Overrides<F> passingOn() {
    return otherwise((face, call) -> call.proceed());
  }

  /** A table where what is not overridden does this. */
  static <F> Overrides<F> otherwise(Call<F> rest) {
    return new Overrides<>(new HashMap<>(), rest);
  }

  Overrides<F> on(String name, Call<F> call) {
    calls.put(name, call);
    return this;
  }

  /**
   * What to do for a method. A vendor's own method that happens to bear one of our names is the
   * vendor's: the JDBC interfaces come first in a proxy's list, so that a method they declare is
   * always seen as theirs.
   */
  Call<F> find(Method method) {
    if (!method.getDeclaringClass().getName().startsWith("java.")) {
      return otherwise;
    }
    return calls.getOrDefault(method.getName(), otherwise);
  }
}
