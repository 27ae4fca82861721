package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.internal.SyntaxFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of one {@code WITH (…)}, {@code SET (…)} or {@code UNSET (…)}, each name once. */
final class OptionList {
  private final Map<String, Name> names = new LinkedHashMap<>();
  private final List<Option> options = new ArrayList<>();

  void name(StatementText s, Token t, Name name) {
    Name first = names.putIfAbsent(name.folded(), name);
    if (first != null) {
      throw new SyntaxFailure(
          s.offset(t),
          "option \"%s\" is given twice: it stands already at %s"
              .formatted(name.text(), first.position()));
    }
  }

  void add(Option option) {
    options.add(option);
  }

  List<Option> list() {
    return List.copyOf(options);
  }

  List<Name> names() {
    return List.copyOf(names.values());
  }
}
