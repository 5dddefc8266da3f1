// A host's whole life with DHCP: from INIT to a lease, kept as long as it can be, and from INIT again when it is lost. RFC 2131 §4.4, figure 5.
import { type Clock, type Datagrams, Refused, Unanswered } from "../endpoint/index.ts";
import { acquire, type ClientOptions, keep, type Lease, reboot } from "./client.ts";

export interface LifeOptions extends ClientOptions {
  /** Ends it; the lease is kept, for the host may come back to it. */
  readonly signal: AbortSignal;
  /** Opens the client's socket: for a host without an address, or at the lease's. */
  readonly open: (lease: Lease | undefined) => Promise<Datagrams>;
  /** The host gets this lease, renewed ones too, or is left without. */
  readonly configure: (lease: Lease | undefined) => Promise<void>;
  /** The address it had before it was restarted: INIT-REBOOT. */
  readonly remembered?: string;
  /** Why an attempt came to nothing, or a lease was lost. */
  readonly onFailure?: (error: Refused | Unanswered) => void;
}

/** After a decline at the least (RFC 2131 §3.1, step 5), and after silence: whoever asks without end asks slowly. */
const pauseMilliseconds = 10_000;

/** Lives until the signal. @throws what `open` and `configure` throw */
export async function live(clock: Clock, options: LifeOptions): Promise<void> {
  const { signal, remembered } = options;
  let lease = remembered === undefined ? undefined : await withSocket(clock, options, remembered);
  while (!signal.aborted) {
    lease ??= await withSocket(clock, options);
    if (lease) {
      await options.configure(lease);
      await stay(clock, lease, options);
      if (signal.aborted) return;
      // It may not be used any more from this moment on, and is asked for anew at once.
      await options.configure(undefined);
      lease = undefined;
    } else await clock.sleep(pauseMilliseconds, signal);
  }
}

/** A lease, or `undefined` where it failed. */
async function withSocket(clock: Clock, options: LifeOptions, address?: string): Promise<Lease | undefined> {
  const datagrams = await options.open(undefined);
  try {
    return await (address === undefined
      ? acquire(datagrams, clock, options)
      : reboot(datagrams, clock, address, options));
  } catch (error) {
    failed(error, options);
    return undefined;
  } finally {
    datagrams.close();
  }
}

/** Keeps a lease until it is lost, or the signal comes. */
async function stay(clock: Clock, lease: Lease, options: LifeOptions): Promise<void> {
  const datagrams = await options.open(lease);
  let configured = Promise.resolve();
  const onLease = (renewed: Lease) => {
    configured = configured.then(() => options.configure(renewed));
  };
  try {
    await keep(datagrams, clock, lease, { ...options, onLease });
  } catch (error) {
    failed(error, options);
  } finally {
    datagrams.close();
    await configured;
  }
}

function failed(error: unknown, { signal, onFailure }: LifeOptions): void {
  if (signal.aborted) return;
  if (!(error instanceof Refused || error instanceof Unanswered)) throw error;
  onFailure?.(error);
}
