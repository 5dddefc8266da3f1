// `bun lab doctor`: what this machine can do, what each lack costs, and how to get it.
import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("doctor")
    .description("what this machine can do: networks, recording, real peers")
    .option("--json", "one JSON object")
    .addHelpText("after", "\nExample:\n  bun lab doctor")
    .action(async options => {
      const { doctor } = await import("../doctor/index.ts");
      process.exitCode = await doctor(options);
    });
}
