// PEM: DER as text between two labelled lines (RFC 7468).

export type Label =
  | "CERTIFICATE"
  | "CERTIFICATE REQUEST"
  | "PRIVATE KEY"
  | "ENCRYPTED PRIVATE KEY"
  | "X509 CRL";

/** One object in PEM, 64 characters a line, ending in a newline. */
export function encodePem(label: Label, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** The DER of every object with that label, in order; none where the text holds none. Throws SyntaxError on bad base64. */
export function decodePem(label: Label, text: string): Uint8Array[] {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, "g");
  return [...text.matchAll(block)].map(match => Uint8Array.fromBase64(match[1]!));
}
