// What is wrong with a filter, and where in its text.

/** A filter that can't be read, or asks for what can't be compared. Columns count from 0. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  constructor(
    message: string,
    readonly column: number,
    readonly length = 1,
    /** The word that nobody knows, if that is what is wrong: whoever shows the error may know a close one. */
    readonly unknown?: string,
  ) {
    super(message);
  }
}

/** The filter's text, and below it the place that the error is about. */
export const pointed = (text: string, { column, length }: FilterError): readonly [string, string] => [
  text,
  `${" ".repeat(column)}^${"~".repeat(Math.max(0, length - 1))}`,
];
