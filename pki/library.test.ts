// What the authority makes, read and verified by a library that shares nothing with it (@peculiar/x509 on WebCrypto).
import "reflect-metadata";
import { expect, test } from "bun:test";
import * as x509 from "@peculiar/x509";
import { certify, request, revocationList } from "./issue.ts";
import { keyKinds, makeKeys, publicKeyInfo } from "./keys.ts";
import { parseSubject } from "./subject.ts";

const subject = parseSubject("C=ES, O=Lab, CN=Root CA");
const validity = { notBefore: new Date("2030-01-01T00:00:00Z"), notAfter: new Date("2051-01-01T00:00:00Z") };
const plain = (octets: Uint8Array) => new Uint8Array(octets);

test.each(keyKinds.filter(kind => kind !== "RSA-4096").map(kind => [kind]))("%s", async kind => {
  const keys = await makeKeys(kind);
  const root = {
    subject,
    issuer: subject,
    publicKey: keys.publicKey,
    use: "authority",
    pathLength: 1,
    validity,
  } as const;
  const certificate = new x509.X509Certificate(plain(certify({ ...root, serial: 0x4a1107n }, keys)));
  expect(await certificate.verify({ signatureOnly: true })).toBe(true);
  expect(certificate.subject).toBe("C=ES, O=Lab, CN=Root CA");
  expect(certificate.serialNumber).toBe("4a1107");
  expect([certificate.notBefore, certificate.notAfter]).toEqual([validity.notBefore, validity.notAfter]);
  expect(certificate.getExtension(x509.BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 1 });
  expect(new Uint8Array(certificate.publicKey.rawData)).toEqual(plain(publicKeyInfo(keys.publicKey)));

  const asked = new x509.Pkcs10CertificateRequest(
    plain(request(subject, ["a.lab", "10.0.0.1", "::1"], keys)),
  );
  expect(await asked.verify()).toBe(true);
  const names = asked.extensions
    .filter(extension => extension instanceof x509.SubjectAlternativeNameExtension)
    .flatMap(extension => extension.names.items);
  expect(names.map(({ type, value }) => `${type} ${value}`)).toEqual(["dns a.lab", "ip 10.0.0.1", "ip ::1"]);

  const listing = {
    issuer: subject,
    thisUpdate: validity.notBefore,
    nextUpdate: validity.notAfter,
    number: 7n,
    revoked: [{ serial: 0x4a1107n, date: validity.notBefore, reason: "keyCompromise" }],
  } as const;
  const list = new x509.X509Crl(plain(revocationList(listing, keys)));
  expect(await list.verify({ publicKey: certificate.publicKey })).toBe(true);
  expect(list.entries.map(({ serialNumber, reason }) => [serialNumber, reason])).toEqual([
    ["4a1107", x509.X509CrlReason.keyCompromise],
  ]);
});
