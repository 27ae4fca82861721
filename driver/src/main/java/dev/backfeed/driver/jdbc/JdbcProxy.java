package dev.backfeed.driver.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The one way in which this driver stands between a caller and the inner driver: an object with all
 * public interfaces of the delegate, JDBC's and the vendor's, that passes every call on but those
 * in its {@link Overrides}. Default methods reach the delegate's own implementation, exceptions
 * arrive as the delegate threw them.
 *
 * @param <F> what the overridden methods work on
 */
final class JdbcProxy<F> implements InvocationHandler {
  private static final ClassValue<Class<?>[]> INTERFACES =
      new ClassValue<>() {
        @Override
        protected Class<?>[] computeValue(Class<?> type) {
          return publicInterfaces(type);
        }
      };

  private final Object delegate;
  private final F face;
  private final Overrides<F> overrides;

  private JdbcProxy(Object delegate, F face, Overrides<F> overrides) {
    this.delegate = delegate;
    this.face = face;
    this.overrides = overrides;
  }

  /** A proxy with the delegate's interfaces, of which {@code type} must be one. */
  static <T, F> T over(Class<T> type, T delegate, F face, Overrides<F> overrides) {
    Class<?> inner = delegate.getClass();
    return create(
        type, loader(inner), INTERFACES.get(inner), new JdbcProxy<>(delegate, face, overrides));
  }

  /**
   * A proxy with one interface only.
   *
   * @param delegate where calls that are passed on go; may be null
   */
  static <T, F> T of(Class<T> type, Object delegate, F face, Overrides<F> overrides) {
    return create(
        type,
        JdbcProxy.class.getClassLoader(),
        new Class<?>[] {type},
        new JdbcProxy<>(delegate, face, overrides));
  }

  /**
   * What {@code unwrap} gives: the vendor's own object for a vendor's type, the proxy for a JDBC
   * type, else whatever the delegate itself unwraps to.
   */
  static Object unwrap(Invocation call) throws Throwable {
    Class<?> wanted = (Class<?>) call.args()[0];
    if (wanted.getName().startsWith("java.") && wanted.isInstance(call.proxy())) {
      return call.proxy();
    }
    return wanted.isInstance(call.delegate()) ? call.delegate() : call.proceed();
  }

  /** What {@code isWrapperFor} says, to match {@link #unwrap}. */
  static Object isWrapperFor(Invocation call) throws Throwable {
    Class<?> wanted = (Class<?>) call.args()[0];
    return wanted.isInstance(call.proxy())
        || wanted.isInstance(call.delegate())
        || (Boolean) call.proceed();
  }

  /** {@code unwrap} of an object of ours that has nothing inside. */
  static Object unwrapSelf(Invocation call) throws SQLException {
    Class<?> wanted = (Class<?>) call.args()[0];
    if (wanted.isInstance(call.proxy())) {
      return call.proxy();
    }
    throw Refusal.notAWrapper(wanted);
  }

  /** {@code isWrapperFor} to match {@link #unwrapSelf}. */
  static Object isItself(Invocation call) {
    return ((Class<?>) call.args()[0]).isInstance(call.proxy());
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    Invocation call = new Invocation(proxy, delegate, method, args);
    if (method.getDeclaringClass() == Object.class) {
      return objectMethod(call);
    }
    return overrides.find(method).run(face, call);
  }

  private Object objectMethod(Invocation call) {
    Object self = delegate == null ? face : delegate;
    return switch (call.method().getName()) {
      case "equals" -> sameAs(call.proxy(), call.args()[0]);
      case "hashCode" -> System.identityHashCode(self);
      default -> self.toString();
    };
  }

  /** Two proxies over one object are equal: a driver may hand the same object out twice. */
  private boolean sameAs(Object proxy, Object other) {
    if (proxy == other) {
      return true;
    }
    return delegate != null
        && other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof JdbcProxy<?> that
        && that.delegate == delegate
        && that.overrides == overrides;
  }

  private static <T> T create(
      Class<T> type, ClassLoader loader, Class<?>[] interfaces, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(loader, interfaces, handler));
  }

  /** The delegate's loader sees all its interfaces; ours may not see the vendor's. */
  private static ClassLoader loader(Class<?> inner) {
    ClassLoader own = inner.getClassLoader();
    return own == null ? JdbcProxy.class.getClassLoader() : own;
  }

  private static Class<?>[] publicInterfaces(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      collect(c, found);
    }
    ClassLoader loader = loader(type);
    return found.stream()
        .filter(i -> reachable(i, loader))
        .sorted(Comparator.comparing(i -> !i.getName().startsWith("java.")))
        .toArray(Class<?>[]::new);
  }

  private static void collect(Class<?> type, Set<Class<?>> found) {
    for (Class<?> i : type.getInterfaces()) {
      if (found.add(i)) {
        collect(i, found);
      }
    }
  }

  private static boolean reachable(Class<?> type, ClassLoader loader) {
    if (!Modifier.isPublic(type.getModifiers())
        || !type.getModule().isExported(type.getPackageName())) {
      return false;
    }
    try {
      return Class.forName(type.getName(), false, loader) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
