// What a mistyped word was meant to be, and which language is spoken.
import { expect, test } from "bun:test";
import { languageOf, meant } from "./words.ts";

test("a mistyped word finds the one it was meant to be, and a strange one none", () => {
  const commands = ["scenario", "inspect", "doctor"];
  expect(meant("scenrio", commands)).toBe("scenario");
  expect(meant("inpsect", commands)).toBe("inspect");
  expect(meant("DOCTOR", commands)).toBe("doctor");
  expect(meant("photograph", commands)).toBeUndefined();
});

test("the language is LAB_LANG's, else the locale's, else English", () => {
  expect(languageOf({ LANG: "es_ES.UTF-8" })).toBe("es");
  expect(languageOf({ LAB_LANG: "en", LANG: "es_ES.UTF-8" })).toBe("en");
  expect(languageOf({ LANG: "C.UTF-8" })).toBe("en");
  expect(languageOf({})).toBe("en");
});
