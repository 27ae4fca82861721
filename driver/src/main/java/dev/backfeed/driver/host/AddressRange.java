package dev.backfeed.driver.host;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address, or a range in CIDR form.
 *
 * @param network the first address, as a number
 * @param bytes 4 or 16
 * @param prefix how many bits count
 */
record AddressRange(BigInteger network, int bytes, int prefix) {
  private static final Pattern LITERAL =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** A range that is known to be well written. */
  static AddressRange of(String text) {
    return parse(text).orElseThrow();
  }

  /** Empty if the text is neither an address nor a range. */
  static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    if (!LITERAL.matcher(literal).matches()) {
      return Optional.empty();
    }
    try {
      byte[] address = canonical(InetAddress.getByName(literal).getAddress());
      int bits = address.length * 8;
      int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (prefix < 0 || prefix > bits) {
        return Optional.empty();
      }
      return Optional.of(new AddressRange(shifted(address, prefix), address.length, prefix));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  boolean contains(byte[] address) {
    return address.length == bytes && shifted(address, prefix).equals(network);
  }

  /**
   * An IPv4 address where an IPv6 one carries it: mapped (::ffff:0:0/96), translated
   * (64:ff9b::/96), compatible (::/96) and 6to4 (2002::/16) forms all end up at the IPv4 address.
   */
  static byte[] canonical(byte[] address) {
    if (address.length != 16) {
      return address;
    }
    if (address[0] == 0x20 && address[1] == 0x02) {
      return Arrays.copyOfRange(address, 2, 6);
    }
    BigInteger head = new BigInteger(1, Arrays.copyOf(address, 12));
    boolean carries =
        head.equals(BigInteger.valueOf(0xffffL))
            || head.equals(new BigInteger("0064ff9b0000000000000000", 16))
            || (head.signum() == 0 && (address[12] != 0 || address[13] != 0));
    return carries ? Arrays.copyOfRange(address, 12, 16) : address;
  }

  private static BigInteger shifted(byte[] address, int prefix) {
    return new BigInteger(1, address).shiftRight(address.length * 8 - prefix);
  }
}
