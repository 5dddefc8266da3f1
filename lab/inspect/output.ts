// Standard output in large pieces.
import { exit } from "../failure.ts";

/** Lines on standard output, written together; whoever reads them may stop early (`| head`). */
export class Output {
  #lines: string[] = [];
  get full(): boolean {
    return this.#lines.length >= 512;
  }
  line(text: string): void {
    this.#lines.push(text);
  }
  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, error => {
        if (!error) resolve();
        else if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(exit.done);
        else reject(error);
      });
    });
  }
}
