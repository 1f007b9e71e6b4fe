import { type Document, record } from "./json-document";

/**
 * Where `cdk.tf.json` lists acknowledged rules: `"//".metadata["cdktf-hermes"].acknowledged[path][rule]`, as a reason,
 * or as reasons by place.
 */
export const METADATA_KEY = "cdktf-hermes";

/** What a synthesized document has under that key; empty for one without. */
export function ownMetadata(document: Document): Document {
  return record(record(record(document["//"])["metadata"])[METADATA_KEY]);
}
