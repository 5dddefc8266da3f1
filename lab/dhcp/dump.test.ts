// A message in dhcpdump's manner.
import { expect, test } from "bun:test";
import { message, option } from "../../protocols/dhcp/index.ts";
import { dump } from "./dump.ts";

test("every field has its line, every option its code, length, name and value, wherever it lies", () => {
  const octets = message.encode(
    {
      ...{ op: 2, xid: 0x1234, chaddr: Uint8Array.fromHex("00c0df24ba6b"), flags: { broadcast: 1 } },
      yiaddr: 0xc0a80165,
      options: [
        ...option(53, 2),
        ...option(3, [0xc0a80101, 0xc0a80102]),
        ...option(55, [1, 3]),
        ...option(61, { type: 1, identifier: Uint8Array.of(1, 2) }),
        ...option(121, [{ prefix: 24, destination: 0x0a000000, router: 0xc0a80101 }]),
        ...option(17, "x".repeat(30)),
      ],
    },
    { mostOctets: 290 },
  );
  const lines = [
    ...dump(octets, 0n, { address: "192.168.1.1", port: 67 }, { address: "255.255.255.255", port: 68 }),
  ];
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "  TIME: 00:00:00.000
        IP: 192.168.1.1:67 > 255.255.255.255:68
        OP: 2 (BOOTREPLY)
     HTYPE: 1 (Ethernet)
      HLEN: 6
      HOPS: 0
       XID: 00001234
      SECS: 0
     FLAGS: 8000 (broadcast)
    CIADDR: 0.0.0.0
    YIADDR: 192.168.1.101
    SIADDR: 0.0.0.0
    GIADDR: 0.0.0.0
    CHADDR: 00:c0:df:24:ba:6b
     SNAME: .
     FNAME: .
    OPTION:  53 (  1) DHCP message type         Offer (2)
    OPTION:   3 (  8) Router                    192.168.1.1, 192.168.1.2
    OPTION:  55 (  2) Parameter request list    Subnet mask (1), Router (3)
    OPTION:  61 (  3) Client identifier         Ethernet (1), 0102
    OPTION: 121 (  8) Classless static route    24, 10.0.0.0, 192.168.1.1
    OPTION:  52 (  1) Option overload           boot file name (1)
    OPTION:  17 ( 30) Root path                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    ---------------------------------------------------------------------------"
  `);
});

test("control characters are shown, not obeyed", () => {
  const octets = message.encode({
    op: 1,
    xid: 1,
    chaddr: new Uint8Array(6),
    options: option(12, "a\x1b[2J"),
  });
  expect(
    [...dump(octets, 0n, { address: "0.0.0.0", port: 68 }, { address: "255.255.255.255", port: 67 })].join(
      "\n",
    ),
  ).not.toContain("\x1b");
});
