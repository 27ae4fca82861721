package dev.backfeed.driver.host;

import dev.backfeed.engine.spi.SecretException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The folder of {@code file:} secrets. A path counts by where it really leads: neither dots nor
 * links get out of the folder.
 *
 * @param dir the folder
 */
record SecretFiles(Path dir) {
  /** Far more than a key in PEM form needs. */
  private static final long MAX_BYTES = 65_536;

  /**
   * Where a reference leads, whether or not there is a file.
   *
   * @throws SecretException not below the folder
   */
  Path locate(String reference) {
    try {
      Path root = dir.toAbsolutePath().normalize();
      Path path = root.resolve(reference.substring("file:".length())).normalize();
      boolean exists = Files.exists(path);
      if (below(path, root) && (!exists || below(path.toRealPath(), root.toRealPath()))) {
        return path;
      }
    } catch (IOException | InvalidPathException e) {
      throw refused(reference);
    }
    throw refused(reference);
  }

  /**
   * What the file holds, in UTF-8, without a line end at its end.
   *
   * @throws SecretException not below the folder, or no such file
   */
  String read(String reference) {
    Path path = locate(reference);
    try {
      if (Files.isRegularFile(path) && Files.size(path) <= MAX_BYTES) {
        String value = Files.readString(path.toRealPath()).stripTrailing();
        if (!value.isEmpty()) {
          return value;
        }
      }
    } catch (IOException e) {
      throw noValue(reference);
    }
    throw noValue(reference);
  }

  private static boolean below(Path path, Path root) {
    return path.startsWith(root) && !path.equals(root);
  }

  private static SecretException refused(String reference) {
    return new SecretException(
        false,
        "this host does not allow the secret \""
            + reference
            + "\": file: secrets lie below the folder of "
            + HostSettings.SECRETS_DIR);
  }

  private static SecretException noValue(String reference) {
    return new SecretException(
        true,
        "the secret \""
            + reference
            + "\" has no value: there is no such file with text that this"
            + " process may read");
  }
}
