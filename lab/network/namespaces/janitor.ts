// Ends what still runs in the namespaces of a lab, however the lab came to its end.
//
// A host of the lab ends with its standard input. A foreign program does not, and the kernel's own means, a signal at
// its parent's death (PR_SET_PDEATHSIG), is forgotten as soon as the program changes its user or puts itself into the
// background, as most servers do. But none of them leaves its network namespace.

/** Learns namespaces from its input, a line each; when the lab closes it, or dies, kills what is inside of them. */
const SCRIPT = `
while read -r namespace; do doomed="$doomed $namespace"; done
ls -l /proc/[0-9]*/ns/net 2>/dev/null | while read -r line; do
  set -f
  for namespace in $doomed; do
    case $line in *"-> $namespace")
      process=\${line#*/proc/}
      kill -9 "\${process%%/*}" ;;
    esac
  done
done`;

export class Janitor implements AsyncDisposable {
  readonly #process = Bun.spawn(["/bin/sh", "-c", SCRIPT], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    // Neither Ctrl-C nor the end of a terminal may reach it before its work is done.
    detached: true,
  });

  /** To be told before anything is started in that namespace. */
  watch(namespace: string): void {
    this.#process.stdin.write(`${namespace}\n`);
    this.#process.stdin.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#process.exited;
  }
}
