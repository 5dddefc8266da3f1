// Records every frame of a switch once, at the port where it comes in, into a pcapng file.
import { closeSync, openSync } from "node:fs";
import type { Recording } from "../contract.ts";
import type { Namespace } from "../linux/namespace.ts";
import type { PortList } from "./port-list.ts";

/** What the recording thread is started with. */
export interface RecorderStart {
  /** The namespace of the switch, and the file; both stay open for as long as the thread runs. */
  readonly namespace: number;
  readonly descriptor: number;
  readonly ports: SharedArrayBuffer;
}

/** What the recording thread says: once at its start, once at its end. */
export type RecorderNews =
  | { readonly recording: true }
  | { readonly frames: number; readonly dropped: number }
  | { readonly failed: string };

interface Totals {
  readonly frames: number;
  readonly dropped: number;
}

/** The recording of one switch. A thread of its own reads the frames, so that nothing else can make it late. */
export class Recorder implements Recording {
  readonly #begun = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Totals>();

  private constructor(
    readonly file: string,
    readonly ports: PortList,
    namespace: Namespace,
  ) {
    const descriptor = opened(file);
    const worker = new Worker(new URL("./recorder-worker.ts", import.meta.url).href);
    const fail = (reason: string) =>
      this.#ended.reject(new Error(`the recording ${file} ended early: ${reason}`));
    worker.onmessage = ({ data }: MessageEvent<RecorderNews>) => {
      if ("recording" in data) this.#begun.resolve();
      else if ("failed" in data) fail(data.failed);
      else this.#ended.resolve(data);
    };
    worker.onerror = event => fail(event.message);
    const close = () => {
      worker.terminate();
      closeSync(descriptor);
    };
    this.#ended.promise.then(close, close);
    const start: RecorderStart = { namespace: namespace.descriptor, descriptor, ports: ports.shared };
    worker.postMessage(start);
  }

  /** Records from the moment this resolves; ports may be added later. @throws Error where the file can't be written */
  static async start(file: string, namespace: Namespace, ports: PortList): Promise<Recorder> {
    const recorder = new Recorder(file, ports, namespace);
    await Promise.race([recorder.#begun.promise, recorder.#ended.promise]);
    return recorder;
  }

  /** @throws Error if the recording ended before, as on a disk that is full */
  stop(): Promise<Totals> {
    this.ports.close();
    return this.#ended.promise;
  }
}

function opened(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: "its folder is missing", EACCES: "not permitted", EISDIR: "it is a folder" }[
      code ?? ""
    ];
    throw new Error(`can't record to ${file}: ${reason ?? message}`, { cause: error });
  }
}
