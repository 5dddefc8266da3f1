// Which boards play, and how they are told apart.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readActs } from "./acts.ts";
import { chooseBoards, readBoards } from "./boards.ts";
import type { ScenarioOptions } from "./options.ts";
import { statistics } from "./repeat.ts";

const options = (board: string, more: Partial<ScenarioOptions> = {}): ScenarioOptions => ({
  board,
  story: "visit",
  hold: true,
  settings: [],
  set: [],
  seed: 1,
  repeat: 1,
  secrets: true,
  network: "relay",
  lang: "en",
  ...more,
});
const choose = (board: string, more?: Partial<ScenarioOptions>) => chooseBoards(options(board, more), "fast");

describe("--board", () => {
  test("names one board, several, or many of a kind", () => {
    expect(readBoards("nucleo")).toEqual(["nucleo"]);
    expect(readBoards("nucleo, disco")).toEqual(["nucleo", "disco"]);
    expect(readBoards("nucleo:3,disco*2")).toEqual(["nucleo", "nucleo", "nucleo", "disco", "disco"]);
  });

  test("refuses what is no board with the one that may be meant, and more than there are addresses", () => {
    expect(() => readBoards("nuclio")).toThrow('there is no board "nuclio"; did you mean nucleo?');
    expect(() => readBoards("disco,xyzzyxyz")).toThrow("there are nucleo and disco.");
    expect(() => readBoards("nucleo:0")).toThrow("from 1 to 150 boards are possible");
    expect(() => readBoards("nucleo:100,disco:100")).toThrow("these are 200 boards, and 150 are the most");
  });
});

describe("boards of one run", () => {
  test("have names, client identifiers and static addresses of their own", async () => {
    const boards = await choose("nucleo:3,disco");
    expect(boards.map(({ name }) => name)).toEqual([
      "NUCLEO-H723ZG",
      "NUCLEO-H723ZG-2",
      "NUCLEO-H723ZG-3",
      "DISCO-F769NI",
    ]);
    const of = (pick: (settings: (typeof boards)[number]["settings"]) => string) =>
      boards.map(({ settings }) => pick(settings));
    expect(of(one => one.mqtt.clientId)).toEqual(["[JORGE]", "[JORGE]-2", "[JORGE]-3", "[JORGE]-4"]);
    expect(new Set(of(one => one.dhcp.address)).size).toBe(4);
    expect(boards.map(({ mac }) => mac)).toEqual(["00:c0:df:24:ba:6b", undefined, undefined, undefined]);
  });

  test("share the secret topic, but for one in test mode, which would take others' messages for its own", async () => {
    const topics = async (board: string, more?: Partial<ScenarioOptions>) =>
      (await choose(board, more)).map(({ settings }) => settings.mqtt.secretTopic);
    expect(await topics("disco")).toEqual(["[TEMA_SECRETO]"]);
    expect(await topics("nucleo:2,disco:2")).toEqual([
      "[TEMA_SECRETO]",
      "[TEMA_SECRETO]",
      "[TEMA_SECRETO]-2",
      "[TEMA_SECRETO]-3",
    ]);
    expect(await topics("nucleo,disco", { hold: false })).toEqual(["[TEMA_SECRETO]", "[TEMA_SECRETO]"]);
  });

  test("take settings that are said to all of them, or to one by its name", async () => {
    const [nucleo, disco] = await choose("nucleo,disco", {
      set: ["mqtt.keepAlive=60", "disco.test.cycles=5", "nucleo.ntp.zone=2"],
      qos: "1",
    });
    expect(nucleo!.settings).toMatchObject({ mqtt: { keepAlive: 60, qos: 1 }, test: { cycles: 100 } });
    expect(disco!.settings).toMatchObject({ mqtt: { keepAlive: 60 }, test: { cycles: 5 }, ntp: { zone: 0 } });
    expect(choose("nucleo", { set: ["disco.test.cycles=5"] })).rejects.toThrow("disco is not in this run");
  });

  test("take a file each, and one that names no board is nobody's where there are two kinds", async () => {
    const folder = mkdtempSync(join(tmpdir(), "boards-"));
    const file = join(folder, "disco.toml");
    writeFileSync(file, "[test]\ncycles = 7\n");
    const [, disco] = await choose("nucleo,disco", { settings: [`disco=${file}`] });
    expect(disco!.settings.test.cycles).toBe(7);
    expect(choose("nucleo,disco", { settings: [file] })).rejects.toThrow("whose settings are these?");
    writeFileSync(file, "[test]\ncycels = 7\n");
    expect(choose("disco", { settings: [file] })).rejects.toThrow(
      `${file}, line 2: there is no setting test.cycels; did you mean test.cycles?`,
    );
    rmSync(folder, { recursive: true });
  });
});

describe("--play", () => {
  test("is texts for the secret topic, and what is done to the cables", () => {
    expect(readActs("LD1ON, Hola XD,pull,plug")).toEqual([
      { does: "publish", text: "LD1ON" },
      { does: "publish", text: "Hola XD" },
      { does: "pull" },
      { does: "plug" },
    ]);
  });

  test("refuses what can't be done in that order", () => {
    expect(() => readActs("pull,LD1ON")).toThrow('"LD1ON" comes while the cable is out');
    expect(() => readActs("plug")).toThrow("the cable is in");
    expect(() => readActs("LD1ON,,LD2ON")).toThrow("an act is missing");
  });
});

test("repeated runs are summed up by phase: least, median, most", () => {
  expect(statistics([{ tls: 9, dhcp: 3 }, { dhcp: 1 }, { dhcp: 2, tls: 10 }])).toEqual([
    { phase: "dhcp", least: 1, median: 2, most: 3 },
    { phase: "tls", least: 9, median: 9.5, most: 10 },
  ]);
});
