package dev.backfeed.driver.cases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A page of the manual.
 *
 * @param lines all of them
 * @param blocks what stands between fences, in order
 */
record ManualPage(Path file, List<String> lines, List<Block> blocks) {
  static final Path FOLDER = Path.of("docs");

  private static final String FENCE = "```";

  /**
   * What stands between two fences.
   *
   * @param from index of its first line, from 0
   * @param language the word behind the fence
   * @param warehouse the next word: the only warehouse that it is for; empty for all
   */
  record Block(int from, String language, String warehouse, List<String> text) {
    boolean runsOn(String name) {
      return warehouse.isEmpty() || warehouse.equals(name);
    }

    String string() {
      return String.join("\n", text);
    }
  }

  /** All pages. */
  static List<ManualPage> all() throws IOException {
    List<ManualPage> pages = new ArrayList<>();
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        pages.add(read(file));
      }
    }
    return pages;
  }

  static ManualPage read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(FENCE)) {
        String[] words = lines.get(i).substring(FENCE.length()).split(" ", 2);
        List<String> rest = lines.subList(i + 1, lines.size());
        List<String> text = rest.stream().takeWhile(line -> !line.equals(FENCE)).toList();
        blocks.add(new Block(i + 1, words[0], words.length > 1 ? words[1] : "", text));
        i += text.size() + 1;
      }
    }
    return new ManualPage(file, lines, blocks);
  }

  /** Its path below the folder. */
  String name() {
    return FOLDER.toAbsolutePath().relativize(file.toAbsolutePath()).toString();
  }

  /** What is shown to come of a block: the block behind it, if that is one of output. */
  Optional<Block> output(Block block) {
    int next = blocks.indexOf(block) + 1;
    return next < blocks.size() && blocks.get(next).language().equals("output")
        ? Optional.of(blocks.get(next))
        : Optional.empty();
  }

  /** The lines below a heading; none where there is no such one. */
  List<String> section(String heading) {
    List<String> rest = lines.subList(lines.indexOf("## " + heading) + 1, lines.size());
    return lines.contains("## " + heading)
        ? rest.stream().takeWhile(line -> !line.startsWith("## ")).toList()
        : List.of();
  }

  /** The page's lines with some blocks replaced. */
  List<String> with(Map<Block, List<String>> texts) {
    List<String> all = new ArrayList<>();
    int copied = 0;
    for (Block block : blocks) {
      all.addAll(lines.subList(copied, block.from()));
      all.addAll(texts.getOrDefault(block, block.text()));
      copied = block.from() + block.text().size();
    }
    all.addAll(lines.subList(copied, lines.size()));
    return all;
  }
}
