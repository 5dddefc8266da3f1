// What a network says that has no second segment.
import { expect, test } from "bun:test";
import { openRelay } from "./relay.ts";

test("a relay refuses a router with an uplink, and says why", async () => {
  await using network = await openRelay();
  const uplink = {
    segment: "WAN",
    mac: "02:00:00:00:ff:01",
    configuration: { address: "203.0.113.10", prefix: 0 },
  };
  const program = import.meta.path;
  await expect(network.host({ name: "router", uplink, program })).rejects.toThrow(
    /router: .*no router rewrites them: use a network of namespaces/,
  );
});
