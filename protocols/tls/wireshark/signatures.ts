// What several messages of TLS are told by: signature algorithms, timestamps of logs, names of authorities.
import { nameItems } from "../../x509/wireshark.ts";
import { Telling } from "./telling.ts";

/** An algorithm as TLS 1.2 has it: a hash, and a signature. */
export function signatureAlgorithm(telling: Telling): void {
  const { at, view } = telling;
  const items = [
    {
      name: "tls.handshake.sig_hash_hash",
      value: at < telling.end ? view.getUint8(at) : 0,
      start: at,
      size: 1,
    },
    {
      name: "tls.handshake.sig_hash_sig",
      value: at + 1 < telling.end ? view.getUint8(at + 1) : 0,
      start: at + 1,
      size: 1,
    },
  ];
  telling.number("tls.handshake.sig_hash_alg", 2, { items });
}

export function signatureAlgorithms(telling: Telling): void {
  const length = telling.length("tls.handshake.sig_hash_alg_len", 2, 2);
  telling.group("tls.handshake.sig_hash_algs", length, inner => {
    inner.each(one => signatureAlgorithm(one));
  });
}

/** A list of promises of logs to publish the certificate (RFC 6962 §3.3); `algorithm`: whether signatures name theirs. */
export function signedTimestamps(telling: Telling, algorithm = true): void {
  const all = telling.length("tls.sct.scts_length", 2, 1);
  const list = new Telling(telling.view, telling.at, telling.at + all, telling.items);
  telling.at += all;
  list.each(each => {
    const size = 2 + (each.left >= 2 ? each.view.getUint16(each.at) : 0);
    each.heading("Signed Certificate Timestamp", Math.min(size, each.left), one => {
      one.length("tls.sct.sct_length", 2);
      one.number("tls.sct.sct_version", 1);
      one.octets("tls.sct.sct_logid", 32);
      const at = one.at;
      const milliseconds = at + 8 <= one.end ? one.view.getBigUint64(at) : 0n;
      one.octets("tls.sct.sct_timestamp", 8);
      one.items.splice(-1, 1, {
        name: "tls.sct.sct_timestamp",
        value: milliseconds * 1_000_000n,
        start: at,
        size: 8,
      });
      one.skip(one.length("tls.sct.sct_extensions_length", 2));
      if (algorithm && one.left > 0) signatureAlgorithm(one);
      const signature = one.length("tls.sct.sct_signature_length", 2);
      if (signature > 0) one.octets("tls.sct.sct_signature", signature);
    });
  });
}

/** The names of authorities that a server trusts. */
export function authorities(telling: Telling): void {
  const all = telling.length("tls.handshake.dnames_len", 2);
  if (all === 0) return;
  telling.group("tls.handshake.dnames", all, names =>
    names.each(each => {
      const size = each.length("tls.handshake.dname_len", 2, 1);
      const [start, end] = [each.at, each.at + size];
      const { items, contents } = nameItems({ view: each.view }, start, end);
      each.items.push({ name: "tls.handshake.dname", start: contents, size: end - contents, items });
      each.skip(size);
    }),
  );
}
