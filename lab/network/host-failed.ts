// How the lab is told that a host came to a bad end.

/** A host's program failed, or its process died. `cause` is the program's own error, `printed` what it wrote last. */
export class HostFailed extends Error {
  override readonly name = "HostFailed";
  constructor(
    readonly host: string,
    reason: string,
    readonly printed = "",
    options?: ErrorOptions,
  ) {
    super(`${host}: ${reason}${printed === "" ? "" : `\n${printed.trimEnd()}`}`, options);
  }
}
