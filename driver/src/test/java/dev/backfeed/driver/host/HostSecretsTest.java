package dev.backfeed.driver.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backfeed.engine.spi.Secret;
import dev.backfeed.engine.spi.SecretException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which references a host allows, and where their values may go. */
class HostSecretsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("BACKFEED_SF_KEY", "s3cret", "BACKFEED_OTHER", "other", "HOME", "/root");

  @TempDir private Path dir;

  @Test
  void onlyWhatIsAllowedCanBeNamed() {
    HostSecrets secrets = secrets("env:BACKFEED_*");
    secrets.check("env:BACKFEED_NOT_SET");
    for (String reference :
        new String[] {
          "env:HOME", "env:", "env:A B", "HOME", "vault:x", "env:BACKFEED_X\nenv:HOME"
        }) {
      assertNotAllowed(secrets, reference);
    }
    assertThatThrownBy(() -> secrets.check("env:HOME"))
        .hasMessageContaining("env:HOME")
        .hasMessageContaining("env:BACKFEED_*")
        .hasMessageContaining("backfeed.secrets.allow");
    assertNotAllowed(secrets(""), "env:BACKFEED_SF_KEY");
  }

  @Test
  void aSettingTakesThePlaceOfTheDefault() {
    HostSecrets secrets = secrets("env:HOME, env:SHOP_?");
    assertThat(secrets.resolve("env:HOME").revealTo("h")).isEqualTo("/root");
    assertNotAllowed(secrets, "env:BACKFEED_SF_KEY");
    assertNotAllowed(secrets, "env:SHOP_1");
    assertThat(secrets("env:*").resolve("env:HOME").revealTo("h")).isEqualTo("/root");
  }

  @Test
  void aMissingValueNamesTheVariable() {
    assertThatThrownBy(() -> secrets("env:BACKFEED_*").resolve("env:BACKFEED_NOT_SET"))
        .isInstanceOfSatisfying(SecretException.class, e -> assertThat(e.allowed()).isTrue())
        .hasMessageContaining("BACKFEED_NOT_SET");
  }

  @Test
  void aBoundSecretGoesToItsHostsOnly() {
    HostSecrets secrets =
        secrets("env:BACKFEED_*, env:BACKFEED_SF_* -> *.salesforce.com login.example.org");
    Secret bound = secrets.resolve("env:BACKFEED_SF_KEY");
    assertThat(bound.revealTo("acme.my.SalesForce.com")).isEqualTo("s3cret");
    assertThat(bound.revealTo("login.example.org")).isEqualTo("s3cret");
    for (String host :
        new String[] {"evilsalesforce.com", "salesforce.com", "salesforce.com.x.io"}) {
      assertThatThrownBy(() -> bound.revealTo(host))
          .isInstanceOfSatisfying(SecretException.class, e -> assertThat(e.allowed()).isFalse())
          .hasMessageContaining(host)
          .hasMessageNotContaining("s3cret");
    }
    assertThat(secrets.resolve("env:BACKFEED_OTHER").revealTo("anywhere.io")).isEqualTo("other");
    assertThat(bound.toString()).doesNotContain("s3cret");
  }

  @Test
  void filesLieBelowTheirFolder() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("secrets"));
    Files.writeString(dir.resolve("outside"), "no");
    Files.createDirectory(folder.resolve("sf"));
    Files.writeString(folder.resolve("sf/key.pem"), "line one\nline two\n");
    Files.createSymbolicLink(folder.resolve("link"), dir.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("up"), dir);
    HostSecrets secrets = HostSecrets.of("env:BACKFEED_*", Optional.of(folder), ENVIRONMENT::get);

    assertThat(secrets.resolve("file:sf/key.pem").revealTo("h")).isEqualTo("line one\nline two");
    assertThat(secrets.resolve("file:" + folder.resolve("sf/key.pem")).revealTo("h"))
        .startsWith("line one");
    for (String path :
        new String[] {"../outside", "link", "up/outside", "/etc/passwd", "sf/../../outside", ""}) {
      assertNotAllowed(secrets, "file:" + path);
    }
    assertThatThrownBy(() -> secrets.resolve("file:sf/missing"))
        .isInstanceOfSatisfying(SecretException.class, e -> assertThat(e.allowed()).isTrue());
    assertNotAllowed(secrets("env:BACKFEED_*"), "file:sf/key.pem");
  }

  @Test
  void anEntryThatCannotBeReadIsNamed() {
    for (String entry : new String[] {"BACKFEED_X", "env:", "env:A -> ", "env:A -> a*b.com"}) {
      assertThatThrownBy(() -> secrets(entry)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static HostSecrets secrets(String allow) {
    return HostSecrets.of(allow, Optional.empty(), ENVIRONMENT::get);
  }

  private static void assertNotAllowed(HostSecrets secrets, String reference) {
    assertThatThrownBy(() -> secrets.resolve(reference))
        .as(reference)
        .isInstanceOfSatisfying(SecretException.class, e -> assertThat(e.allowed()).isFalse());
  }
}
