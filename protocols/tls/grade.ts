// What a session's choices are worth, in plain words: forward secrecy, the seal of its records, the sizes of its keys.
import { Version } from "./numbers.ts";
import type { Suite } from "./suite.ts";

/** From what nothing is said against to what protects nobody. */
export type Grade = "strong" | "acceptable" | "weak" | "broken";

export interface Reason {
  readonly grade: Grade;
  /** Where it is demanded or advised against. */
  readonly reference: string;
  readonly en: string;
  readonly es: string;
}

export interface Graded {
  /** The worst of the reasons. */
  readonly grade: Grade;
  readonly reasons: readonly Reason[];
}

export interface Choices {
  readonly version: number;
  readonly suite: Suite | undefined;
  /** TLS 1.3: whether a fresh key was agreed on; without one, a session that is taken up again has no forward secrecy. */
  readonly freshKey: boolean;
  readonly encryptThenMac: boolean;
  /** Of the server's certificate, where it was seen. */
  readonly key?: readonly [kind: string, bits?: number];
  /** The group in which the secret was agreed on, by its name, or the bits of its prime. */
  readonly agreed?: string | number;
}

const worst = (reasons: readonly Reason[]): Grade => {
  const order: readonly Grade[] = ["strong", "acceptable", "weak", "broken"];
  return order[Math.max(0, ...reasons.map(({ grade }) => order.indexOf(grade)))]!;
};

/** Judges as RFC 9325 does. */
export function gradeOf(choices: Choices): Graded {
  const reasons = [
    versionReason(choices),
    secrecyReason(choices),
    sealReason(choices),
    keyReason(choices),
    agreementReason(choices),
  ].filter(reason => reason !== undefined);
  return { grade: worst(reasons), reasons };
}

function versionReason({ version }: Choices): Reason {
  if (version >= Version["TLS 1.3"])
    return reason(
      "strong",
      "RFC 8446",
      "TLS 1.3 has no weak choices left.",
      "TLS 1.3 ya no tiene opciones débiles.",
    );
  if (version === Version["TLS 1.2"])
    return reason(
      "strong",
      "RFC 9325 §3.1.1",
      "TLS 1.2 is good, if suite and keys are.",
      "TLS 1.2 es buena, si lo son el conjunto y las claves.",
    );
  if (version >= Version["TLS 1.0"])
    return reason(
      "weak",
      "RFC 8996",
      "TLS 1.0 and 1.1 must not be used any more: they lean on MD5 and SHA-1.",
      "TLS 1.0 y 1.1 ya no deben usarse: se apoyan en MD5 y SHA-1.",
    );
  return reason(
    "broken",
    "RFC 7568",
    "SSL 3.0 is broken: records can be guessed octet by octet.",
    "SSL 3.0 está roto: los registros se adivinan octeto a octeto.",
  );
}

function secrecyReason({ version, suite, freshKey }: Choices): Reason | undefined {
  const agreed = suite?.keyExchange;
  const fresh = version >= Version["TLS 1.3"] ? freshKey : /^(EC)?DHE/.test(agreed ?? "");
  if (suite?.name.includes("_anon_"))
    return reason(
      "broken",
      "RFC 9325 §4.1",
      "Nobody proves who they are: anyone in the middle can read and change everything.",
      "Nadie demuestra quién es: cualquiera en medio puede leer y cambiarlo todo.",
    );
  if (fresh)
    return reason(
      "strong",
      "RFC 9325 §6.3",
      "Forward secrecy: this recording stays closed even if the server's key is stolen later.",
      "Secreto hacia adelante: esta captura sigue cerrada aunque luego roben la clave del servidor.",
    );
  if (!suite) return undefined;
  return reason(
    "weak",
    "RFC 9325 §4.1",
    "No forward secrecy: whoever gets the long-term key later can read this recording.",
    "Sin secreto hacia adelante: quien obtenga más tarde la clave permanente podrá leer esta captura.",
  );
}

function sealReason({ suite, encryptThenMac }: Choices): Reason | undefined {
  if (!suite) return undefined;
  const { cipher, aead, block } = suite;
  if (block === "NULL")
    return reason(
      "broken",
      "RFC 9325 §4.1",
      "Nothing is enciphered: everybody reads along.",
      "No se cifra nada: todos lo leen.",
    );
  if (/EXPORT|RC4|RC2|DES_CBC|DES40|3DES|IDEA/.test(`${suite.name}`))
    return reason(
      "broken",
      "RFC 9325 §4.1",
      `${cipher} can be broken with means of today.`,
      `${cipher} se rompe con medios de hoy.`,
    );
  if (aead || /GCM|CCM|POLY1305/.test(cipher))
    return cipher.endsWith("CCM_8")
      ? reason(
          "acceptable",
          "RFC 9325 §4.2",
          "Enciphered and sealed in one (AEAD), with a tag of only 8 octets.",
          "Cifra y sella a la vez (AEAD), con una etiqueta de solo 8 octetos.",
        )
      : reason(
          "strong",
          "RFC 9325 §4.2",
          "Records are enciphered and sealed in one (AEAD).",
          "Los registros se cifran y sellan a la vez (AEAD).",
        );
  return encryptThenMac
    ? reason(
        "acceptable",
        "RFC 7366",
        "CBC with a MAC over what was enciphered: sound, but older than AEAD.",
        "CBC con un MAC sobre lo cifrado: sólido, pero anterior a AEAD.",
      )
    : reason(
        "weak",
        "RFC 7366 §1",
        "CBC with the MAC inside: time and again its padding gave secrets away.",
        "CBC con el MAC dentro: una y otra vez su relleno reveló secretos.",
      );
}

function keyReason({ key }: Choices): Reason | undefined {
  const [kind, bits] = key ?? [];
  if (!kind || bits === undefined) return undefined;
  const least = kind === "RSA" ? 2048 : 224;
  const [en, es] = [
    `The server's key: ${kind}, ${bits} bits`,
    `La clave del servidor: ${kind}, ${bits} bits`,
  ];
  return bits < least
    ? reason(
        "weak",
        "RFC 9325 §4.5",
        `${en}: at least ${least} are needed.`,
        `${es}: hacen falta al menos ${least}.`,
      )
    : reason("strong", "RFC 9325 §4.5", `${en}: long enough.`, `${es}: suficiente.`);
}

/** RFC 9325 §4.5: at least 2048 bits of a prime, 224 of a curve; hybrids are beside what it judges. */
function agreementReason({ agreed }: Choices): Reason | undefined {
  if (agreed === undefined) return undefined;
  const [what, size] = typeof agreed === "number" ? ["DHE", agreed] : [agreed, sizeOf(agreed)];
  const [en, es] = [`The secret was agreed on in ${what}`, `El secreto se acordó en ${what}`];
  if (/MLKEM|Kyber/.test(what))
    return reason(
      "strong",
      "RFC 9325 §4.5",
      `${en}: even a quantum computer to come can't work it out of this recording.`,
      `${es}: ni un futuro ordenador cuántico lo sacará de esta captura.`,
    );
  if (size === undefined) return undefined;
  const least = typeof agreed === "number" || agreed.startsWith("ffdhe") ? 2048 : 224;
  return size < least
    ? reason(
        "weak",
        "RFC 9325 §4.5",
        `${en}, ${size} bits: at least ${least} are needed.`,
        `${es}, ${size} bits: hacen falta al menos ${least}.`,
      )
    : reason(
        "strong",
        "RFC 9325 §4.5",
        `${en}, ${size} bits: large enough.`,
        `${es}, ${size} bits: suficiente.`,
      );
}

/** Bits of a named group, which most names tell. */
function sizeOf(group: string): number | undefined {
  if (group === "x25519") return 255;
  const digits = /\d{3,4}/.exec(group);
  return digits ? Number(digits[0]) : undefined;
}

const reason = (grade: Grade, reference: string, en: string, es: string): Reason => ({
  grade,
  reference,
  en,
  es,
});
