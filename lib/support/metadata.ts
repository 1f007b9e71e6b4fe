/** Where `cdk.tf.json` lists acknowledged rules: `"//".metadata["cdktf-hermes"].acknowledged[path][rule]`. */
export const METADATA_KEY = "cdktf-hermes";
