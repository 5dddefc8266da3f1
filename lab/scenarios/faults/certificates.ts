// What can go wrong with certificates and versions: each is refused by who checks, and only by them.
import { type BrokenFault, broken } from "../../../pki/broken.ts";
import { encodePem } from "../../../protocols/x509/pem.ts";
import type { Said } from "../../words.ts";
import type { Cast } from "../scenario.ts";
import { changePc, equipBoards, setBoards } from "./changes.ts";
import type { Fault } from "./fault.ts";

/** The broker shows such a certificate, and the board refuses it. */
const ofBroker = (fault: BrokenFault, findings: readonly string[], shows: Said, says: Said): Fault => ({
  shows,
  says,
  changes: ["broker's certificate"],
  needs: ["TLS"],
  async lay(cast, { authority }) {
    const { pem, key } = await broken(await authority(), fault);
    return changePc(cast, { certificate: pem, key });
  },
  outcome: cast => ({
    ...{ layer: "TLS", fails: "TLS" },
    // TLS 1.3 shows a certificate only to who has the session's secrets, and a handshake that is refused may leave none.
    ...(versionOf(cast) === "1.2" ? { findings } : { findings: [], may: findings }),
  }),
});

export const expiredCertificate = ofBroker(
  "expired",
  ["tls.certificate-expired"],
  { en: "the broker's certificate has expired", es: "el certificado del broker ha caducado" },
  {
    en: "The broker's certificate ended yesterday. The board, which has its time from NTP, refuses it before any octet of MQTT; on the wire only the end of the connection shows that.",
    es: "El certificado del broker terminó ayer. La placa, que tiene la hora por NTP, lo rechaza antes de cualquier octeto de MQTT; en la red solo se ve el fin de la conexión.",
  },
);

export const wrongName = ofBroker(
  "wrong name",
  ["tls.certificate-wrong-name"],
  {
    en: "the broker's certificate is another host's",
    es: "el certificado del broker es de otro equipo",
  },
  {
    en: "The certificate is good, by the right authority, and for OTHER-PC. The board wants to speak with JORGE-PC, so it refuses it.",
    es: "El certificado es bueno, de la autoridad correcta, y para OTHER-PC. La placa quiere hablar con JORGE-PC, así que lo rechaza.",
  },
);

export const unknownAuthority = ofBroker(
  "unknown authority",
  [],
  {
    en: "the broker's certificate is by an authority that nobody knows",
    es: "el certificado del broker es de una autoridad que nadie conoce",
  },
  {
    en: "Who issued it is not the root that the board holds. A capture alone can't tell: only who trusts somebody can miss that trust.",
    es: "Quien lo emitió no es la raíz que tiene la placa. Una captura sola no lo muestra: solo quien confía en alguien puede echar en falta esa confianza.",
  },
);

export const revokedCertificate: Fault = {
  shows: {
    en: "the board's certificate is revoked: the broker refuses it",
    es: "el certificado de la placa está revocado: el broker la rechaza",
  },
  says: {
    en: "The board's key was compromised, and its certificate stands on the authority's list. The broker holds that list and ends the connection; the board only sees it end.",
    es: "La clave de la placa quedó comprometida y su certificado está en la lista de la autoridad. El broker tiene esa lista y termina la conexión; la placa solo la ve terminar.",
  },
  changes: ["board's certificate"],
  needs: ["mutual TLS"],
  async lay(cast, { authority }) {
    const { pem, key, crls } = await broken(await authority(), "revoked", { role: "client" });
    const lists = crls.map(der => encodePem(der, "X509 CRL")).join("");
    return changePc(equipBoards(cast, { certificate: pem, key }), { crls: lists });
  },
  outcome: cast => ({ layer: "TLS", fails: refusedIn(cast), findings: [] }),
};

export const noClientCertificate: Fault = {
  shows: {
    en: "the board shows no certificate where one is required",
    es: "la placa no presenta certificado donde se exige",
  },
  says: {
    en: "On port 8884 the broker requires a client certificate, and the board shows none: the broker refuses it with an alert.",
    es: "En el puerto 8884 el broker exige un certificado de cliente y la placa no presenta ninguno: el broker la rechaza con una alerta.",
  },
  changes: ["board's certificate"],
  needs: ["mutual TLS"],
  lay: cast => equipBoards(cast, { certificate: "", key: "" }),
  outcome: cast => ({
    layer: "TLS",
    fails: refusedIn(cast),
    findings: ["tls.fatal-alert"],
  }),
};

export const oldTls: Fault = {
  shows: {
    en: "the board speaks only TLS 1.2, and the broker only 1.3",
    es: "la placa solo habla TLS 1.2 y el broker solo 1.3",
  },
  says: {
    en: "A broker that has switched off old versions refuses a board that knows no newer one: the alert protocol_version answers its ClientHello.",
    es: "Un broker que ha desactivado las versiones antiguas rechaza a una placa que no conoce otra más nueva: la alerta protocol_version responde a su ClientHello.",
  },
  changes: ["version of TLS"],
  needs: ["TLS"],
  lay: cast =>
    changePc(
      setBoards(cast, () => ({ tls: { version: "1.2" } })),
      { version: "1.3" },
    ),
  outcome: () => ({ layer: "TLS", fails: "TLS", findings: ["tls.fatal-alert"] }),
};

const versionOf = ({ boards }: Cast): "1.2" | "1.3" => boards[0]!.settings.tls.version;

/** In TLS 1.3 the client has done its part when it is refused: it learns that from what it reads next. */
const refusedIn = (cast: Cast): string => (versionOf(cast) === "1.3" ? "MQTT" : "TLS");
