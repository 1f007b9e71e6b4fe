/**
 * Stands for a secret whose value is in the host's secrets file (`secretsFile` of `HermesTarget.docker`). It is in
 * neither Terraform's plan nor its state.
 */
export const inSecretsFile: unique symbol = Symbol("cdktf-hermes: in the secrets file");

/**
 * A password, key or token: a Terraform value that is known at apply (a sensitive `TerraformVariable`'s
 * `stringValue`, an attribute of another resource), or `inSecretsFile`. A literal string is refused.
 */
export type Secret = string | typeof inSecretsFile;
