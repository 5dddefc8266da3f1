// Password files as mosquitto_passwd writes them: NAME:$7$ITERATIONS$SALT$HASH (PBKDF2 with SHA-512), NAME:$6$SALT$HASH (SHA-512).

/** Mosquitto 2.0's own number; a file may say another. */
const usualIterations = 101;
const saltOctets = 12;
const hashOctets = 64;
/** More would let one client's CONNECT keep a core busy for seconds. */
const mostIterations = 10_000_000;

interface Entry {
  /** `undefined`: SHA-512 once, as Mosquitto did before 2.0. */
  readonly iterations: number | undefined;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** A line that can't be understood. It never carries the line. */
export class PasswordFault extends Error {
  override readonly name = "PasswordFault";
}

export class Passwords {
  readonly #entries = new Map<string, Entry>();

  /** @throws PasswordFault with the line's number */
  constructor(text: string) {
    for (const [i, raw] of text.split("\n").entries()) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#")) continue;
      const entry = entryIn(line);
      if (typeof entry === "string") throw new PasswordFault(`line ${i + 1}: ${entry}`);
      this.#entries.set(...entry);
    }
  }

  /** Takes as long for a user who does not exist. */
  async verify(userName: string, password: Uint8Array): Promise<boolean> {
    const entry = this.#entries.get(userName);
    const { iterations, salt, hash } = entry ?? nobody;
    const found =
      iterations === undefined
        ? await digest(password, salt)
        : await derive(password, salt, iterations, hash.length);
    return timingSafeEqual(found, hash) && entry !== undefined;
  }
}

/** A line of a password file, without its end. */
export async function passwordLine(userName: string, password: string): Promise<string> {
  if (userName === "" || /[:\n\r]/.test(userName))
    throw new PasswordFault("a user name is not empty and has no colon in it");
  const salt = crypto.getRandomValues(new Uint8Array(saltOctets));
  const hash = await derive(new TextEncoder().encode(password), salt, usualIterations, hashOctets);
  return `${userName}:$7$${usualIterations}$${salt.toBase64()}$${hash.toBase64()}`;
}

const nobody: Entry = {
  iterations: usualIterations,
  salt: new Uint8Array(saltOctets),
  hash: new Uint8Array(hashOctets),
};

function entryIn(line: string): [string, Entry] | string {
  const colon = line.indexOf(":");
  if (colon <= 0) return "it is not NAME:PASSWORD";
  const [, kind, ...parts] = line.slice(colon + 1).split("$");
  if (kind !== "7" && kind !== "6")
    return "the password is not hashed; mosquitto_passwd and lab mqtt passwd make such lines";
  const [iterations, salt, hash] = kind === "7" ? parts : ["1", ...parts];
  const times = Number(iterations);
  if (!(Number.isInteger(times) && times >= 1 && times <= mostIterations))
    return `the number of iterations is 1 to ${mostIterations}`;
  try {
    const entry: Entry = {
      iterations: kind === "7" ? times : undefined,
      salt: Uint8Array.fromBase64(salt!),
      hash: Uint8Array.fromBase64(hash!),
    };
    if (entry.hash.length !== hashOctets) return "the hash is not of 64 octets";
    return [line.slice(0, colon), entry];
  } catch {
    return "salt or hash are not base64";
  }
}

async function derive(password: Uint8Array, salt: Uint8Array, iterations: number, octets: number) {
  const key = await crypto.subtle.importKey("raw", password as BufferSource, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-512", salt: salt as BufferSource, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, octets * 8));
}

async function digest(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const both = new Uint8Array([...password, ...salt]);
  return new Uint8Array(await crypto.subtle.digest("SHA-512", both));
}

/** Takes as long wherever they differ. */
function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) difference |= one[i]! ^ (other[i] ?? 0);
  return difference === 0;
}
