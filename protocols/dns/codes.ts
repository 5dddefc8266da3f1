// The numbers of DNS and their names (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6895 §2).

export const Class = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

export const Opcode = {
  Query: 0,
  "Inverse query": 1,
  Status: 2,
  Notify: 4,
  Update: 5,
  "Stateful operation": 6,
} as const;

/** From 16 up only in EDNS, for the header has four bits of it and the OPT record eight more. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;
