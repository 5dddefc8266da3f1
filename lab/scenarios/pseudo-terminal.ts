// The lab on a pseudo terminal, for the tests.
import { root } from "./lab.ts";

/** What it prints, keys, and its end. */
export class Terminal {
  text = "";
  readonly #seen = { at: 0 };
  readonly #run;

  /** `by`: what it is started by, such as `nsenter …`. */
  constructor(words: readonly string[], by: readonly string[] = []) {
    const decoder = new TextDecoder();
    this.#run = Bun.spawn([...by, process.execPath, "lab", ...words], {
      cwd: root,
      env: { ...process.env, LAB_LANG: "en", NO_COLOR: "1" },
      terminal: {
        cols: 120,
        rows: 40,
        data: (_, octets) => {
          this.text += decoder.decode(octets, { stream: true });
        },
      },
    });
  }

  get ended(): Promise<number> {
    return this.#run.exited;
  }

  press(key: string): void {
    this.#run.terminal!.write(key);
  }

  /** Waits until the words have been printed, after those that were waited for before. */
  async shows(words: string): Promise<void> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const at = this.text.indexOf(words, this.#seen.at);
      if (at >= 0) {
        this.#seen.at = at + words.length;
        return;
      }
      if (performance.now() > deadline) throw new Error(`never shown: ${words}\n${this.text.slice(-3000)}`);
      await Bun.sleep(5);
    }
  }

  close(): void {
    this.#run.kill();
    this.#run.terminal!.close();
  }
}
