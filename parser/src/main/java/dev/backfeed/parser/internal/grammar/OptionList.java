package dev.backfeed.parser.internal.grammar;

import dev.backfeed.parser.command.Name;
import dev.backfeed.parser.command.Option;
import dev.backfeed.parser.internal.SyntaxFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of one {@code WITH (…)}, each name once. */
final class OptionList {
  private final Map<String, Option> options = new LinkedHashMap<>();

  void refuseTwice(StatementText s, Token t, Name name) {
    Option first = options.get(name.folded());
    if (first != null) {
      throw new SyntaxFailure(
          s.offset(t),
          "option \"%s\" is given twice: it stands already at %s"
              .formatted(name.text(), first.name().position()));
    }
  }

  void add(Option option) {
    options.put(option.name().folded(), option);
  }

  List<Option> list() {
    return List.copyOf(options.values());
  }
}
