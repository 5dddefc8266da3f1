// Exercise: a hierarchy of one's own, and a certificate taken back, so that the broker refuses it.
import { generateKeyPairSync } from "node:crypto";
import { certify, type Revoked, revocationList } from "../../../pki/issue.ts";
import type { Use } from "../../../pki/profiles.ts";
import { named } from "../../../pki/subject.ts";
import { Malformed } from "../../../protocols/wire/index.ts";
import { certificate } from "../../../protocols/x509/format.ts";
import { commonName } from "../../../protocols/x509/name.ts";
import { decodePem, encodePem } from "../../../protocols/x509/pem.ts";
import { type Verification, verify } from "../../../protocols/x509/verify.ts";
import type { Said } from "../../words.ts";
import { anExercise, ask, Illegible, type Kind, type Run } from "../exercise.ts";
import { always } from "../tls/authority.ts";
import type { Home } from "./board.ts";
import { wholeStart } from "./start.ts";

interface Bundle {
  readonly text: string;
  readonly certificates: readonly Uint8Array[];
  readonly lists: readonly Uint8Array[];
}

const aBundle: Said = {
  en: "PEM: three certificates (root, authority, board) and the revocation lists of root and authority, one after the other in a file",
  es: "PEM: tres certificados (raíz, autoridad, placa) y las listas de revocación de raíz y autoridad, uno tras otro en un archivo",
};
/** What a whole bundle of the largest keys takes, and some more. */
const longest = 100_000;

/** What is wrong with a bundle, if anything: it is judged as a broker would judge the board's chain. */
function objection({ certificates, lists }: Bundle, { task }: Run<Home>): Said | undefined {
  const owner = nameOf(task);
  const told = certificates.map(der => ({ der, is: certificate.decode(der).tbsCertificate }));
  const root = told.find(({ is }) => commonName(is.subject) === commonName(is.issuer));
  const leaf = told.find(({ is }) => commonName(is.subject) === owner);
  if (!root)
    return {
      en: "There is no root: no certificate is its own issuer.",
      es: "No hay raíz: ningún certificado es su propio emisor.",
    };
  if (!leaf)
    return {
      en: `No certificate is for ${owner}: its subject's common name (RFC 5280 §4.1.2.6).`,
      es: `Ningún certificado es para ${owner}: el nombre común de su titular (RFC 5280 §4.1.2.6).`,
    };
  if (told.length < 3 || commonName(leaf.is.issuer) === commonName(root.is.subject))
    return {
      en: "An authority is to stand between root and board, so that the root's key can stay in a safe (RFC 5280 §6.1).",
      es: "Entre la raíz y la placa debe haber una autoridad, para que la clave de la raíz pueda quedarse en una caja fuerte (RFC 5280 §6.1).",
    };
  const presented = [leaf.der, ...told.filter(one => one !== leaf && one !== root).map(({ der }) => der)];
  const judge = (crls?: readonly Uint8Array[]): Verification =>
    verify(presented, {
      roots: [root.der],
      at: BigInt(Date.now()) * 1_000_000n,
      purpose: "client",
      ...(crls && { crls }),
    });
  const without = judge();
  if (!without.trusted)
    return said(without, ["Even without the lists it is refused", "Incluso sin las listas se rechaza"]);
  const withLists = judge(lists);
  if (withLists.trusted)
    return {
      en: `A broker would let ${owner} in: its serial number stands on no list of its issuer's (RFC 5280 §5.3).`,
      es: `Un broker dejaría entrar a ${owner}: su número de serie no está en ninguna lista de su emisor (RFC 5280 §5.3).`,
    };
  const fault = withLists.verdicts.find(({ fault }) => fault !== undefined)!;
  if (fault.fault !== "revoked" || fault.place !== "leaf")
    return said(withLists, ["It is refused for another reason", "Se rechaza por otro motivo"]);
  return undefined;
}

const said = ({ says, inSpanish }: Verification, [en, es]: readonly [string, string]): Said => ({
  en: `${en}: ${says}`,
  es: `${es}: ${inSpanish}`,
});

const bundle: Kind<Bundle> = {
  name: "bundle",
  expects: () => aBundle,
  read(typed) {
    if (typed.length > longest) throw new Illegible(aBundle);
    try {
      const bundle = {
        text: typed,
        certificates: decodePem(typed, "CERTIFICATE"),
        lists: typed.includes("X509 CRL") ? decodePem(typed, "X509 CRL") : [],
      };
      for (const der of bundle.certificates) certificate.decode(der);
      if (bundle.certificates.length === 0) throw new Illegible(aBundle);
      return bundle;
    } catch (error) {
      if (error instanceof Illegible) throw error;
      const reason = error instanceof Malformed || error instanceof Error ? error.message : String(error);
      throw new Illegible({ en: `${aBundle.en} (${reason})`, es: `${aBundle.es} (${reason})` });
    }
  },
  show: ({ text }) => text,
  accepts: (typed, _expected, run) => objection(typed, run as Run<Home>) === undefined,
  remarks: (typed, _expected, run) => objection(typed, run as Run<Home>),
};

/** The name that the certificate is to be for: nobody else's board has it. */
const nameOf = ({ board }: Home): string => `${board.name}-${board.mac.slice(-8).replaceAll(":", "")}`;

/** Root, authority, board, and both lists; `revoked`: whether the board's certificate stands on its issuer's. */
function made(name: string): string {
  const [root, authority, board] = ["My Root", "My Devices", name].map(holder => ({
    subject: named(holder),
    keys: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  }));
  const signed = (of: typeof root, by: typeof root, use: Use): Uint8Array =>
    certify(
      { subject: of!.subject, issuer: by!.subject, publicKey: of!.keys.publicKey, use, validity: always },
      by!.keys,
    );
  const own = signed(board, authority, "client");
  const list = (by: typeof root, revoked: readonly Revoked[]): string => {
    const dates = { thisUpdate: always.notBefore, nextUpdate: always.notAfter };
    return encodePem(
      revocationList({ issuer: by!.subject, ...dates, number: 1n, revoked }, by!.keys),
      "X509 CRL",
    );
  };
  const serial = certificate.decode(own).tbsCertificate.serialNumber;
  const certificates = [signed(root, root, "authority"), signed(authority, root, "authority"), own];
  return [
    ...certificates.map(der => encodePem(der)),
    list(root, []),
    list(authority, [{ serial, date: new Date("2026-01-01"), reason: "keyCompromise" }]),
  ].join("");
}

/** Any bundle that passes is as right as another. */
const any: Bundle = { text: "", certificates: [], lists: [] };

export const exercise = anExercise<Home>({
  id: "across-revoke",
  subject: "across",
  level: "build",
  title: { en: "The lost board", es: "La placa perdida" },
  scene: wholeStart,
  story: ({ task }) => ({
    en: `Build what the whole rests on: a root, an authority below it, and a client certificate for ${nameOf(task)} from that authority. Then the board is lost, its key with it. Take its certificate back, so that every broker which trusts your root and reads your lists refuses it, and for that reason alone.

    bun lab pki init mine --path-length 1
    bun lab pki issue Devices --profile ca --hierarchy mine
    bun lab pki issue NAME --profile client --issuer Devices --hierarchy mine
    bun lab pki revoke NAME --hierarchy mine

or the same with openssl. Hand in one file with all of it in PEM: no private key belongs in there.`,
    es: `Construye aquello sobre lo que descansa todo: una raíz, una autoridad por debajo, y un certificado de cliente de esa autoridad para ${nameOf(task)}. Después la placa se pierde, y con ella su clave. Retira su certificado, de modo que todo broker que se fíe de tu raíz y lea tus listas lo rechace, y solo por ese motivo.

    bun lab pki init mine --path-length 1
    bun lab pki issue Devices --profile ca --hierarchy mine
    bun lab pki issue NOMBRE --profile client --issuer Devices --hierarchy mine
    bun lab pki revoke NOMBRE --hierarchy mine

o lo mismo con openssl. Entrega un archivo con todo en PEM: dentro no debe haber ninguna clave privada.`,
  }),
  questions: [
    ask({
      id: "bundle",
      asks: {
        en: "The file: three certificates and two revocation lists, in PEM.",
        es: "El archivo: tres certificados y dos listas de revocación, en PEM.",
      },
      kind: bundle,
      expected: () => any,
      wrong: [
        {
          answer: () => undefined,
          says: {
            en: "A certificate is revoked by its issuer's list: the CRL of the authority that signed it (RFC 5280 §5, field revokedCertificates).",
            es: "Un certificado se revoca en la lista de su emisor: la CRL de la autoridad que lo firmó (RFC 5280 §5, campo revokedCertificates).",
          },
        },
      ],
      otherwise: {
        en: "Check it as the broker would: bun lab pki verify with and without the lists (RFC 5280 §6.3).",
        es: "Compruébalo como lo haría el broker: bun lab pki verify con las listas y sin ellas (RFC 5280 §6.3).",
      },
    }),
  ],
  hints: [
    {
      en: "bun lab pki alone shows all of it once, step by step.",
      es: "bun lab pki a secas lo enseña todo una vez, paso a paso.",
    },
    {
      en: "Both lists are needed: the broker asks the root's about the authority, and the authority's about the board.",
      es: "Hacen falta las dos listas: el broker pregunta a la de la raíz por la autoridad, y a la de la autoridad por la placa.",
    },
    { en: "cat *.pem > answer.pem, without the keys.", es: "cat *.pem > respuesta.pem, sin las claves." },
  ],
  solve: ({ task }) => ({ bundle: made(nameOf(task)) }),
});
