// Style sheets as modules: bundled with the page, or, as text, put into files that stand alone.
declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: Bun exports the text of a file so
  export default text;
}
