// What a session's choices are worth: the worst of them decides.
import { expect, test } from "bun:test";
import { CipherSuite, suiteOf, Version } from "./format.ts";
import { type Choices, gradeOf } from "./grade.ts";

const graded = (suite: keyof typeof CipherSuite, more: Partial<Choices> = {}) =>
  gradeOf({
    version: Version["TLS 1.2"],
    suite: suiteOf(CipherSuite[suite]),
    freshKey: true,
    encryptThenMac: false,
    key: ["RSA", 2048],
    ...more,
  });

test("the reference suite is strong, and what is worse is told", () => {
  const reference = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
  expect(graded(reference).grade).toBe("strong");
  expect(graded(reference, { key: ["RSA", 1024] }).grade).toBe("weak");
  expect(graded(reference, { version: Version["TLS 1.1"] }).grade).toBe("weak");
  expect(graded("TLS_RSA_WITH_AES_128_GCM_SHA256").grade).toBe("weak");
  expect(graded("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA").grade).toBe("weak");
  expect(graded("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", { encryptThenMac: true }).grade).toBe("acceptable");
  expect(graded("TLS_RSA_WITH_NULL_SHA").grade).toBe("broken");
});

test("so is what the secret was agreed on in", () => {
  const agreed = (group: string | number) =>
    graded("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", { agreed: group }).reasons.at(-1)!;
  expect(agreed(1024)).toMatchObject({
    grade: "weak",
    en: expect.stringContaining("DHE, 1024 bits: at least 2048"),
  });
  expect(agreed("secp160r1")).toMatchObject({
    grade: "weak",
    en: expect.stringContaining("160 bits: at least 224"),
  });
  for (const group of [2048, "x25519", "x448", "secp256r1", "ffdhe2048", "brainpoolP512r1"])
    expect(agreed(group)).toMatchObject({ grade: "strong", en: expect.stringContaining("large enough") });
  expect(agreed("X25519MLKEM768").en).toContain("quantum");
});
