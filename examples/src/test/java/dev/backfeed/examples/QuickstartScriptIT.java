package dev.backfeed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one command of the quick start, on the jar that this build has made. */
class QuickstartScriptIT {
  @TempDir private Path dir;

  @Test
  void runsFromAnyFolderAndTwice() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/env")), "needs bash");
    for (int i = 0; i < 2; i++) {
      String output = run();
      assertThat(output)
          .containsPattern("created +3000 +updated +0 +deleted +0")
          .containsPattern("created +0 +updated +5 +deleted +1")
          .contains("The warehouse stays at " + dir.resolve("quickstart.duckdb"))
          .doesNotContain("ERROR");
      assertThat(output.lines().filter(line -> line.startsWith("--")).toList())
          .as("headings")
          .anyMatch(line -> line.startsWith("-- 1."))
          .anyMatch(line -> line.startsWith("-- 6."));
    }
  }

  private String run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("quickstart.sh").toAbsolutePath().toString(), dir.toString())
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    }
  }
}
