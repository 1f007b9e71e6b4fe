/** Where acknowledged rules stand in `cdk.tf.json`: `"//".metadata["cdktf-hermes"].acknowledged[path][rule]`. */
export const METADATA_KEY = "cdktf-hermes";
