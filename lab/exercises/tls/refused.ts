// The scene and the exercise of a server whose certificate is refused: why, by whom, and what the wire shows of it.
import { secure } from "../../../protocols/tls/client.ts";
import { accept } from "../../../protocols/tls/server.ts";
import type { Host, Program } from "../../network/contract.ts";
import type { Draws } from "../draws.ts";
import { anExercise, ask, type Played, type Run, type Scene } from "../exercise.ts";
import { choice, chosen, packet } from "../kinds/index.ts";
import { Room } from "../room/room.ts";
import { always, credentialsOf, type Holder, issued, pemOf, rootOf, type Wish } from "./authority.ts";
import { clientHello, handshakes } from "./messages.ts";

const faults = ["expired", "future", "name", "unknown", "missing", "purpose", "clock"] as const;
type Fault = (typeof faults)[number];

interface Refused {
  readonly begins: number;
  readonly fault: Fault;
  readonly root: string;
  readonly server: { readonly name: string; readonly address: string };
  /** Another name, for a certificate that is not this server's. */
  readonly other: string;
  readonly board: { readonly name: string; readonly address: string; readonly mac: string };
  /** Milliseconds since the Unix epoch, by the board's own clock. */
  readonly clock: number;
  /** Days by which a validity misses. */
  readonly days: number;
  /** Questions to other ports before: packet numbers differ. */
  readonly knocks: number;
}

const day = 86_400_000;
const port = 8883;
const companies = ["Faro", "Molino", "Encina", "Puerto", "Roble", "Cierzo"];

const refused: Scene<Refused> = { id: "tls-refused", version: 1, task, play };

function task(draws: Draws): Refused {
  const network = draws.network();
  const company = draws.pick(companies);
  const begins = Date.UTC(
    2026,
    draws.whole(0, 8),
    draws.whole(1, 28),
    draws.whole(6, 20),
    draws.whole(0, 59),
  );
  const fault = draws.pick(faults);
  const [one, other] = draws.some(2, ["broker", "mqtt", "hub", "gate", "cloud", "api"]);
  return {
    begins,
    fault,
    root: `${company} Root`,
    server: { name: `${one}.${company.toLowerCase()}.example`, address: `${network}${draws.whole(2, 99)}` },
    other: `${other}.${company.toLowerCase()}.example`,
    board: {
      name: `board-${draws.whole(100, 999)}`,
      address: `${network}${draws.whole(100, 250)}`,
      mac: draws.mac(),
    },
    clock: fault === "clock" ? Date.UTC(2000, 0, 1, 0, 0, draws.whole(1, 50)) : begins + 600,
    days: draws.whole(3, 300),
    knocks: draws.whole(0, 6),
  };
}

async function play(task: Refused, draws: Draws): Promise<Played> {
  const { server, board, fault, begins } = task;
  const root = await rootOf(task.root);
  // Since before the board's clock was ever set, a root is a root: only the leaf's dates are of interest.
  const below = await issued(root, { name: "Devices", use: "authority" });
  const stranger =
    fault === "unknown"
      ? await issued(await rootOf("Somebody Root"), { name: "Devices", use: "authority" })
      : below;
  const holder = await issued(stranger, wishOf(task));
  const shown: Holder = fault === "missing" ? { ...holder, chain: holder.chain.slice(0, 1) } : holder;

  const room = new Room(draws, begins);
  await room.host({
    name: "server",
    configuration: { address: server.address, prefix: 24 },
    program: (async (host: Host) => {
      const listener = await host.listen(port, stream => {
        accept(stream, { ...credentialsOf(shown), version: "1.2", clock: host.clock }).then(
          safe => safe.close(),
          () => {},
        );
      });
      const stopped = Promise.withResolvers<void>();
      host.stopping.addEventListener("abort", () => stopped.resolve());
      await stopped.promise;
      await listener.close();
    }) as Program,
  });
  await room.host({
    name: board.name,
    mac: board.mac,
    configuration: { address: board.address, prefix: 24 },
    program: (async (host: Host) => {
      host.clock.set(BigInt(task.clock) * 1_000_000n);
      await host.clock.sleep(600);
      for (let i = 0; i < task.knocks; i++)
        await host.connect({ address: server.address, port: 9000 + i }).catch(() => {});
      const stream = await host.connect({ address: server.address, port });
      await secure(stream, {
        serverName: server.name,
        roots: [pemOf(root)],
        clock: host.clock,
        version: "1.2",
      }).then(
        safe => safe.close(),
        error => host.tell({ kind: "refused", why: (error as Error).message }),
      );
    }) as Program,
  });
  await room.run(room.done(board.name));
  await room.close();
  return { capture: room.capture(), files: { "root.pem": pemOf(root) }, told: room.told };
}

function wishOf({ fault, server, other, begins, days }: Refused): Wish {
  const name = fault === "name" ? other : server.name;
  const from = (start: number, end: number) => ({ notBefore: new Date(start), notAfter: new Date(end) });
  const validity =
    fault === "expired"
      ? from(begins - (days + 365) * day, begins - days * day)
      : fault === "future"
        ? from(begins + days * day, begins + (days + 365) * day)
        : fault === "clock"
          ? from(begins - days * day, begins + 365 * day)
          : always;
  return { name, use: fault === "purpose" ? "client" : "server", hosts: [name], validity };
}

type RefusedRun = Run<Refused>;
const shownIn = (run: RefusedRun) => handshakes(run, "certificate")[0]!;
const stamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const why = choice(
  [
    { id: "expired", says: { en: "Its validity is over.", es: "Su validez ha terminado." } },
    { id: "future", says: { en: "Its validity has not begun.", es: "Su validez no ha empezado." } },
    { id: "name", says: { en: "It is another host's.", es: "Es de otro host." } },
    {
      id: "unknown",
      says: {
        en: "It leads up to a root that the board does not know.",
        es: "Lleva a una raíz que la placa no conoce.",
      },
    },
    {
      id: "missing",
      says: {
        en: "A certificate between it and the root was not sent.",
        es: "Falta por enviar un certificado entre él y la raíz.",
      },
    },
    { id: "purpose", says: { en: "It is not meant for servers.", es: "No está destinado a servidores." } },
    {
      id: "clock",
      says: {
        en: "Nothing is wrong with it: the board's clock is.",
        es: "El certificado está bien; lo que va mal es el reloj de la placa.",
      },
    },
  ],
  { en: "the packet with the certificate", es: "el paquete con el certificado" },
);

const advice: Readonly<Record<Fault, readonly [en: string, es: string]>> = {
  expired: ["compare notAfter with the day of the capture", "compara notAfter con el día de la captura"],
  future: [
    "compare notBefore with the day of the capture, and with the board's clock",
    "compara notBefore con el día de la captura, y con el reloj de la placa",
  ],
  name: [
    "compare the subject alternative name with the name that the ClientHello asks for",
    "compara el nombre alternativo con el nombre por el que pregunta el ClientHello",
  ],
  unknown: [
    "follow the issuers upwards, and compare the last one with root.pem, its key identifier too",
    "sigue los emisores hacia arriba, y compara el último con root.pem, también su identificador de clave",
  ],
  missing: [
    "count the certificates: is the issuer of each the subject of the next, up to root.pem?",
    "cuenta los certificados: ¿es el emisor de cada uno el titular del siguiente, hasta root.pem?",
  ],
  purpose: ["read the extended key usage", "lee el uso extendido de la clave"],
  clock: [
    "compare the validity with the day of the capture, and with what the board's clock says",
    "compara la validez con el día de la captura, y con lo que dice el reloj de la placa",
  ],
};
const sections: Readonly<Record<Fault, string>> = {
  expired: "RFC 5280 §4.1.2.5",
  future: "RFC 5280 §4.1.2.5",
  name: "RFC 6125 §6",
  unknown: "RFC 5280 §6.1",
  missing: "RFC 5246 §7.4.2",
  purpose: "RFC 5280 §4.2.1.12",
  clock: "RFC 5280 §4.1.2.5",
};

export const exercise = anExercise<Refused>({
  id: "tls-refused",
  subject: "tls",
  level: "diagnose",
  title: { en: "Refused", es: "Rechazado" },
  scene: refused,
  story: ({ task }) => ({
    en: `${task.board.name} wants to speak with ${task.server.name}, by TLS 1.2, and drops the connection as soon as the handshake is over: why, no packet says. The board trusts ${task.root} alone (root.pem beside the capture). The capture is of ${stamp(task.begins)}; the board's own clock said ${stamp(task.clock)}.`,
    es: `${task.board.name} quiere hablar con ${task.server.name}, con TLS 1.2, y corta la conexión en cuanto acaba la negociación: el porqué no lo dice ningún paquete. La placa se fía solo de ${task.root} (root.pem, junto a la captura). La captura es del ${stamp(task.begins)}; el reloj de la placa decía ${stamp(task.clock)}.`,
  }),
  questions: [
    ask({
      id: "why",
      asks: {
        en: "Why does the board refuse the certificate?",
        es: "¿Por qué rechaza la placa el certificado?",
      },
      kind: why,
      expected: (run: RefusedRun) => chosen(run.task.fault, shownIn(run).number),
      wrong: faults.map(fault => ({
        answer: (run: RefusedRun) => chosen(fault, shownIn(run).number),
        says: (run: RefusedRun) => ({
          en: `To see whether it is that, ${advice[fault][0]} (packet ${shownIn(run).number}, ${sections[fault]}).`,
          es: `Para ver si es eso, ${advice[fault][1]} (paquete ${shownIn(run).number}, ${sections[fault]}).`,
        }),
      })),
      otherwise: run => ({
        en: `Take the certificates of packet ${shownIn(run).number} and ask in turn: is the chain whole up to root.pem, is it the time, is it the name that packet ${clientHello(run).number} asks for, is it for servers (RFC 5280 §6.1)?`,
        es: `Toma los certificados del paquete ${shownIn(run).number} y pregunta por orden: ¿está entera la cadena hasta root.pem, es la hora, es el nombre por el que pregunta el paquete ${clientHello(run).number}, es para servidores (RFC 5280 §6.1)?`,
      }),
    }),
    ask({
      id: "end",
      asks: {
        en: "In which packet does the board close the connection from its side, by FIN or RST?",
        es: "¿En qué paquete cierra la placa la conexión por su lado, con FIN o RST?",
      },
      kind: packet,
      expected: (run: RefusedRun) =>
        run.select(
          `ip.src == ${run.task.board.address} && (tcp.flags.reset == 1 || tcp.flags.fin == 1) && tcp.port == ${port}`,
        )[0]!.number,
      wrong: [
        {
          answer: run => shownIn(run).number,
          says: run => ({
            en: `There the server shows its certificate. The board ends it after that: a segment of its own with FIN or RST, after packet ${shownIn(run).number} (RFC 9293 §3.6).`,
            es: `Ahí enseña el servidor su certificado. La placa la acaba después: un segmento suyo con FIN o RST, después del paquete ${shownIn(run).number} (RFC 9293 §3.6).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `tcp.flags.reset == 1 || tcp.flags.fin == 1, from ${run.task.board.address}, on port ${port}, after packet ${shownIn(run).number} (RFC 9293 §3.6, flags).`,
        es: `tcp.flags.reset == 1 || tcp.flags.fin == 1, de ${run.task.board.address}, en el puerto ${port}, después del paquete ${shownIn(run).number} (RFC 9293 §3.6, flags).`,
      }),
    }),
  ],
  hints: [
    {
      en: "bun lab inspect capture.pcapng -Y 'tls.handshake.type == 11' -V opens the certificates; bun lab pki inspect root.pem the root.",
      es: "bun lab inspect capture.pcapng -Y 'tls.handshake.type == 11' -V abre los certificados; bun lab pki inspect root.pem, la raíz.",
    },
    {
      en: "Five questions: whole chain, known root, time, name, purpose. Don't stop at the first that looks odd.",
      es: "Cinco preguntas: cadena entera, raíz conocida, hora, nombre, uso. No te quedes en la primera que parezca rara.",
    },
  ],
});
