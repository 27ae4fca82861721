package dev.backfeed.connectors.http;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Vendors' own descriptions, where this machine has them. */
public final class VendorSpecs {
  private VendorSpecs() {}

  /**
   * A file below the folder that the environment variable {@code BACKFEED_VENDOR_SPECS} names. The
   * test is skipped where there is no such folder; a missing file in it is an error.
   */
  public static JsonNode json(String file) {
    String folder = System.getenv("BACKFEED_VENDOR_SPECS");
    assumeTrue(
        folder != null && Files.isDirectory(Path.of(folder)),
        "BACKFEED_VENDOR_SPECS names no folder: not checked against the vendor's description");
    try {
      return Json.parse(Files.readString(Path.of(folder, file))).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
