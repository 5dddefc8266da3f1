// Each field of a certificate in one plain sentence.
import type { Explanations } from "../packet/analysis.ts";

export const explain: Explanations = {};
