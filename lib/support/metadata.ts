/**
 * Where acknowledged rules stand in `cdk.tf.json`: `"//".metadata["cdktf-hermes"].acknowledged[path][rule]`, as a reason,
 * or as reasons by place.
 */
export const METADATA_KEY = "cdktf-hermes";
