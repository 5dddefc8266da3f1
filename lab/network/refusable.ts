// A UDP socket for one server: where nothing listens, its host says so at once (ICMP), and nobody waits for an answer.
import { type Datagrams, Refused } from "../../protocols/endpoint/index.ts";
import { type DatagramOptions, openDatagrams } from "./native.ts";

/** As `openDatagrams`; `receive` throws Refused once the host at `to` has refused what was sent there. @throws Refused */
export const openRefusable = (to: string, options: Omit<DatagramOptions, "refused">): Promise<Datagrams> =>
  refusable(to, refused => openDatagrams({ ...options, refused }));

/** The same over any socket that tells of a refusal. */
export async function refusable(
  to: string,
  open: (refused: () => void) => Promise<Datagrams>,
): Promise<Datagrams> {
  const { promise: refusal, reject } = Promise.withResolvers<never>();
  refusal.catch(() => {});
  let port: number | undefined;
  const datagrams = await open(() =>
    reject(new Refused(`UDP ${to} port ${port}: refused, nothing listens there`)),
  );
  return {
    local: datagrams.local,
    send(octets, server) {
      port = server.port;
      return datagrams.send(octets, server);
    },
    receive(milliseconds) {
      const next = Promise.race([datagrams.receive(milliseconds), refusal]);
      // Who fails to send does not wait for what comes either.
      next.catch(() => {});
      return next;
    },
    close: () => datagrams.close(),
  };
}
