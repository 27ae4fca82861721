package dev.backfeed.driver.cases;

import dev.backfeed.parser.command.Command;
import dev.backfeed.parser.command.FieldName;
import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.ObjectName;
import dev.backfeed.parser.command.OptionValue;
import dev.backfeed.parser.command.Position;
import dev.backfeed.parser.command.Query;
import dev.backfeed.parser.command.RunName;
import dev.backfeed.parser.command.Verbatim;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The optional parts of statements, read off the records that statements become: each flag, each
 * thing that may be missing, each word of which there is a choice. A part is named by the way to
 * it: {@code CreateSync.definition.mode=UPDATE}, {@code SyncNow.limit}.
 */
final class Parts {
  /** What is written in some way by everybody, or is not ours to read. */
  private static final Set<Class<?>> WHOLE =
      Set.of(
          Name.class,
          FieldName.class,
          ObjectName.class,
          OptionValue.class,
          RunName.class,
          Position.class,
          Query.class,
          Verbatim.class);

  private Parts() {}

  /** All that a kind of statement can have. */
  static Stream<String> of(Class<?> command) {
    return ofRecord(command, command.getSimpleName());
  }

  /** What a statement has. */
  static Stream<String> of(Command command) {
    return ofRecord(command, command.getClass().getSimpleName());
  }

  private static Stream<String> ofRecord(Class<?> type, String path) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(each -> ofType(each.getGenericType(), path + "." + each.getName()));
  }

  private static Stream<String> ofType(Type type, String path) {
    if (type instanceof ParameterizedType several) {
      Type element = several.getActualTypeArguments()[0];
      return Stream.concat(Stream.of(path), ofType(element, path)).distinct();
    }
    Class<?> one = (Class<?>) type;
    if (one == boolean.class || one == long.class || one == OptionalLong.class) {
      return Stream.of(path);
    }
    if (one.isEnum()) {
      return Arrays.stream(one.getEnumConstants())
          .map(word -> path + "=" + ((Enum<?>) word).name());
    }
    if (Command.class.isAssignableFrom(one)) {
      return Stream.empty();
    }
    if (one.isSealed() && !WHOLE.contains(one)) {
      return Arrays.stream(one.getPermittedSubclasses())
          .flatMap(
              kind ->
                  Stream.concat(
                      Stream.of(path + "=" + kind.getSimpleName()),
                      ofRecord(kind, path + "=" + kind.getSimpleName())));
    }
    return one.isRecord() && !WHOLE.contains(one) ? ofRecord(one, path) : Stream.empty();
  }

  private static Stream<String> ofRecord(Object value, String path) {
    return Arrays.stream(value.getClass().getRecordComponents())
        .flatMap(each -> ofValue(read(each, value), each.getType(), path + "." + each.getName()));
  }

  private static Stream<String> ofValue(Object value, Class<?> declared, String path) {
    if (value instanceof Boolean || value instanceof Long || value instanceof OptionalLong) {
      Set<Object> missing = Set.of(false, 0L, OptionalLong.empty());
      return missing.contains(value) ? Stream.empty() : Stream.of(path);
    }
    if (value instanceof Optional<?> one) {
      return one.isEmpty() ? Stream.empty() : ofElements(List.of(one.get()), path);
    }
    if (value instanceof Collection<?> all) {
      return all.isEmpty() ? Stream.empty() : ofElements(all, path);
    }
    if (value instanceof Enum<?> word) {
      return Stream.of(path + "=" + word.name());
    }
    if (value instanceof Command
        || !value.getClass().isRecord()
        || WHOLE.stream().anyMatch(whole -> whole.isInstance(value))) {
      return Stream.empty();
    }
    if (declared.isSealed() || isKind(value)) {
      String kind = path + "=" + value.getClass().getSimpleName();
      return Stream.concat(Stream.of(kind), ofRecord(value, kind));
    }
    return ofRecord(value, path);
  }

  private static Stream<String> ofElements(Collection<?> elements, String path) {
    return Stream.concat(
        Stream.of(path), elements.stream().flatMap(e -> ofValue(e, e.getClass(), path)));
  }

  /** Of a sealed type; lists forget what they are declared to hold. */
  private static boolean isKind(Object value) {
    return Arrays.stream(value.getClass().getInterfaces()).anyMatch(Class::isSealed);
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
