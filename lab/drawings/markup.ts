// A drawing as text: for files that are written without a browser. Components must be pure: no hooks, no state.
import { type ComponentChild, Fragment, type VNode } from "preact";

/** SVG or HTML of what components draw. Text and attributes are escaped, handlers left out. */
export function markup(node: ComponentChild | readonly ComponentChild[]): string {
  if (node === null || node === undefined || typeof node === "boolean") return "";
  if (typeof node !== "object") return escaped(String(node));
  if (Array.isArray(node)) return node.map(markup).join("");
  const { type, props } = node as VNode<Record<string, unknown>>;
  if (type === Fragment) return markup(props.children as ComponentChild);
  if (typeof type === "function")
    return markup((type as (props: Record<string, unknown>) => ComponentChild)(props));
  const { children, ...attributes } = props;
  const written = Object.entries(attributes).map(([name, value]) => attribute(name, value));
  const head = `<${type}${written.join("")}`;
  return empty.has(type as string) ? `${head}>` : `${head}>${markup(children as ComponentChild)}</${type}>`;
}

/** For HTML and XML alike, between tags and in attributes. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, one => `&#${one.charCodeAt(0)};`).replace(unwritable, "\ufffd");

/** No XML file may hold them, and octets of a capture may. */
const unwritable = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

function attribute(name: string, value: unknown): string {
  if (value === undefined || value === null || value === false || typeof value === "function") return "";
  if (name === "key" || name === "ref") return "";
  return value === true ? ` ${name}=""` : ` ${name}="${escaped(String(value))}"`;
}

/** Elements of HTML that have no end. */
const empty: ReadonlySet<string> = new Set(["br", "col", "hr", "img", "input", "link", "meta", "wbr"]);
