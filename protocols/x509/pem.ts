// PEM: DER as text between two labelled lines (RFC 7468).

/** The DER of every object with that label, in order; none where there is none. @throws SyntaxError on bad base64 */
export function decodePem(text: string, label = "CERTIFICATE"): Uint8Array[] {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, "g");
  return [...text.matchAll(block)].map(match => Uint8Array.fromBase64(match[1]!));
}

/** One object in PEM, 64 characters a line, ending in a newline. */
export function encodePem(der: Uint8Array, label = "CERTIFICATE"): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
