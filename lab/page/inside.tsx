// The page within a report: its capture stands beside it, as `<script type="application/json" id="capture">`, or as
// `application/gzip` in base64, which is a tenth as long; and it is drawn into the element `view`. A page of its own: what filters are made of here has no place under a policy.
import { Embedded, type Whole } from "./embedded.ts";
import { mount } from "./mount.tsx";

const held = document.getElementById("capture") as HTMLScriptElement;
const whole: Whole = JSON.parse(held.type === "application/gzip" ? await unpacked(held.text) : held.text);
mount(new Embedded(whole), document.getElementById("view")!);

async function unpacked(base64: string): Promise<string> {
  const octets = Uint8Array.from(atob(base64.trim()), one => one.charCodeAt(0));
  return new Response(new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
