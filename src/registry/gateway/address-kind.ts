import { BlockList, isIP } from "node:net";

/**
 * What an IP address is, for who may be connected to:
 * - `ordinary`: may be any host's address
 * - `loopback`: this machine
 * - `special`: link-local, the metadata services of clouds, and addresses that hide another one (NAT64, 6to4 …)
 * - `never`: no host has it (0.0.0.0, multicast, broadcast)
 */
export type AddressKind = "ordinary" | "loopback" | "special" | "never";

/** Of an address as `isIP` knows it. The IPv6 forms of IPv4 addresses (`::ffff:127.0.0.1`) are what they stand for. */
export function addressKind(address: string): AddressKind {
  const [bare = ""] = address.split("%");
  const family = isIP(bare) === 6 ? "ipv6" : "ipv4";
  if (isIP(bare) === 0 || never.check(bare, family)) return "never";
  if (loopback.check(bare, family)) return "loopback";
  return special.check(bare, family) ? "special" : "ordinary";
}

// The registries of special-purpose addresses (RFC 6890, and what came after), as far as they matter here.
const never = listOf("0.0.0.0/8 224.0.0.0/4 240.0.0.0/4 ::/128 ff00::/8");
const loopback = listOf("127.0.0.0/8 ::1/128");
const special = listOf(
  "169.254.0.0/16 fe80::/10 " +
    // Metadata and platform services at addresses that look ordinary.
    "100.100.100.200/32 168.63.129.16/32 192.0.0.0/24 fd00:ec2::254/128 fd20:ce::254/128 " +
    // Translated and tunnelled IPv4.
    "::/96 64:ff9b::/96 64:ff9b:1::/48 2001::/32 2002::/16",
);

function listOf(subnets: string): BlockList {
  const list = new BlockList();
  for (const subnet of subnets.split(" ")) {
    const [address = "", prefix] = subnet.split("/");
    list.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}
