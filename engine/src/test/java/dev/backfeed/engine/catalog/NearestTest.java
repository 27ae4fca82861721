package dev.backfeed.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  @Test
  void swappedLettersAreOneSlip() {
    assertThat(Nearest.hint("Nmae", List.of("Phone", "Name")))
        .isEqualTo(": did you mean \"Name\"?");
    assertThat(Nearest.hint("cmr", List.of("crm"))).isEqualTo(": did you mean \"crm\"?");
  }

  @Test
  void aFarNameIsNotOffered() {
    assertThat(Nearest.hint("extra", List.of("Name", "Phone"))).isEmpty();
  }
}
