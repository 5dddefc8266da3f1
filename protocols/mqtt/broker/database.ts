// Sessions and retained messages in a file of SQLite: what was committed is there after the broker has been killed.
import { Database, type SQLQueryBindings, type Statement } from "bun:sqlite";
import type { KeptFlow, KeptMessage, KeptSession, Remembered, Store } from "./store.ts";
import type { Subscription } from "./subscriptions.ts";

/** Written into the file; another one is refused rather than misread. */
const layout = 1;

const schema = `
  CREATE TABLE session (id TEXT PRIMARY KEY, user TEXT, version INTEGER, expiry REAL, left REAL) WITHOUT ROWID;
  CREATE TABLE subscription (id TEXT, filter TEXT, options TEXT, PRIMARY KEY (id, filter)) WITHOUT ROWID;
  CREATE TABLE flow (
    id TEXT, sequence INTEGER, octets BLOB, at REAL, qos INTEGER, retain INTEGER, identifiers TEXT, share TEXT,
    packetIdentifier INTEGER, isReleased INTEGER, PRIMARY KEY (id, sequence)
  );
  CREATE TABLE unreleased (id TEXT, packetIdentifier INTEGER, PRIMARY KEY (id, packetIdentifier)) WITHOUT ROWID;
  CREATE TABLE retained (topic TEXT PRIMARY KEY, octets BLOB, at REAL);
  PRAGMA user_version = ${layout};
`;

interface FlowRow {
  readonly sequence: number;
  readonly octets: Uint8Array;
  readonly at: number;
  readonly qos: number;
  readonly retain: number;
  readonly identifiers: string;
  readonly share: string | null;
  readonly packetIdentifier: number;
  readonly isReleased: number;
}

interface SessionRow {
  readonly id: string;
  readonly user: string | null;
  readonly version: number;
  readonly expiry: number | null;
  readonly left: number | null;
}

/**
 * One writer at a time has the file. With write-ahead logging a commit is in the hands of the system when it returns:
 * it survives the end of the process, however it comes; a loss of power may take the last ones (`synchronous` NORMAL).
 */
export class DatabaseStore implements Store {
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();
  #isOpen = false;

  /** @throws if the file can't be opened, is another's, or is in use */
  constructor(readonly path: string) {
    this.#database = new Database(path, { create: true, strict: true });
    try {
      // Whoever has the file keeps it: two brokers on one file would undo each other's work.
      for (const pragma of ["locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"])
        this.#database.run(`PRAGMA ${pragma}`);
      this.#database.run("BEGIN IMMEDIATE");
      this.#prepare();
      this.#database.run("COMMIT");
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  close(): void {
    if (this.#isOpen) this.commit();
    for (const statement of this.#statements.values()) statement.finalize();
    this.#database.close();
  }

  *sessions(): Generator<Remembered> {
    const flows = this.#database.query<FlowRow, [string]>(
      "SELECT * FROM flow WHERE id = ? ORDER BY sequence",
    );
    const subscriptions = this.#database.query<{ filter: string; options: string }, [string]>(
      "SELECT filter, options FROM subscription WHERE id = ?",
    );
    const unreleased = this.#database.query<{ packetIdentifier: number }, [string]>(
      "SELECT packetIdentifier FROM unreleased WHERE id = ?",
    );
    for (const row of this.#database.query<SessionRow, []>("SELECT * FROM session").all())
      yield {
        session: {
          id: row.id,
          userName: row.user ?? undefined,
          version: row.version,
          expiry: row.expiry ?? Number.POSITIVE_INFINITY,
          left: row.left ?? undefined,
        },
        subscriptions: subscriptions
          .all(row.id)
          .map(({ filter, options }) => [filter, JSON.parse(options) as Subscription] as const),
        flows: flows.all(row.id).map(flowOf),
        unreleased: unreleased.all(row.id).map(({ packetIdentifier }) => packetIdentifier),
      };
  }

  *retained(): Generator<KeptMessage> {
    yield* this.#database.query<KeptMessage, []>("SELECT octets, at FROM retained").all();
  }

  putSession({ id, userName, version, expiry, left }: KeptSession): void {
    const seconds = Number.isFinite(expiry) ? expiry : null;
    this.#run(
      "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)",
      id,
      userName ?? null,
      version,
      seconds,
      left ?? null,
    );
  }

  removeSession(id: string): void {
    for (const table of ["session", "subscription", "flow", "unreleased"])
      this.#run(`DELETE FROM ${table} WHERE id = ?`, id);
  }

  putSubscription(id: string, filter: string, subscription: Subscription): void {
    this.#run(
      "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)",
      id,
      filter,
      JSON.stringify(subscription),
    );
  }

  removeSubscription(id: string, filter: string): void {
    this.#run("DELETE FROM subscription WHERE id = ? AND filter = ?", id, filter);
  }

  putFlow(id: string, flow: KeptFlow): void {
    this.#run(
      "INSERT INTO flow VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      id,
      flow.sequence,
      flow.message.octets,
      flow.message.at,
      flow.qos,
      flow.retain ? 1 : 0,
      JSON.stringify(flow.identifiers),
      flow.share ?? null,
      flow.packetIdentifier,
      flow.isReleased ? 1 : 0,
    );
  }

  changeFlow(
    id: string,
    {
      sequence,
      packetIdentifier,
      isReleased,
    }: Pick<KeptFlow, "sequence" | "packetIdentifier" | "isReleased">,
  ): void {
    this.#run(
      "UPDATE flow SET packetIdentifier = ?, isReleased = ? WHERE id = ? AND sequence = ?",
      packetIdentifier,
      isReleased ? 1 : 0,
      id,
      sequence,
    );
  }

  removeFlow(id: string, sequence: number): void {
    this.#run("DELETE FROM flow WHERE id = ? AND sequence = ?", id, sequence);
  }

  putUnreleased(id: string, packetIdentifier: number): void {
    this.#run("INSERT OR REPLACE INTO unreleased VALUES (?, ?)", id, packetIdentifier);
  }

  removeUnreleased(id: string, packetIdentifier: number): void {
    this.#run("DELETE FROM unreleased WHERE id = ? AND packetIdentifier = ?", id, packetIdentifier);
  }

  putRetained(topic: string, { octets, at }: KeptMessage): void {
    this.#run("INSERT OR REPLACE INTO retained VALUES (?, ?, ?)", topic, octets, at);
  }

  removeRetained(topic: string): void {
    this.#run("DELETE FROM retained WHERE topic = ?", topic);
  }

  commit(): void {
    if (!this.#isOpen) return;
    this.#database.run("COMMIT");
    this.#isOpen = false;
  }

  /** A new file gets its tables. @throws if it is another's */
  #prepare(): void {
    const { user_version: found } = this.#database
      .query<{ user_version: number }, []>("PRAGMA user_version")
      .get()!;
    const { tables } = this.#database
      .query<{ tables: number }, []>("SELECT count(*) AS tables FROM sqlite_master")
      .get()!;
    if (found === layout) return;
    if (tables > 0 || found !== 0)
      throw new Error("it is a database of something else, or of another version");
    this.#database.run(schema);
  }

  /** The first change since the last commit opens a transaction. */
  #run(sql: string, ...values: SQLQueryBindings[]): void {
    if (!this.#isOpen) this.#database.run("BEGIN IMMEDIATE");
    this.#isOpen = true;
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    statement.run(...values);
  }
}

const flowOf = (row: FlowRow): KeptFlow => ({
  sequence: row.sequence,
  message: { octets: row.octets, at: row.at },
  qos: row.qos,
  retain: row.retain === 1,
  identifiers: JSON.parse(row.identifiers) as number[],
  share: row.share ?? undefined,
  packetIdentifier: row.packetIdentifier,
  isReleased: row.isReleased === 1,
});
