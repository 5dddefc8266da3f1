// Numbers and plain octets. Each reader is a literal of its own, for the engine specialises every one of them.
import { type Codec, leaf } from "./codec.ts";
import { Malformed, Unwritable } from "./malformed.ts";
import { Derived } from "./siblings.ts";

export const u8 = leaf<number>(
  8,
  from => from.u8(),
  (to, value) => to.u8(value),
);
export const i8 = leaf<number>(
  8,
  from => from.i8(),
  (to, value) => to.i8(value),
);
export const u16 = leaf<number>(
  16,
  from => from.u16(),
  (to, value) => to.u16(value),
);
export const i16 = leaf<number>(
  16,
  from => from.i16(),
  (to, value) => to.i16(value),
);
export const u24 = leaf<number>(
  24,
  from => from.u24(),
  (to, value) => to.u24(value),
);
export const u32 = leaf<number>(
  32,
  from => from.u32(),
  (to, value) => to.u32(value),
);
export const i32 = leaf<number>(
  32,
  from => from.i32(),
  (to, value) => to.i32(value),
);
export const u64 = leaf<bigint>(
  64,
  from => from.u64(),
  (to, value) => to.u64(value),
);
export const i64 = leaf<bigint>(
  64,
  from => from.i64(),
  (to, value) => to.i64(value),
);

/** Exactly `size` octets. */
export const octets = (size: number): Codec<Uint8Array> =>
  leaf<Uint8Array>(
    size * 8,
    from => from.octets(size),
    (to, value) => {
      if (value.length !== size) throw new Unwritable(`${value.length} octets where ${size} belong`);
      to.octets(value);
    },
  );

/** A number that is always the same, such as a magic cookie: anything else is malformed, and drafts don't have it. */
export const constant = (inner: Codec<number>, value: number): Derived<number> =>
  new Derived(
    leaf<number>(
      inner.width,
      from => {
        const at = from.at;
        const wire = inner.read(from);
        if (wire !== value)
          throw new Malformed(at, `0x${wire.toString(16)} where 0x${value.toString(16)} belongs`);
        return wire;
      },
      (to, same) => inner.write(to, same),
    ).with(inner.notes),
    () => value,
  );

/** Zero octets up to the next multiple of `size` octets, counted from where the message began. Read leniently. */
export const aligned = (size: number): Derived<undefined> =>
  new Derived(
    leaf<undefined>(
      undefined,
      from => {
        from.take((size - ((from.at - from.origin) % size)) % size);
        return undefined;
      },
      to => {
        to.put((size - ((to.at - to.origin) % size)) % size);
      },
    ),
    () => undefined,
  );
