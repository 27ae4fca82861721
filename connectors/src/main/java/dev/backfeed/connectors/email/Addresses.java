package dev.backfeed.connectors.email;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Addresses as people write them, checked so that none can smuggle in a header or a command. */
final class Addresses {
  /** What every server takes for one message (RFC 5321). */
  static final int MOST = 100;

  private Addresses() {}

  /**
   * One or more addresses with commas between, each with or without a name.
   *
   * @throws AddressException saying what is wrong
   */
  static List<InternetAddress> parsed(String list) throws AddressException {
    if (list.chars().anyMatch(Character::isISOControl)) {
      throw new AddressException("there is a line break or control character in it");
    }
    List<InternetAddress> addresses = new ArrayList<>();
    for (InternetAddress address : InternetAddress.parse(list, true)) {
      addresses.add(checked(address));
    }
    if (addresses.isEmpty() || addresses.size() > MOST) {
      throw new AddressException("there must be 1 to " + MOST + " addresses");
    }
    return addresses;
  }

  private static InternetAddress checked(InternetAddress address) throws AddressException {
    String bare = address.getAddress();
    if (address.isGroup() || !bare.matches("[!-~]+@[A-Za-z0-9._\\[\\]:-]+")) {
      throw new AddressException("write name@host in ASCII", bare);
    }
    address.validate();
    try {
      return new InternetAddress(bare, address.getPersonal(), StandardCharsets.UTF_8.name());
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    }
  }
}
