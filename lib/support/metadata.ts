/**
 * Where `cdk.tf.json` lists acknowledged rules: `"//".metadata["cdktf-hermes"].acknowledged[path][rule]`, as a reason,
 * or as reasons by place.
 */
export const METADATA_KEY = "cdktf-hermes";
