// The page of `bun lab view`: its capture is known to the server that it came from.
import type { About } from "./captured.ts";
import { Fetched } from "./fetched.ts";
import { mount } from "./mount.tsx";

const lost = { told: () => {} };
const about: About = JSON.parse(document.body.dataset.about!);
mount(new Fetched(about, () => lost.told()), document.body, tell => {
  lost.told = tell;
});
