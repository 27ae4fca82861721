import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts jars together as they are: {@code java JoinJars.java out.jar first.jar others.jar …}. The
 * first one's entries are copied in their compressed form, so that DuckDB's 240 MB of native
 * libraries cost no time; give the largest first. Of an entry that several jars have, the first
 * stays, but the manifest is the second jar's and service files are merged.
 */
final class JoinJars {
  private static final String MANIFEST = "/META-INF/MANIFEST.MF";
  private static final String SERVICES = "/META-INF/services/";

  private JoinJars() {}

  public static void main(String[] args) throws IOException {
    Path out = Path.of(args[0]);
    Path unfinished = out.resolveSibling(out.getFileName() + ".part.jar");
    Files.copy(Path.of(args[1]), unfinished, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem joined = FileSystems.newFileSystem(unfinished)) {
      Files.delete(joined.getPath(MANIFEST));
      for (int i = 2; i < args.length; i++) {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(args[i]))) {
          add(jar, joined);
        }
      }
    }
    Files.move(unfinished, out, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void add(FileSystem jar, FileSystem joined) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(jar.getPath("/"))) {
      walk.filter(Files::isRegularFile).forEach(files::add);
    }
    for (Path file : files) {
      Path target = joined.getPath(file.toString());
      if (!Files.exists(target)) {
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
      } else if (file.toString().startsWith(SERVICES)) {
        Set<String> lines = new LinkedHashSet<>(Files.readAllLines(target));
        lines.addAll(Files.readAllLines(file));
        Files.write(target, lines);
      }
    }
  }
}
