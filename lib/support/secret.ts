/**
 * Stands for a secret whose value is in the host's secrets file (`secretsFile` of `HermesTarget.docker`). It is in
 * neither Terraform's plan nor its state.
 */
export const inSecretsFile = Symbol("cdktf-hermes: in the secrets file") as unknown as InSecretsFile;

declare const marker: unique symbol;

/** The type of `inSecretsFile`, also in objects that a program builds before it passes them on. */
export type InSecretsFile = symbol & { readonly [marker]: true };

/**
 * A password, key or token: a Terraform value that is known at apply (a sensitive `TerraformVariable`'s
 * `stringValue`, an attribute of another resource), or `inSecretsFile`. A literal string is refused.
 */
export type Secret = string | InSecretsFile;
