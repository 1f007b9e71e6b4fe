/** The public API as the pages show it: the name, the types and the docstring of each export of the package. */

/** One export path of the package, such as `cdktf-hermes/testing`. */
export interface EntryPoint {
  readonly importPath: string;
  readonly declarations: readonly Declaration[];
}

export interface Declaration {
  readonly name: string;
  readonly kind: "class" | "constant" | "function" | "type";
  /** Its docstring, in Markdown. */
  readonly text: string;
  /** The type or value of an alias or a constant, as TypeScript writes it. */
  readonly type?: string;
  readonly properties: readonly Property[];
  readonly calls: readonly Call[];
}

export interface Property {
  readonly name: string;
  /** As TypeScript writes it. */
  readonly type: string;
  readonly text: string;
  readonly optional: boolean;
  /** The text after `@default`. */
  readonly default?: string;
  /** The required props that exclude it. The caller gives exactly one of them. */
  readonly insteadOf: readonly string[];
}

/** A constructor, a method or a function. */
export interface Call {
  /** As a caller writes it, with the types of the parameters and of the result. */
  readonly signature: string;
  readonly text: string;
  readonly throws: readonly string[];
}
