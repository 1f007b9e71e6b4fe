/** The program as the CDKTF CLI finds it: Terraform, or what is named in its place, such as `tofu` or a path. */
export function terraformProgram(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["TERRAFORM_BINARY_NAME"] || "terraform";
}
