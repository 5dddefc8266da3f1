// Certificates: the vectors, and what node:crypto reads in the same octets.
import { describe, expect, test } from "bun:test";
import { verify, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { Malformed } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { hostsOf, outsideValidity } from "./facts.ts";
import { certificate, certificateList, certificationRequest, signedPart } from "./format.ts";
import { extensionOf, flagNames, KeyUsage, keySize, nameText, Oid } from "./index.ts";
import { inspectText } from "./inspect.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);

const octetsOf = (name: string) => vectorsIn(folder).find(vector => vector.name === name)!.octets;
const server = certificate.decode(octetsOf("server"));

describe("certificate", () => {
  for (const name of ["root", "server", "version-1"]) {
    test(`${name} says what node:crypto says of it`, () => {
      const ours = certificate.decode(octetsOf(name)).tbsCertificate;
      const theirs = new X509Certificate(octetsOf(name));
      expect(ours.serialNumber).toBe(BigInt(`0x${theirs.serialNumber}`));
      expect(nameText(ours.subject)).toBe(theirs.subject.replaceAll("\n", ", "));
      expect(nameText(ours.issuer)).toBe(theirs.issuer.replaceAll("\n", ", "));
      expect(ours.validity.notBefore * 1000).toBe(Date.parse(theirs.validFrom));
      expect(ours.validity.notAfter * 1000).toBe(Date.parse(theirs.validTo));
      expect(extensionOf(ours.extensions, Oid.basicConstraints)?.ca ?? false).toBe(theirs.ca);
      expect(keySize(ours.subjectPublicKeyInfo)[1]).toBe(
        theirs.publicKey.asymmetricKeyDetails?.modulusLength ?? 256,
      );
    });
  }

  test("gives its extensions with their types", () => {
    const { extensions } = server.tbsCertificate;
    expect(extensionOf(extensions, Oid.basicConstraints)).toEqual({ ca: false, pathLength: undefined });
    expect(flagNames(KeyUsage, extensionOf(extensions, Oid.keyUsage)!)).toEqual([
      "digitalSignature",
      "keyEncipherment",
    ]);
    expect(extensionOf(extensions, Oid.extKeyUsage)).toEqual([Oid.serverAuth, Oid.clientAuth]);
    expect(hostsOf(extensions)).toEqual(["JORGE-PC", "192.168.1.20"]);
    expect(extensionOf(extensions, Oid.cRLNumber)).toBeUndefined();
  });

  test("is valid at both ends of its validity, and not a nanosecond further", () => {
    const { notBefore, notAfter } = server.tbsCertificate.validity;
    const first = BigInt(notBefore) * 1_000_000_000n;
    const last = (BigInt(notAfter) + 1n) * 1_000_000_000n - 1n;
    expect([first - 1n, first, last, last + 1n].map(at => outsideValidity(server, at))).toEqual([
      "not yet valid",
      undefined,
      undefined,
      "expired",
    ]);
  });

  test("is signed over the part that is told", () => {
    const { publicKey } = new X509Certificate(octetsOf("root"));
    const { signature } = certificate.decode(octetsOf("root"));
    expect(verify("sha256", signedPart(octetsOf("root")), publicKey, signature)).toBe(true);
  });

  test("is told in words", () => {
    expect(inspectText(server)).toBe(
      `
version            : 3
serial number      : 03:41:a0:5f:9b:7c:d0:11:22:33:44:55:66:77:88:99:aa:bb:cc
issuer             : C=ES, O=Lab, CN=Root CA
subject            : CN=JORGE-PC
valid from         : 2026-11-22 15:26:13 UTC
valid until        : 2028-11-21 15:26:13 UTC
signed with        : ECDSA with SHA-256
key                : RSA, 1024 bits
basic constraints  : no authority
for the hosts      : JORGE-PC, 192.168.1.20
key usage          : digital signature, key encipherment
extended key usage : TLS server, TLS client
`.trim(),
    );
  });

  test("is refused when it is text, a request or a revocation list", () => {
    for (const octets of [
      new TextEncoder().encode("-----BEGIN"),
      octetsOf("request"),
      octetsOf("revocation-list"),
    ])
      expect(() => certificate.decode(octets)).toThrow(Malformed);
  });
});

test("a request asks for extensions", () => {
  const { attributes } = certificationRequest.decode(octetsOf("request")).certificationRequestInfo;
  const [asked] = attributes.filter(({ type }) => type === Oid.extensionRequest);
  expect(asked?.values.map(value => "id" in value)).toEqual([false]);
  expect(hostsOf(asked?.values[0] as never)).toEqual(["JORGE-PC", "192.168.1.20"]);
});

test("a revocation list says what was revoked, when and why", () => {
  const { revokedCertificates = [] } = certificateList.decode(octetsOf("revocation-list")).tbsCertList;
  expect(revokedCertificates.map(({ serialNumber }) => serialNumber)).toEqual([
    server.tbsCertificate.serialNumber,
  ]);
  expect(extensionOf(revokedCertificates[0]?.extensions, Oid.reasonCode)).toBe(1);
});
