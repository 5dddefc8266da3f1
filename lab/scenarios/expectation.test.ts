// What is to come of a run: judged on values, and on a run in which a fault is laid over the intranet.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouterPlan } from "../servers/router.ts";
import { differences, type Expectation, type Outcome } from "./expectation.ts";
import { intranet } from "./intranet.ts";
import type { ScenarioOptions } from "./options.ts";
import { perform } from "./perform.ts";
import type { Cast, Scenario } from "./scenario.ts";

const says = { en: "The board learns no address.", es: "La placa no averigua ninguna dirección." };

describe("differences", () => {
  const expected: Expectation = { says, fails: "TLS", findings: ["a", "b"] };
  const failed = { board: "NUCLEO-H723ZG", phase: "TLS", reason: "expired" };
  const judged = (seen: Outcome) => differences(expected, seen, "en");

  test("are none where it came as expected", () => {
    expect(judged({ failed, findings: ["a", "b"] })).toEqual([]);
    expect(differences({ says, findings: [] }, { findings: [] }, "en")).toEqual([]);
  });

  test("name the layer that failed instead, or that none did", () => {
    expect(judged({ failed: { ...failed, phase: "DNS" }, findings: ["a", "b"] })).toEqual([
      "NUCLEO-H723ZG failed in DNS: expired",
    ]);
    expect(judged({ findings: ["a", "b"] })).toEqual(["no board failed, and one was to fail in TLS"]);
  });

  test("name each finding that is missing, and each that is too many", () => {
    expect(judged({ failed, findings: ["b", "c"] })).toEqual([
      "the finding a was to come, and did not",
      "the finding c was not to come",
    ]);
  });
});

describe("a fault, a function from one cast to another", () => {
  const folder = mkdtempSync(join(tmpdir(), "expectation-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const options: ScenarioOptions = {
    board: "nucleo",
    story: "visit",
    hold: true,
    settings: [],
    set: [],
    seed: 1,
    repeat: 1,
    secrets: true,
    network: "relay",
    lang: "en",
    quiet: true,
    output: folder,
  };
  /** The router knows no names. */
  const nameless = (cast: Cast): Cast => ({
    ...cast,
    hosts: cast.hosts.map(host => {
      if (host.name !== "router") return host;
      return { ...host, settings: { ...(host.settings as RouterPlan), zone: { origin: ".", names: {} } } };
    }),
  });
  const scenario = (expects?: Expectation): Scenario => ({
    ...intranet,
    cast: async chosen => ({ ...nameless(await intranet.cast(chosen)), expects }),
  });

  test("is a failure as it stands, and a success where it was expected with all its findings", async () => {
    const expected = { says, fails: "DNS", findings: [] };
    await expect(perform("nameless", scenario(), options)).rejects.toThrow("JORGE-PC");
    await expect(perform("nameless", scenario(expected), options)).rejects.toThrow(
      /not as expected: the finding/,
    );
    const [run] = readdirSync(folder);
    const outcome: Outcome = await Bun.file(join(folder, run!, "outcome.json")).json();
    expect(outcome.failed).toMatchObject({ board: "NUCLEO-H723ZG", phase: "DNS" });
    const { findings } = outcome;
    const { result } = await perform("nameless", scenario({ ...expected, findings }), options);
    expect(result.ok).toBe(true);
  }, 20_000);
});
