/** Nested blocks. Where there is a choice, take a nested attribute instead: Terraform's own advice for new schemas. */
import type { Attributes, Block, Blocks, NoBlocks } from "./schema";

/** What a block holds. */
export interface BlockOptions<A, B> {
  /** The attributes in the block, by name. */
  readonly attributes: A;
  /** The blocks in the block, by name. @default - no blocks */
  readonly blocks?: B;
  /** One or two sentences for the documentation. */
  readonly description?: string;
  /** What to use instead. @default - not deprecated */
  readonly deprecationMessage?: string;
}
/** What a block holds that may be repeated. */
export interface RepeatedBlockOptions<A, B> extends BlockOptions<A, B> {
  /** @default 0 */
  readonly minItems?: number;
  /** @default - no limit */
  readonly maxItems?: number;
}

function block<N extends "list" | "set" | "single", A extends Attributes, B extends Blocks>(
  nesting: N,
  options: RepeatedBlockOptions<A, B>,
): Block<N, A, B>;
function block(
  nesting: Block["nesting"],
  { attributes, blocks = {}, minItems = 0, maxItems = 0, ...texts }: RepeatedBlockOptions<Attributes, Blocks>,
): Block {
  return { nesting, attributes, blocks, minItems, maxItems, ...texts };
}

/** Blocks in the order of the configuration. */
export function listNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  options: RepeatedBlockOptions<A, B>,
): Block<"list", A, B> {
  return block("list", options);
}
/** Blocks without order. */
export function setNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  options: RepeatedBlockOptions<A, B>,
): Block<"set", A, B> {
  return block("set", options);
}
/** At most one block. */
export function singleNestedBlock<A extends Attributes, B extends Blocks = NoBlocks>(
  options: BlockOptions<A, B>,
): Block<"single", A, B> {
  return block("single", options);
}
