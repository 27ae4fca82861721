package dev.backfeed.driver.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** One call of a JDBC method on a proxy. */
final class Invocation {
  private static final Object[] NONE = {};

  private final Object proxy;
  private final Object delegate;
  private final Method method;
  private final Object[] args;

  /**
   * A call.
   *
   * @param proxy the object the caller holds
   * @param delegate the inner driver's object, or null where there is none
   * @param method an interface method
   * @param args null for none
   */
  Invocation(Object proxy, Object delegate, Method method, Object[] args) {
    this.proxy = proxy;
    this.delegate = delegate;
    this.method = method;
    this.args = args == null ? NONE : args;
  }

  Object proxy() {
    return proxy;
  }

  Object delegate() {
    return delegate;
  }

  Method method() {
    return method;
  }

  /** Never null; not to be changed. */
  Object[] args() {
    return args;
  }

  /** The same call on another object. */
  Invocation on(Object other) {
    return new Invocation(proxy, other, method, args);
  }

  /** Passes the call on; what the delegate throws is thrown as it is. */
  Object proceed() throws Throwable {
    try {
      return method.invoke(delegate, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Whether the first argument is a statement's text. */
  boolean hasText() {
    return args.length > 0 && args[0] instanceof String;
  }

  /** The statement's text. */
  String text() {
    return (String) args[0];
  }

  /** An argument of a primitive number type. */
  Number number(int index) {
    return (Number) args[index];
  }
}
